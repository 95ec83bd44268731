package network.assay.oracle.verify.attest.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.snp.SnpVerifier;
import network.assay.oracle.verify.fixture.attest.TpmForge;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import org.junit.jupiter.api.Test;

/** One thing wrong at a time in Azure-like evidence under our own SNP root. */
class TpmForgedTest {
  private final TpmVerifier verifier = new TpmVerifier(List.of(new SnpVerifier()));

  @Test
  void whatIsWholeIsAccepted() {
    assertThat(reason(forge())).isEqualTo("OK");
  }

  @Test
  void theQuoteIsByTheKeyThatTheProcessorVouchesFor() {
    assertThat(reason(forge().signedByAnother())).isEqualTo("QUOTE_SIGNATURE");
    assertThat(reason(forge().unbound())).isEqualTo("HCL_BINDING");
    assertThat(reason(forge().report(r -> r[0x50 + 63] = 1))).isEqualTo("HCL_BINDING");
  }

  @Test
  void theHardwareReportBelowIsVerifiedByItsOwnRules() {
    assertThat(reason(forge().report(r -> r[0x0a] |= 8))).isEqualTo("SNP_DEBUG");
    assertThat(reason(forge().report(r -> r[0x30] = 2))).isEqualTo("HCL_VMPL");
    assertThat(reason(forge().hcl(h -> h[32 + 0x90] ^= 1))).isEqualTo("SNP_SIGNATURE");
    TpmForge forge = forge();
    assertThat(
            appraise(forge, TrustAnchors.production(), Expectations.none(), Policy.production())
                .reason())
        .isEqualTo("SNP_VCEK_CHAIN");
  }

  @Test
  void registersAreThoseThatWereQuoted() {
    TpmForge forge = forge();
    byte[] quote = forge.quote();
    byte[] signature = forge.signature(quote);
    forge.pcrs().get(7)[0] ^= 1;
    byte[] json =
        TpmForge.json(quote, signature, forge.pcrs(), forge.hclReport(), forge.snp().leaf().der());
    assertThat(appraise(json, forge, Policy.production()).reason()).isEqualTo("PCR_DIGEST");
  }

  @Test
  void sha1RegistersDoNotCount() {
    assertThat(reason(forge().sha1Bank())).isEqualTo("QUOTE_BANK");
  }

  @Test
  void nonceAndUserDataAreAsAsked() {
    byte[] challenge = "challenge".getBytes(StandardCharsets.US_ASCII);
    assertThat(asked(forge(), Expectations.nonce(challenge))).isEqualTo("OK");
    assertThat(asked(forge(), Expectations.nonce(new byte[0]))).isEqualTo("NONCE");
    assertThat(asked(forge().nonce(new byte[0]), Expectations.nonce(challenge))).isEqualTo("NONCE");
    byte[] data = {1, 2};
    assertThat(asked(forge().userData("0102" + "00".repeat(62)), Expectations.reportData(data)))
        .isEqualTo("OK");
    assertThat(asked(forge().userData("01020300"), Expectations.reportData(data)))
        .isEqualTo("REPORT_DATA");
  }

  @Test
  void measurementsAreCompared() {
    assertThat(measured("pcr4", "04".repeat(32))).isEqualTo("OK");
    assertThat(measured("pcr4", "05".repeat(32))).isEqualTo("MEASUREMENT_PCR4");
    assertThat(measured("pcr4")).isEqualTo("MEASUREMENT_PCR4");
    assertThat(measured("pcr24", "00")).isEqualTo("MEASUREMENT_PCR24");
  }

  @Test
  void whatNoTpmMadeIsRefused() {
    refused(forge().withoutMagic(), "TPM_QUOTE");
    refused(forge().type(0x8014), "TPM_QUOTE");
    refused(forge().nonce(new byte[65]), "TPM_QUOTE");
    refused(forge().hcl(h -> h[4] = 3), "HCL_REPORT");
    refused(forge().hcl(h -> h[12] = 1), "HCL_REPORT");
    refused(forge().hcl(h -> h[20] = 1), "HCL_REPORT");
    refused(forge().hcl(h -> h[32 + 1184 + 8] = 1), "HCL_REPORT");
    refused(forge().hcl(h -> h[32 + 1184 + 12] = 9), "HCL_REPORT");
    refused(forge().hcl(h -> h[h.length - 1] = 1), "HCL_REPORT");
  }

  @Test
  void aQuoteWhoseKeyNobodyVouchesForIsNeverAccepted() {
    TpmForge forge = forge();
    byte[] quote = forge.quote();
    Evidence alone = new Evidence(Family.TPM, quote, List.of(forge.signature(quote)));
    Appraisal found =
        verifier.appraise(
            alone,
            Collateral.none(),
            forge.anchors(),
            Expectations.none(),
            Policy.production(),
            TestAuthority.NOW);
    assertThat(found.reason()).isEqualTo("MISSING");
  }

  @Test
  void withoutAVerifierOfTheHardwareNothingIsAccepted() {
    TpmForge forge = forge();
    Appraisal found =
        new TpmVerifier(List.of())
            .appraise(
                new Evidence(Family.TPM, forge.json(), forge.certificates()),
                Collateral.none(),
                forge.anchors(),
                Expectations.none(),
                Policy.production(),
                TestAuthority.NOW);
    assertThat(found.reason()).isEqualTo("MISSING");
  }

  private static TpmForge forge() {
    return new TpmForge();
  }

  private void refused(TpmForge forge, String reason) {
    assertThatThrownBy(() -> reason(forge))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining(reason);
  }

  private String measured(String name, String... values) {
    Map<Family, Policy.Rules> rules =
        Map.of(
            Family.TPM,
            new Policy.Rules(Map.of(name, Set.of(values)), Set.of(), 0, false),
            Family.SNP,
            new Policy.Rules(Map.of(), Set.of(), 0, false));
    TpmForge forge = forge();
    return appraise(forge, forge.anchors(), Expectations.none(), new Policy(rules)).reason();
  }

  private String asked(TpmForge forge, Expectations asked) {
    return appraise(forge, forge.anchors(), asked, Policy.production()).reason();
  }

  private String reason(TpmForge forge) {
    return asked(forge, Expectations.none());
  }

  private Appraisal appraise(byte[] json, TpmForge forge, Policy policy) {
    return verifier.appraise(
        new Evidence(Family.TPM, json, forge.certificates()),
        Collateral.none(),
        forge.anchors(),
        Expectations.none(),
        policy,
        TestAuthority.NOW);
  }

  private Appraisal appraise(
      TpmForge forge, TrustAnchors anchors, Expectations asked, Policy policy) {
    return verifier.appraise(
        new Evidence(Family.TPM, forge.json(), forge.certificates()),
        Collateral.none(),
        anchors,
        asked,
        policy,
        TestAuthority.NOW);
  }
}
