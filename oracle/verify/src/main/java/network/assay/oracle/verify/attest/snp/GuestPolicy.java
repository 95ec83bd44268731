package network.assay.oracle.verify.attest.snp;

/**
 * POLICY of a guest: what its owner lets the host do.
 *
 * @param bits the eight bytes
 */
public record GuestPolicy(long bits) {
  private static final long RESERVED_ONE = 1L << 17;
  private static final long KNOWN = (1L << 26) - 1;

  /** Smallest firmware ABI that may run the guest: major × 256 + minor. */
  public int abi() {
    return (int) bits & 0xffff;
  }

  /** Whether the host may run two threads a core. */
  public boolean smt() {
    return bit(16);
  }

  /** Whether the guest may be tied to a migration agent, which then can read it. */
  public boolean migrateMa() {
    return bit(18);
  }

  /** Whether the host may decrypt the guest's memory: never in production. */
  public boolean debug() {
    return bit(19);
  }

  /** Whether the guest stays on one socket. */
  public boolean singleSocket() {
    return bit(20);
  }

  /** Whether the bit that must be one is, and no bit beyond the known ones is set. */
  public boolean wellFormed() {
    return (bits & RESERVED_ONE) != 0 && (bits & ~KNOWN) == 0;
  }

  private boolean bit(int index) {
    return (bits >>> index & 1) != 0;
  }
}
