package network.assay.oracle.report;

import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Signature;

/**
 * This node's oracle key.
 *
 * <p>Assumption, breaks safety: no other process signs with the same key from another store.
 */
@FunctionalInterface
public interface Signer {
  /** A signature that the checker attributes to {@link CommitteeView#selfKey()}. */
  Signature sign(Bytes32 digest);
}
