package network.assay.oracle.node.evidence;

import network.assay.contracts.protocol.Bytes32;
import network.assay.oracle.node.store.EvidenceStore.StoredStruct;

/** A telemetry batch whose signature by the job's device was checked. */
record CheckedBatch(long jobId, long seq, Bytes32 digest, StoredStruct signed) {}
