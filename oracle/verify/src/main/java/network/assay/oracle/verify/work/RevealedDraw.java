package network.assay.oracle.verify.work;

import java.util.SortedSet;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.WorkCommit;

/**
 * One oracle's draw, after its reveal.
 *
 * @param oracle whose draw it is
 * @param seed what it revealed
 * @param due what becomes of a row that nobody opened
 */
public record RevealedDraw(Address oracle, Bytes32 seed, Due due) {

  /** What a missing opening means. */
  public enum Due {
    /** The provider still has time: the finding waits. */
    PENDING,
    /** Its time is over: withheld, which counts as fraud. */
    OVERDUE,
    /** Another oracle's draw, which that oracle watches over: checked where it is there. */
    OPTIONAL
  }

  /**
   * Whether a reveal is what its Ack committed to; both signatures are the caller's to check. A
   * reveal that is not draws nothing: its oracle could have picked the rows after it had seen the
   * work.
   */
  public static boolean matches(Ack ack, DrawReveal reveal, Address oracle) {
    return ack.epoch() == reveal.epoch()
        && ack.jobId() == reveal.jobId()
        && ack.bundleHash().equals(reveal.bundleHash())
        && ack.drawCommit()
            .equals(
                Draw.commitment(reveal.jobId(), reveal.bundleHash(), oracle, reveal.drawSeed()));
  }

  /** The rows drawn, ascending. */
  public SortedSet<Integer> rows(WorkCommit commit) {
    return Draw.rows(seed, commit.jobId(), commit.workRoot(), Math.toIntExact(commit.rows()));
  }
}
