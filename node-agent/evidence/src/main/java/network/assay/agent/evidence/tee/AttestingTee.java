package network.assay.agent.evidence.tee;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Tee;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.job.EvidencePackage;

/** Evidence with the collateral that goes with it, so that oracles need to fetch nothing. */
public final class AttestingTee implements Tee {
  private final ReportSource source;
  private final CollateralSource collateral;
  private final Clock clock;

  /** What is delivered with evidence that was made at a time. */
  @FunctionalInterface
  public interface CollateralSource {
    /**
     * What holds at the time; at most {@link EvidencePackage#COLLATERAL_MAX} items.
     *
     * @throws PortException where it cannot be read
     */
    List<Collateral.Item> at(Instant at) throws PortException;
  }

  public AttestingTee(ReportSource source, CollateralSource collateral, Clock clock) {
    this.source = source;
    this.collateral = collateral;
    this.clock = clock;
  }

  @Override
  public Attestation attest(Bytes32 reportData, long notBeforeS) throws PortException {
    Evidence evidence =
        source.report(Arrays.copyOf(reportData.toArray(), ReportSource.REPORT_DATA_BYTES));
    // After the report: what the hardware dates itself must not lie after what we say.
    long madeAtS = Math.max(notBeforeS, clock.wallMs() / 1_000);
    try {
      EvidencePackage whole =
          new EvidencePackage(
              madeAtS, List.of(evidence), collateral.at(Instant.ofEpochSecond(madeAtS)));
      return new Attestation(source.family().code(), whole.encode());
    } catch (ProtocolException e) {
      throw new PortException("the evidence of this machine fits no bundle: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean attests() {
    return true;
  }

  @Override
  public String describe() {
    return source.describe();
  }
}
