package network.assay.coordinator.match;

/** What shields a job from the node's owner; each holds what those before it hold. */
public enum Tee {
  NONE(0),
  /** The processor's memory is encrypted and attested: SNP, TDX, Nitro. */
  CPU(1),
  /** The GPU's memory, too, attested beside the processor's. */
  CPU_AND_GPU(2);

  private final int level;

  Tee(int level) {
    this.level = level;
  }

  /** From 0; more holds more. */
  public int level() {
    return level;
  }

  /** The highest that holds no more than the level. */
  public static Tee of(int level) {
    return level <= 0 ? NONE : level == 1 ? CPU : CPU_AND_GPU;
  }
}
