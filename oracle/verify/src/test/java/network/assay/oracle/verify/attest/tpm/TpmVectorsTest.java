package network.assay.oracle.verify.attest.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.eventlog.TdxRegisters;
import network.assay.oracle.verify.attest.snp.SnpVerifier;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every TPM row of the manifest, each with what belongs to it in its folder. */
class TpmVectorsTest {
  private static final Instant BETWEEN = Instant.parse("2025-03-01T00:00:00Z");

  private final TpmVerifier verifier = new TpmVerifier(List.of(new SnpVerifier()));

  @TestFactory
  Stream<DynamicTest> everyRowIsAsTheManifestSays() {
    Optional<Vectors> found = Vectors.find();
    assumeTrue(found.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    Vectors vectors = found.get();
    return vectors.rows("tpm").stream()
        .map(row -> dynamicTest(row.file(), () -> judge(vectors, row)));
  }

  private void judge(Vectors vectors, Vectors.Row row) {
    byte[] raw = vectors.bytes(row.file());
    assertThat(Hashes.sha256Hex(raw)).isEqualTo(row.sha256());
    String name = row.file().substring(row.file().lastIndexOf('/') + 1);
    String kind = row.file().substring(0, row.file().lastIndexOf("__") + 2);
    if (name.endsWith(".pem")) {
      assertThat(Cert.parseAll(raw, 8)).isNotEmpty();
    } else if (name.endsWith("td-quote.bin")) {
      tdQuote(vectors, raw, kind);
    } else if (name.endsWith(".msg") || name.endsWith(".sig")) {
      otherKey(vectors, kind);
    } else if (name.endsWith(".pb")) {
      google(raw, name);
    } else {
      azure(vectors, raw, kind, name);
    }
  }

  /** Evidence, an HCL report or a quote: with HCL report and VCEK beside it all of them hold. */
  private void azure(Vectors vectors, byte[] raw, String kind, String name) {
    assertThat(verifier.detect(raw)).contains(Family.TPM);
    boolean quoteOnly = name.contains("quote");
    boolean snp = kind.contains("snp");
    List<byte[]> beside =
        name.contains("evidence")
            ? List.of()
            : quoteOnly
                ? List.of(vectors.bytes(kind + "hcl-report.bin"), hardware(vectors, kind, snp))
                : List.of(vectors.bytes(kind + "quote.bin"), hardware(vectors, kind, snp));
    Appraisal found = appraise(raw, beside, Expectations.none());
    // tpm-quote-v1.json of SNP was signed by another VM's key than the HCL report beside it.
    boolean otherVm = snp && name.contains("tpm-quote-v1");
    for (String claim : List.of("pcr.digest", "hcl.binding", "quote.bank")) {
      assertHolds(found, claim);
    }
    if (!otherVm) {
      assertHolds(found, "quote.signature");
    }
    if (snp && !otherVm) {
      assertHolds(found, "snp.signature");
      assertThat(found.reason()).isEqualTo("OK");
    } else if (!snp) {
      assertHolds(found, "hcl.quote");
      assertThat(found.reason()).isEqualTo("MISSING");
    }
  }

  private static byte[] hardware(Vectors vectors, String kind, boolean snp) {
    return vectors.bytes(kind + (snp ? "vcek.pem" : "td-quote.bin"));
  }

  private static void tdQuote(Vectors vectors, byte[] raw, String kind) {
    HclReport hcl = HclReport.read(vectors.bytes(kind + "hcl-report.bin"));
    assertThat(hcl.boundBy(TdxRegisters.of(raw).reportData())).isTrue();
  }

  /** The manifest: this quote was not made by the key in the HCL report beside it. */
  private void otherKey(Vectors vectors, String kind) {
    byte[] quote = vectors.bytes(kind + "tpm-quote.msg");
    List<byte[]> beside =
        List.of(
            vectors.bytes(kind + "tpm-quote.sig"),
            vectors.bytes(kind + "hcl-report.bin"),
            vectors.bytes(kind + "vcek.pem"));
    assertThat(appraise(quote, beside, Expectations.none()).reason()).isEqualTo("QUOTE_SIGNATURE");
  }

  private void google(byte[] raw, String name) {
    Appraisal unnamed = appraise(raw, List.of(), Expectations.none());
    assertHolds(unnamed, "quote.signature");
    assertHolds(unnamed, "pcr.digest");
    assertHolds(unnamed, "ak.restricted");
    assertThat(unnamed.reason()).as("nobody vouches for the key").isEqualTo("MISSING");
    for (int pcr = 0; pcr < 10; pcr++) {
      assertHolds(unnamed, "eventlog.pcr" + pcr);
    }
    String key = unnamed.facts().identity().get("ak");
    Policy naming =
        new Policy(
            Map.of(Family.TPM, new Policy.Rules(Map.of("ak", Set.of(key)), Set.of(), 0, false)));
    byte[] nonce = name.contains("9009") ? HexFormat.of().parseHex("9009") : new byte[0];
    Expectations asked = nonce.length == 0 ? Expectations.none() : Expectations.nonce(nonce);
    assertThat(appraise(raw, List.of(), asked, naming).reason()).isEqualTo("OK");
    byte[] other = "other".getBytes(StandardCharsets.US_ASCII);
    assertThat(appraise(raw, List.of(), Expectations.nonce(other), naming).reason())
        .isEqualTo("NONCE");
  }

  private static void assertHolds(Appraisal found, String claim) {
    assertThat(
            found.claims().stream()
                .filter(c -> c.name().equals(claim))
                .map(Claim::outcome)
                .distinct())
        .as(claim + " of " + found.claims())
        .containsExactly(Claim.Outcome.HOLDS);
  }

  private Appraisal appraise(byte[] raw, List<byte[]> beside, Expectations asked) {
    return appraise(raw, beside, asked, Policy.production());
  }

  private Appraisal appraise(byte[] raw, List<byte[]> beside, Expectations asked, Policy policy) {
    return verifier.appraise(
        new Evidence(Family.TPM, raw, beside),
        Collateral.none(),
        TrustAnchors.production(),
        asked,
        policy,
        BETWEEN);
  }
}
