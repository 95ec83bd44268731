package network.assay.agent.evidence.tee;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Tee;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.job.EvidencePackage;

/** Evidence with the collateral that goes with it, so that oracles need to fetch nothing. */
public final class AttestingTee implements Tee {
  private final ReportSource source;
  private final CollateralSource collateral;
  private final Clock clock;
  private final List<Companion> companions;

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

  /** Hardware with nothing beside it. */
  public AttestingTee(ReportSource source, CollateralSource collateral, Clock clock) {
    this(source, collateral, clock, List.of());
  }

  /**
   * @param companions what is asked beside the host's quote, in this order
   */
  public AttestingTee(
      ReportSource source, CollateralSource collateral, Clock clock, List<Companion> companions) {
    this.source = source;
    this.collateral = collateral;
    this.clock = clock;
    this.companions = List.copyOf(companions);
  }

  @Override
  public Attestation attest(Bytes32 reportData, long notBeforeS) throws PortException {
    List<Evidence> evidence = new ArrayList<>();
    evidence.add(
        source.report(Arrays.copyOf(reportData.toArray(), ReportSource.REPORT_DATA_BYTES)));
    for (Companion companion : companions) {
      evidence.addAll(companion.beside(reportData));
    }
    // After the report: what the hardware dates itself must not lie after what we say.
    long madeAtS = Math.max(notBeforeS, clock.wallMs() / 1_000);
    try {
      EvidencePackage whole =
          new EvidencePackage(madeAtS, evidence, collateral.at(Instant.ofEpochSecond(madeAtS)));
      byte[] bytes = whole.encode();
      if (bytes.length >= EvidenceBundle.ATTESTATION_BYTES_MAX) {
        throw new PortException(
            "want evidence and collateral of fewer than "
                + EvidenceBundle.ATTESTATION_BYTES_MAX
                + " bytes, got "
                + bytes.length);
      }
      return new Attestation(source.family().code(), bytes);
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
