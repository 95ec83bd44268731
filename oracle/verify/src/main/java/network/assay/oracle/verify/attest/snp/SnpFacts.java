package network.assay.oracle.verify.attest.snp;

import java.util.Optional;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Hashes;

/** What a report tells, for policies and people. */
final class SnpFacts {
  private SnpFacts() {}

  static void read(SnpReport report, Optional<SnpProduct> product, Facts.Builder facts) {
    facts
        .reportData(report.reportData())
        .measurement("measurement", Hashes.hex(report.measurement()))
        .measurement("host-data", Hashes.hex(report.hostData()))
        .measurement("id-key-digest", Hashes.hex(report.idKeyDigest()))
        .measurement("author-key-digest", Hashes.hex(report.authorKeyDigest()))
        .identity("family-id", Hashes.hex(report.familyId()))
        .identity("image-id", Hashes.hex(report.imageId()))
        .identity("chip-id", Hashes.hex(report.chipId()))
        .identity("report-id", Hashes.hex(report.reportId()))
        .identity("report-version", Long.toString(report.version()))
        .identity("vmpl", Long.toString(report.vmpl()))
        .identity("guest-svn", Long.toString(report.guestSvn()))
        .identity("policy", Long.toHexString(report.policy().bits()))
        .identity("platform-info", Long.toHexString(report.platformInfo()))
        .debug(report.policy().debug());
    product.ifPresent(known -> tcb(report, known, facts));
  }

  private static void tcb(SnpReport report, SnpProduct product, Facts.Builder facts) {
    facts
        .identity("product", product.title())
        .identity("tcb-reported", TcbVersion.of(report.reportedTcb(), product).toString())
        .identity("tcb-current", TcbVersion.of(report.currentTcb(), product).toString())
        .identity("tcb-committed", TcbVersion.of(report.committedTcb(), product).toString())
        .identity("tcb-launch", TcbVersion.of(report.launchTcb(), product).toString());
    long[] mitigations = report.mitigations();
    facts.identity("mitigation-launch", Long.toHexString(mitigations[0]));
    facts.identity("mitigation-current", Long.toHexString(mitigations[1]));
  }
}
