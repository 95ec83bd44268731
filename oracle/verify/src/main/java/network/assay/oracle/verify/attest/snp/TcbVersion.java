package network.assay.oracle.verify.attest.snp;

/**
 * A TCB version: security patch levels, one a component. Never compared as one number: a high level
 * of one component must not make up for a low one of another.
 *
 * @param fmc level of the FMC, Turin and later; 0 before
 * @param bootloader level of the PSP's boot loader
 * @param tee level of the PSP's operating system
 * @param snp level of the SNP firmware
 * @param microcode lowest level of any core
 * @param reserved whether bytes that must be zero are
 */
public record TcbVersion(
    int fmc, int bootloader, int tee, int snp, int microcode, boolean reserved) {

  /**
   * Reads the eight bytes as the product lays them out: Milan and Genoa BL, TEE, four reserved,
   * SNP, microcode; Turin FMC, BL, TEE, SNP, three reserved, microcode.
   */
  public static TcbVersion of(long raw, SnpProduct product) {
    if (product.hasFmc()) {
      return new TcbVersion(
          at(raw, 0), at(raw, 1), at(raw, 2), at(raw, 3), at(raw, 7), (raw >>> 32 & 0xffffff) == 0);
    }
    return new TcbVersion(
        0, at(raw, 0), at(raw, 1), at(raw, 6), at(raw, 7), (raw >>> 16 & 0xffffffffL) == 0);
  }

  /** Whether every component is at least the other's. */
  public boolean atLeast(TcbVersion other) {
    return fmc >= other.fmc
        && bootloader >= other.bootloader
        && tee >= other.tee
        && snp >= other.snp
        && microcode >= other.microcode;
  }

  /** Whether every component is the other's. */
  public boolean same(TcbVersion other) {
    return atLeast(other) && other.atLeast(this);
  }

  private static int at(long raw, int index) {
    return (int) (raw >>> (8 * index)) & 0xff;
  }

  @Override
  public String toString() {
    return "fmc "
        + fmc
        + " bl "
        + bootloader
        + " tee "
        + tee
        + " snp "
        + snp
        + " ucode "
        + microcode;
  }
}
