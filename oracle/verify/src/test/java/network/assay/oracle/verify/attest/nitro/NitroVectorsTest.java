package network.assay.oracle.verify.attest.nitro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
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
import network.assay.oracle.verify.attest.json.StrictJson;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Every Nitro row of the manifest, as it expects, at both ends and in the middle of its window. */
class NitroVectorsTest {
  private final NitroVerifier verifier = new NitroVerifier();

  @TestFactory
  Stream<DynamicTest> everyRowIsAsTheManifestSays() {
    Optional<Vectors> found = Vectors.find();
    assumeTrue(found.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    Vectors vectors = found.get();
    return vectors.rows("nitro").stream()
        .map(row -> dynamicTest(row.file() + " " + row.expected(), () -> judge(vectors, row)));
  }

  private void judge(Vectors vectors, Vectors.Row row) {
    byte[] raw = vectors.bytes(row.file());
    assertThat(Hashes.sha256Hex(raw)).isEqualTo(row.sha256());
    if (row.file().endsWith(".json")) {
      specification(vectors, raw);
      return;
    }
    assertThat(verifier.detect(raw)).contains(Family.NITRO);
    boolean debug = row.expected().contains("debug");
    for (Instant at : Set.of(row.middle().orElseThrow(), row.until().orElseThrow())) {
      Appraisal appraisal = appraise(raw, at, Policy.production());
      assertThat(appraisal.reason()).isEqualTo(debug ? "DEBUG" : "OK");
      assertThat(appraisal.claim("signature").orElseThrow().outcome())
          .isEqualTo(Claim.Outcome.HOLDS);
      assertThat(appraisal.facts().debug()).contains(debug);
    }
    String late =
        appraise(raw, row.until().orElseThrow().plusSeconds(1), Policy.production()).reason();
    assertThat(late).isEqualTo("CHAIN");
    String early =
        appraise(raw, row.from().orElseThrow().minusSeconds(1), Policy.production()).reason();
    assertThat(early).isEqualTo("CHAIN");
    byte[] tagged = new byte[raw.length + 1];
    tagged[0] = (byte) 0xd2;
    System.arraycopy(raw, 0, tagged, 1, raw.length);
    assertThat(appraise(tagged, row.middle().orElseThrow(), Policy.production()).reason())
        .isEqualTo(debug ? "DEBUG" : "OK");
  }

  /** The other project's specifications name PCRs that its documents must or must not have. */
  private void specification(Vectors vectors, byte[] raw) {
    JsonNode spec = StrictJson.parse(raw, 1 << 16, "SPEC");
    String named = spec.has("attestationDoc") ? "" : spec.get("file").stringValue();
    boolean debugDocument = spec.has("attestationDoc") || named.contains("debug-mode-cert");
    Map<String, Set<String>> wanted = new HashMap<>();
    spec.get("pcrs")
        .propertyStream()
        .forEach(pcr -> wanted.put(pcr.getKey(), Set.of(pcr.getValue().stringValue())));
    Policy policy = new Policy(Map.of(Family.NITRO, new Policy.Rules(wanted, Set.of(), 0, true)));
    Vectors.Row row = documentFor(vectors, debugDocument);
    Appraisal appraisal = appraise(vectors.bytes(row.file()), row.middle().orElseThrow(), policy);
    assertThat(appraisal.accepted()).isEqualTo(spec.get("shouldPcrsMatch").booleanValue());
  }

  /** The documents inside the certificates that the specifications name. */
  private static Vectors.Row documentFor(Vectors vectors, boolean debug) {
    String date = debug ? "2023-09-18" : "2023-01-18";
    return vectors.rows("nitro").stream()
        .filter(row -> row.file().contains("doc_" + date))
        .findFirst()
        .orElseThrow();
  }

  private Appraisal appraise(byte[] raw, Instant at, Policy policy) {
    return verifier.appraise(
        Evidence.of(Family.NITRO, raw),
        Collateral.none(),
        TrustAnchors.production(),
        Expectations.none(),
        policy,
        at);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
