package network.assay.agent.execute;

import java.util.List;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.TelemetryNonce;

/**
 * The verifiers, one call to one of them at a time. Answers are unchecked: {@link JobMachine}
 * judges them.
 */
public interface Oracles {

  Signed<TelemetryNonce> nonce(Committee committee, Address oracle, long jobId)
      throws PortException;

  void telemetry(Committee committee, Address oracle, EvidenceBundle.SignedBatch batch)
      throws PortException;

  Signed<Ack> bundle(Committee committee, Address oracle, long jobId, byte[] bundle)
      throws PortException;

  Signed<DrawReveal> certificate(
      Committee committee, Address oracle, long jobId, Bytes32 bundleHash, List<Signed<Ack>> acks)
      throws PortException;

  void opening(Committee committee, Address oracle, Signed<Opening> opening, byte[] content)
      throws PortException;
}
