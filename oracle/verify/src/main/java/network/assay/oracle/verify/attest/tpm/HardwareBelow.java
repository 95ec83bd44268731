package network.assay.oracle.verify.attest.tpm;

import java.util.Optional;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.eventlog.TdxRegisters;

/** The processor's report or quote under a cloud's vTPM, for asking services. */
public final class HardwareBelow {
  private HardwareBelow() {}

  /**
   * What vouches for the vTPM's key; empty where that is a certificate.
   *
   * @throws network.assay.oracle.verify.attest.AttestException if the evidence is unusable
   */
  public static Optional<Evidence> of(Evidence evidence) {
    TpmEvidence read = TpmCollector.collect(evidence, Collateral.none());
    if (read.hcl().isEmpty()) {
      return Optional.empty();
    }
    HclReport hcl = read.hcl().get();
    if (hcl.hardware() == HclReport.Hardware.SNP) {
      return Optional.of(Evidence.of(Family.SNP, hcl.hardwareReport()));
    }
    return read.hardware()
        .or(() -> evidence.attachments().stream().filter(TdxRegisters::looksLike).findFirst())
        .map(quote -> Evidence.of(Family.TDX, quote));
  }
}
