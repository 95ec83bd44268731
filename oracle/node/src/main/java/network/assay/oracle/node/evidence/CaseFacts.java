package network.assay.oracle.node.evidence;

import java.util.Optional;
import java.util.SortedSet;
import network.assay.contracts.protocol.Acceptance;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.oracle.verify.EvidenceVerifier;

/**
 * What must be at hand of a job's bundle without reading it again.
 *
 * @param epoch of the job's Accept
 * @param rows committed rows, at least 1
 * @param awaited of grade ACCEPTED: what the consumer must sign, in place of opened rows
 */
public record CaseFacts(
    long jobId,
    long epoch,
    Bytes32 bundleHash,
    Address device,
    Bytes32 workRoot,
    int rows,
    Optional<Awaited> awaited) {

  /** A consumer's word that is waited for. */
  public record Awaited(Address consumer, Acceptance acceptance) {}

  /** The facts of a job that is drawn. */
  public CaseFacts(
      long jobId, long epoch, Bytes32 bundleHash, Address device, Bytes32 workRoot, int rows) {
    this(jobId, epoch, bundleHash, device, workRoot, rows, Optional.empty());
  }

  static CaseFacts of(long epoch, Bytes32 bundleHash, EvidenceBundle bundle) {
    var commit = bundle.workCommit();
    if (commit.rows() < 1 || commit.rows() > Integer.MAX_VALUE) {
      throw new ProtocolException("OUT_OF_RANGE", "1 to 2^31-1 rows", commit.rows());
    }
    return new CaseFacts(
        commit.jobId(),
        epoch,
        bundleHash,
        commit.device(),
        commit.workRoot(),
        (int) commit.rows(),
        awaited(bundle));
  }

  private static Optional<Awaited> awaited(EvidenceBundle bundle) {
    return bundle.order().grade() == Grade.ACCEPTED.code()
        ? Optional.of(
            new Awaited(bundle.order().consumer(), EvidenceVerifier.wanted(bundle.workCommit())))
        : Optional.empty();
  }

  /** The rows that this seed draws. */
  SortedSet<Integer> drawn(Bytes32 seed) {
    return Draw.rows(seed, jobId, workRoot, rows);
  }
}
