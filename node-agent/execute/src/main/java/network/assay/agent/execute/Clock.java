package network.assay.agent.execute;

/** The host's clocks; the evidence module has the real ones. */
public interface Clock {

  /** Nanoseconds since an arbitrary start of this process; never runs backwards. */
  long monotonicNs();

  /** Unix milliseconds by the host, which may be wrong or jump. */
  long wallMs();
}
