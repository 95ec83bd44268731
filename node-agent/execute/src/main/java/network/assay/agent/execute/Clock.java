package network.assay.agent.execute;

/** The host's clocks. */
public interface Clock {

  /** Nanoseconds since an arbitrary start of this process; never runs backwards. */
  long monotonicNs();

  /** Unix milliseconds by the host, which may be wrong or jump. */
  long wallMs();

  /** The machine's own clocks. */
  static Clock system() {
    long origin = System.nanoTime();
    return new Clock() {
      @Override
      public long monotonicNs() {
        return System.nanoTime() - origin;
      }

      @Override
      public long wallMs() {
        return System.currentTimeMillis();
      }
    };
  }
}
