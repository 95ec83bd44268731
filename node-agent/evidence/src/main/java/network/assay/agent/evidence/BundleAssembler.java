package network.assay.agent.evidence;

import java.util.List;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Signed;
import network.assay.agent.execute.Tee;
import network.assay.agent.execute.Ticket;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceBundle.SignedBatch;
import network.assay.contracts.protocol.EvidenceBundle.SignedNonce;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.oracle.verify.attest.job.JobBinding;

/**
 * Puts together what oracles judge. The bytes are canonical: assembled twice from one journal they
 * are the same, but for an attestation, which is why the result is journalled before it is
 * uploaded.
 */
public final class BundleAssembler {
  private final DeviceSigner signer;
  private final Tee tee;

  public BundleAssembler(DeviceSigner signer, Tee tee) {
    this.signer = signer;
    this.tee = tee;
  }

  /**
   * The bundle's bytes.
   *
   * @param container section 13; empty where the job is none
   * @throws IllegalStateException where it would be larger than an oracle takes
   */
  public byte[] assemble(
      Ticket ticket,
      Signed<WorkCommit> commit,
      byte[] input,
      byte[] ciphertext,
      byte[] nonces,
      List<Journal.StoredBatch> batches,
      byte[] container)
      throws PortException {
    Signed<Accept> accept = signer.accept(ticket.accept());
    List<SignedBatch> telemetry =
        batches.stream().map(stored -> TelemetryChain.signed(signer, stored)).toList();
    Tee.Attestation attestation = attestation(ticket, commit.message(), Nonces.decode(nonces));
    byte[] bytes =
        new EvidenceBundle(
                ticket.assignment().spec(),
                ticket.order(),
                ticket.offer(),
                accept.message(),
                accept.signature(),
                commit.message(),
                commit.signature(),
                input,
                ciphertext,
                telemetry,
                Nonces.decode(nonces),
                attestation.family(),
                attestation.evidence(),
                container)
            .encode();
    if (bytes.length > EvidenceBundle.BYTES_MAX) {
      throw new IllegalStateException(
          "want a bundle of at most " + EvidenceBundle.BYTES_MAX + " bytes, got " + bytes.length);
    }
    return bytes;
  }

  /** Only where it was ordered: a quote tells who the machine is. */
  private Tee.Attestation attestation(Ticket ticket, WorkCommit commit, List<SignedNonce> nonces)
      throws PortException {
    if (ticket.order().grade() != Grade.ATTESTED.code()) {
      return Tee.nothing();
    }
    Bytes32 bound =
        JobBinding.reportData(
            signer.device(),
            EvidenceBundle.oracleNonce(nonces),
            commit.jobId(),
            commit.digest(signer.market()));
    // Oracles issued these after Accept, in chain time.
    long notBeforeS = nonces.stream().mapToLong(SignedNonce::issuedAt).max().orElse(0);
    return tee.attest(bound, notBeforeS);
  }
}
