package network.assay.oracle.verify.attest.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Instant;
import java.util.List;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * TD quotes below logs and vTPMs are verified by their own family. Without Intel's collateral they
 * are inconclusive, and so is what stands on them; a byte changed in them is a rejection.
 */
class NestedQuotesTest {
  private static final Instant AT = Instant.parse("2025-03-01T00:00:00Z");
  private static final String GUEST = "eventlog/google+go-tdx-guest/ccel__";
  private static final String AZURE = "tpm/confidential-containers+trustee/az-tdx-vtpm__";

  private final Attestation attestation = Verifiers.all();
  private Vectors vectors;

  @BeforeEach
  void vectorsAreThere() {
    assumeTrue(Vectors.find().isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    vectors = Vectors.find().get();
  }

  @Test
  void aLogStandsOnItsQuote() {
    byte[] log = vectors.bytes(GUEST + "ccel_data.dat");
    byte[] quote = vectors.bytes(GUEST + "cos-113-tdx-quote.dat");
    Appraisal found = appraise(Family.EVENTLOG, log, List.of(quote));
    for (int rtmr = 0; rtmr <= 2; rtmr++) {
      assertThat(found.claim("eventlog.rtmr" + rtmr).orElseThrow().outcome())
          .isEqualTo(Claim.Outcome.HOLDS);
    }
    assertThat(signatures(found, "quote.")).isNotEmpty().containsOnly(Claim.Outcome.HOLDS);
    assertThat(found.reason()).as("" + found.claims()).isEqualTo("MISSING");
    byte[] changed = quote.clone();
    changed[48 + 520] ^= 1;
    Appraisal broken = appraise(Family.EVENTLOG, log, List.of(changed));
    assertThat(broken.reason()).startsWith("QUOTE_");
  }

  @Test
  void aVtpmStandsOnItsTdQuote() {
    for (String version : List.of("v0", "v1")) {
      byte[] evidence = vectors.bytes(AZURE + "evidence-" + version + ".json");
      Appraisal found = appraise(Family.TPM, evidence, List.of());
      assertThat(signatures(found, "tdx.")).isNotEmpty().containsOnly(Claim.Outcome.HOLDS);
      assertThat(found.reason()).as("" + found.claims()).isEqualTo("MISSING");
    }
    byte[] quote = vectors.bytes(AZURE + "td-quote.bin");
    quote[48 + 328] ^= 1;
    byte[] hcl = vectors.bytes(AZURE + "hcl-report.bin");
    byte[] tpm = vectors.bytes(AZURE + "quote.bin");
    Appraisal broken = appraise(Family.TPM, hcl, List.of(tpm, quote));
    assertThat(broken.reason()).startsWith("TDX_");
  }

  private static List<Claim.Outcome> signatures(Appraisal found, String prefix) {
    return found.claims().stream()
        .filter(claim -> claim.name().startsWith(prefix) && claim.name().endsWith("signature"))
        .map(Claim::outcome)
        .toList();
  }

  private Appraisal appraise(Family family, byte[] raw, List<byte[]> beside) {
    return attestation.appraise(
        new Evidence(family, raw, beside),
        Collateral.none(),
        TrustAnchors.production(),
        Expectations.none(),
        Policy.production(),
        AT);
  }
}
