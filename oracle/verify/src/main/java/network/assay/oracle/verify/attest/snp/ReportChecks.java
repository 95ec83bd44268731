package network.assay.oracle.verify.attest.snp;

import java.util.Map;
import java.util.Optional;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;

/** What a report says, against what is asked. Worth something only beside a good signature. */
final class ReportChecks {
  private static final long CIPHERTEXT_HIDING = 1L << 4;

  private ReportChecks() {}

  static void into(
      Claims claims,
      SnpReport report,
      Optional<SnpProduct> product,
      Expectations expectations,
      Policy policy) {
    Policy.Rules rules = policy.rules(Family.SNP);
    SnpLimits limits = SnpLimits.of(rules);
    claims.check("family", policy.names(Family.SNP), "snp", "a family that the policy names");
    guest(claims, report, rules, limits);
    product.ifPresent(known -> tcb(claims, report, known, limits));
    platform(claims, report, limits);
    data(claims, report, expectations);
    measured(claims, report, rules.measurements());
  }

  private static void guest(Claims claims, SnpReport report, Policy.Rules rules, SnpLimits limits) {
    GuestPolicy policy = report.policy();
    String bits = "policy " + Long.toHexString(policy.bits());
    claims.check("policy.reserved", policy.wellFormed(), bits, "bit 17 set, none above 25");
    claims.check(
        "debug",
        !policy.debug() || rules.debugAllowed(),
        SnpVerifier.on(policy.debug()),
        rules.debugAllowed() ? "on or off" : "off");
    claims.check(
        "policy.migrate-ma",
        !policy.migrateMa() || limits.migrateMaAllowed(),
        SnpVerifier.on(policy.migrateMa()),
        limits.migrateMaAllowed() ? "on or off" : "off");
    claims.check(
        "policy.smt",
        !policy.smt() || limits.smtAllowed(),
        SnpVerifier.on(policy.smt()),
        limits.smtAllowed() ? "on or off" : "off");
    claims.check(
        "policy.single-socket",
        policy.singleSocket() || !limits.singleSocketRequired(),
        SnpVerifier.on(policy.singleSocket()),
        limits.singleSocketRequired() ? "on" : "on or off");
    claims.check(
        "policy.abi", policy.abi() >= limits.abiMin(), "" + policy.abi(), "≥ " + limits.abiMin());
    claims.check(
        "vmpl",
        report.vmpl() <= limits.vmplMax(),
        "" + report.vmpl(),
        "at most " + limits.vmplMax());
    claims.check(
        "guest-svn",
        report.guestSvn() >= limits.guestSvnMin(),
        "" + report.guestSvn(),
        "≥ " + limits.guestSvnMin());
  }

  private static void tcb(Claims claims, SnpReport report, SnpProduct product, SnpLimits limits) {
    TcbVersion current = TcbVersion.of(report.currentTcb(), product);
    TcbVersion reported = TcbVersion.of(report.reportedTcb(), product);
    TcbVersion committed = TcbVersion.of(report.committedTcb(), product);
    TcbVersion launch = TcbVersion.of(report.launchTcb(), product);
    claims.check(
        "tcb.order",
        current.atLeast(reported) && current.atLeast(committed),
        "current " + current,
        "at least REPORTED_TCB and COMMITTED_TCB");
    TcbVersion floor = limits.floor();
    floored(claims, "tcb.reported", reported, floor);
    floored(claims, "tcb.committed", committed, floor);
    floored(claims, "tcb.launch", launch, floor);
    claims.check(
        "firmware",
        report.currentVersion() >= report.committedVersion(),
        version(report.currentVersion()),
        "at least the committed " + version(report.committedVersion()));
  }

  private static void floored(Claims claims, String name, TcbVersion version, TcbVersion floor) {
    claims.check(name, version.atLeast(floor), version.toString(), "≥ " + floor);
  }

  private static String version(int packed) {
    return (packed >> 16) + "." + (packed >> 8 & 0xff) + "." + (packed & 0xff);
  }

  private static void platform(Claims claims, SnpReport report, SnpLimits limits) {
    boolean hides = (report.platformInfo() & CIPHERTEXT_HIDING) != 0;
    claims.check(
        "platform.ciphertext-hiding",
        hides || !limits.ciphertextHidingRequired(),
        SnpVerifier.on(hides),
        limits.ciphertextHidingRequired() ? "on" : "on or off");
    claims.check(
        "author-key",
        report.authorKey() || !limits.authorKeyRequired(),
        SnpVerifier.on(report.authorKey()),
        limits.authorKeyRequired() ? "on" : "on or off");
  }

  private static void data(Claims claims, SnpReport report, Expectations expectations) {
    byte[] field = report.reportData();
    prefixed(claims, "report-data", field, expectations.reportData());
    prefixed(claims, "nonce", field, expectations.nonce());
  }

  /** The wanted bytes, then zeros: what is left of the field must not carry something else. */
  private static void prefixed(Claims claims, String name, byte[] field, Optional<byte[]> wanted) {
    if (wanted.isEmpty()) {
      claims.holds(name, Hashes.hex(field), "anything: not asked");
      return;
    }
    byte[] padded = new byte[field.length];
    byte[] want = wanted.get();
    boolean fits = want.length > 0 && want.length <= field.length;
    System.arraycopy(want, 0, padded, 0, Math.min(want.length, field.length));
    claims.check(
        name,
        fits && java.security.MessageDigest.isEqual(padded, field),
        Hashes.hex(field),
        Hashes.hex(want) + " and zeros");
  }

  private static void measured(
      Claims claims, SnpReport report, Map<String, java.util.Set<String>> allowed) {
    Map<String, byte[]> fields =
        Map.of(
            "measurement", report.measurement(),
            "host-data", report.hostData(),
            "id-key-digest", report.idKeyDigest(),
            "author-key-digest", report.authorKeyDigest(),
            "family-id", report.familyId(),
            "image-id", report.imageId(),
            "report-id", report.reportId(),
            "chip-id", report.chipId());
    allowed.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(rule -> {
          byte[] field = fields.get(rule.getKey());
          String got = field == null ? "not in a report" : Hashes.hex(field);
          claims.check(
              "measurement." + rule.getKey(),
              field != null && rule.getValue().contains(got),
              got,
              rule.getValue().isEmpty() ? "an allow-list, and it is empty" : "" + rule.getValue());
        });
  }
}
