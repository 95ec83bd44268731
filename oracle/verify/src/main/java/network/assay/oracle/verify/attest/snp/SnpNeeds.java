package network.assay.oracle.verify.attest.snp;

import java.util.Arrays;
import network.assay.oracle.verify.attest.compose.Need;

/** What a report's verifier will ask for. */
public final class SnpNeeds {
  private SnpNeeds() {}

  /**
   * Reads a report in any of its forms.
   *
   * @throws network.assay.oracle.verify.attest.AttestException if it is none
   */
  public static Need of(byte[] raw) {
    SnpReport report = SnpEvidence.read(raw).report();
    int idBytes = report.product().map(SnpProduct::chipIdBytes).orElse(64);
    return new Need.Amd(
        report.product(),
        report.signingKey() == 1,
        Arrays.copyOf(report.chipId(), idBytes),
        report.reportedTcb());
  }
}
