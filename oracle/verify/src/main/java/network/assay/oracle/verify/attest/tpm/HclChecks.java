package network.assay.oracle.verify.attest.tpm;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.FamilyVerifier;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.eventlog.TdxRegisters;

/**
 * That the processor itself vouches for the vTPM's key: the hash of the paravisor's runtime data
 * stands in the hardware report, and that report verifies by its own family's rules.
 *
 * @param beside the VCEK of an SNP report with its issuers, or the TD quote
 * @param verifiers of SNP and TDX
 */
record HclChecks(HclReport hcl, List<byte[]> beside, List<FamilyVerifier> verifiers) {
  private static final int SNP_REPORT_DATA = 0x50;
  private static final int SNP_VMPL = 0x30;
  private static final int TDREPORT_DATA = 128;
  private static final int DATA_BYTES = 64;

  void into(
      Claims claims,
      Facts.Builder facts,
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    boolean snp = hcl.hardware() == HclReport.Hardware.SNP;
    byte[] data = slice(hcl.hardwareReport(), snp ? SNP_REPORT_DATA : TDREPORT_DATA);
    claims.check(
        "hcl.binding",
        hcl.boundBy(data),
        Hashes.hex(data),
        "the runtime data's hash " + hcl.runtimeHashHex() + " and zeros");
    if (snp) {
      int vmpl = hcl.hardwareReport()[SNP_VMPL];
      claims.check("hcl.vmpl", vmpl == 0, "" + vmpl, "0: only the paravisor may vouch");
    }
    userData(claims, facts, expectations);
    Optional<Evidence> below = snp ? snp(evidence) : tdx(claims, evidence);
    Family family = snp ? Family.SNP : Family.TDX;
    Optional<FamilyVerifier> verifier =
        verifiers.stream().filter(candidate -> candidate.verifies(family)).findFirst();
    if (below.isEmpty() || verifier.isEmpty()) {
      claims.missing(family.label(), below.isEmpty() ? "the TD quote" : "a verifier of it");
      return;
    }
    Appraisal found =
        verifier.get().appraise(below.get(), collateral, anchors, Expectations.none(), policy, at);
    claims.addAll(TpmVerifier.prefixed(family.label(), found.claims()));
    facts(facts, family, found.facts());
  }

  private Optional<Evidence> snp(Evidence evidence) {
    return Optional.of(new Evidence(Family.SNP, hcl.hardwareReport(), attachments(evidence)));
  }

  private List<byte[]> attachments(Evidence evidence) {
    List<byte[]> attachments = new ArrayList<>();
    Stream.concat(beside.stream(), evidence.attachments().stream())
        .limit(Evidence.ATTACHMENTS_MAX)
        .forEach(attachments::add);
    return attachments;
  }

  /**
   * The TD quote repeats the TDREPORT's data; without it a TDREPORT is no evidence to outsiders.
   */
  private Optional<Evidence> tdx(Claims claims, Evidence evidence) {
    Optional<byte[]> quote =
        Stream.concat(beside.stream(), evidence.attachments().stream())
            .filter(TdxRegisters::looksLike)
            .findFirst();
    if (quote.isEmpty()) {
      return Optional.empty();
    }
    byte[] data = TdxRegisters.of(quote.get()).reportData();
    claims.check(
        "hcl.quote",
        hcl.boundBy(data),
        Hashes.hex(data),
        "the runtime data's hash " + hcl.runtimeHashHex() + " and zeros");
    return Optional.of(new Evidence(Family.TDX, quote.get(), attachments(evidence)));
  }

  private void userData(Claims claims, Facts.Builder facts, Expectations expectations) {
    hcl.userData().ifPresent(facts::reportData);
    if (expectations.reportData().isEmpty()) {
      claims.holds(
          "report-data", hcl.userData().map(Hashes::hex).orElse("absent"), "anything: not asked");
      return;
    }
    byte[] want = expectations.reportData().get();
    byte[] got = hcl.userData().orElse(new byte[0]);
    boolean same =
        want.length > 0
            && want.length <= got.length
            && Arrays.equals(Arrays.copyOf(want, got.length), got);
    claims.check("report-data", same, Hashes.hex(got), Hashes.hex(want) + " and zeros");
  }

  private static void facts(Facts.Builder facts, Family family, Facts below) {
    String prefix = family.label() + ".";
    below.measurements().forEach((name, value) -> facts.measurement(prefix + name, value));
    below.identity().forEach((name, value) -> facts.identity(prefix + name, value));
    below.debug().ifPresent(facts::debug);
    below.signedBy().ifPresent(facts::signedBy);
    below
        .validFrom()
        .ifPresent(from -> below.validUntil().ifPresent(until -> facts.valid(from, until)));
  }

  private static byte[] slice(byte[] report, int at) {
    if (report.length < at + DATA_BYTES) {
      throw new AttestException("HCL_REPORT", report.length + " bytes", "a hardware report");
    }
    return Arrays.copyOfRange(report, at, at + DATA_BYTES);
  }
}
