package network.assay.agent.evidence.tee.simulator;

import java.time.Instant;
import java.util.List;
import network.assay.agent.evidence.tee.ReportSource;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.job.Simulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The simulator as a source of reports, on the terms of {@link Simulator}. */
public final class SimulatedTdx implements ReportSource {
  private static final Logger LOG = LoggerFactory.getLogger(SimulatedTdx.class);

  private final TdxSimulator simulator;

  private SimulatedTdx(TdxSimulator simulator) {
    this.simulator = simulator;
  }

  /**
   * Starts it, and says so in the log.
   *
   * @param sentence must be {@link Simulator#SENTENCE}
   * @throws IllegalArgumentException in one sentence, on any other terms
   */
  public static SimulatedTdx start(byte[] secret, String sentence, long chainId) {
    Simulator.require(sentence, chainId);
    LOG.warn("THIS AGENT SIMULATES A TEE: its evidence proves nothing about this machine");
    return new SimulatedTdx(new TdxSimulator(secret));
  }

  @Override
  public Family family() {
    return Family.TDX;
  }

  @Override
  public Evidence report(byte[] reportData) {
    return Evidence.of(Family.TDX, simulator.quote(reportData));
  }

  /** What oracles need beside the quote. */
  public List<Collateral.Item> collateral(Instant at) {
    return simulator.collateral(at);
  }

  @Override
  public String describe() {
    return "a SIMULATED tdx, which proves nothing";
  }
}
