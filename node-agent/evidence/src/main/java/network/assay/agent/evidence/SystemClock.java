package network.assay.agent.evidence;

import network.assay.agent.execute.Clock;

/** The machine's own clocks, behind the port of the pure module. */
public final class SystemClock implements Clock {
  private final long originNs = System.nanoTime();

  @Override
  public long monotonicNs() {
    return System.nanoTime() - originNs;
  }

  @Override
  public long wallMs() {
    return System.currentTimeMillis();
  }
}
