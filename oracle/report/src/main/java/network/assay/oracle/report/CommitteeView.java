package network.assay.oracle.report;

import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Committee;

/**
 * One epoch's committee as one of its members sees it.
 *
 * @param self this node's index in {@code committee.keys()}
 */
public record CommitteeView(Committee committee, int self) {
  public CommitteeView {
    if (self < 0 || self >= committee.n()) {
      throw new IllegalArgumentException(
          "own index: want 0 to " + (committee.n() - 1) + ", got " + self);
    }
  }

  public long epoch() {
    return committee.epoch();
  }

  public int n() {
    return committee.n();
  }

  public int f() {
    return committee.f();
  }

  /** 2f+1: any two quorums share an honest member. */
  public int quorum() {
    return committee.quorum();
  }

  /** f+1: at least one of them is honest. */
  public int weakQuorum() {
    return committee.f() + 1;
  }

  public Address key(int index) {
    return committee.keys().get(index);
  }

  public Address selfKey() {
    return key(self);
  }

  /** Who proposes: (epoch + seq + round) mod n, epoch and seq unsigned. */
  public int leader(long seq, long round) {
    return (remainder(epoch()) + remainder(seq) + remainder(round)) % n();
  }

  /**
   * How many others send the report of {@code seq} before this node: oracle (seq + k) mod n is the
   * k-th.
   */
  public int transmissionRank(long seq) {
    return Math.floorMod(self - remainder(seq), n());
  }

  private int remainder(long unsigned) {
    return (int) Long.remainderUnsigned(unsigned, n());
  }
}
