package network.assay.oracle.report;

import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.Proposal;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.TypedStruct;

/**
 * What must survive a crash so that a restarted node never contradicts what it sent. Written in the
 * order given, read back in that order into {@link CommitteeMember}; {@link DurableCodec} has the
 * bytes.
 */
public sealed interface Durable {

  /** Own observation of a job: its commitment, salt and content are fixed from here on. */
  record Observed(
      long epoch, long jobId, long attempt, PackedVerdict verdict, Bytes32 leafHash, Bytes32 salt)
      implements Durable {}

  /** Own vote: a Proposal, Prepare, Commit or RoundChange. */
  record Voted(Signed<? extends TypedStruct> vote) implements Durable {
    public Voted {
      switch (vote.body()) {
        case Proposal p -> {}
        case Prepare p -> {}
        case Commit c -> {}
        case RoundChange r -> {}
        default ->
            throw new IllegalArgumentException(
                "vote: want Proposal, Prepare, Commit or RoundChange, got "
                    + vote.body().type().name());
      }
    }
  }

  /** Own lock; supersedes those of lower rounds of the same seq. */
  record Locked(PreparedCertificate certificate) implements Durable {}

  /**
   * A height is decided; votes and locks of its seq and below may be forgotten once this is
   * durable.
   */
  record Decided(Decision decision) implements Durable {}
}
