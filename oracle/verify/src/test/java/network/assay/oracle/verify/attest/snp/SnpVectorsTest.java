package network.assay.oracle.verify.attest.snp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.time.Instant;
import java.util.ArrayList;
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
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.LinkCache;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every SNP row of the manifest, as it expects. */
class SnpVectorsTest {
  /** Within the validity of every certificate of the folder whose row names no time. */
  private static final Instant BETWEEN = Instant.parse("2025-03-01T00:00:00Z");

  private final SnpVerifier verifier = new SnpVerifier();

  @TestFactory
  Stream<DynamicTest> everyRowIsAsTheManifestSays() {
    Optional<Vectors> found = Vectors.find();
    assumeTrue(found.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    Vectors vectors = found.get();
    return vectors.rows("snp").stream()
        .map(row -> dynamicTest(row.file() + " " + row.expected(), () -> judge(vectors, row)));
  }

  private void judge(Vectors vectors, Vectors.Row row) {
    byte[] raw = vectors.bytes(row.file());
    assertThat(Hashes.sha256Hex(raw)).isEqualTo(row.sha256());
    if (row.file().endsWith(".go")) {
      assertThat(verifier.detect(raw)).as("source text is no evidence").isEmpty();
    } else if (verifier.detect(raw).isPresent()) {
      report(vectors, row, raw);
    } else if (row.expected().startsWith("reject")) {
      wrongKey(vectors, row, raw);
    } else {
      certificates(row, raw);
    }
  }

  private void report(Vectors vectors, Vectors.Row row, byte[] raw) {
    Appraisal found = appraise(raw, besides(vectors, row), row.middle().orElse(BETWEEN), policy(3));
    if (row.expected().startsWith("no matching")) {
      assertThat(found.accepted()).isFalse();
      assertThat(found.claim("signature")).isEmpty();
      return;
    }
    for (String claim : List.of("chain", "tcb", "hwid", "product", "issuer")) {
      assertThat(
              found.claims().stream()
                  .filter(
                      c -> c.name().endsWith("cek." + claim) || c.name().endsWith("lek." + claim))
                  .map(Claim::outcome))
          .containsExactly(Claim.Outcome.HOLDS);
    }
    assertThat(found.claim("signature").orElseThrow().outcome()).isEqualTo(Claim.Outcome.HOLDS);
    boolean debug = (raw.length == SnpReport.BYTES && (raw[0x0a] & 0x08) != 0);
    assertThat(row.expected().contains("DEBUG") && !debug).isFalse();
    assertThat(found.reason()).isEqualTo(debug ? "DEBUG" : "OK");
    vmpl(vectors, row, raw, found);
  }

  /** Where nothing is said, only the most privileged software speaks for the guest. */
  private void vmpl(Vectors vectors, Vectors.Row row, byte[] raw, Appraisal found) {
    if (found.accepted() && !found.facts().identity().get("vmpl").equals("0")) {
      Instant at = row.middle().orElse(BETWEEN);
      Appraisal strict = appraise(raw, besides(vectors, row), at, Policy.production());
      assertThat(strict.reason()).isEqualTo("VMPL");
    }
  }

  private void wrongKey(Vectors vectors, Vectors.Row row, byte[] wrong) {
    String folder = row.file().substring(0, row.file().lastIndexOf('/'));
    byte[] report = vectors.bytes(folder + "/snp__test-report.bin");
    Appraisal found = appraise(report, List.of(wrong), BETWEEN, policy(3));
    assertThat(found.reason()).isIn("VCEK_TCB", "VCEK_HWID", "VCEK_CHAIN");
  }

  private static void certificates(Vectors.Row row, byte[] raw) {
    List<Cert> certs = Cert.parseAll(raw, 8);
    Cert leaf = certs.getFirst();
    List<Cert> pool = new ArrayList<>(certs);
    pool.addAll(AmdCertificates.known());
    boolean isKey = EndorsementKey.isOne(leaf);
    String line = (isKey ? leaf.issuerCommonName() : leaf.commonName()).replaceAll(".*-", "");
    SnpProduct product = SnpProduct.ofName(line).orElseThrow();
    Chains.Result chain =
        Chains.verify(
            leaf,
            pool,
            TrustAnchors.production().of(product.anchor()),
            row.middle().orElse(BETWEEN),
            new Chains.Rules(0, Set.of(), Set.of(), !isKey, true),
            LinkCache.none());
    assertThat(chain).isInstanceOf(Chains.Valid.class);
    if (isKey) {
      assertThat(EndorsementKey.of(leaf).product()).contains(product);
      assertThat(EndorsementKey.of(leaf).tcb()).isPresent();
    }
  }

  private Appraisal appraise(byte[] raw, List<byte[]> certs, Instant at, Policy policy) {
    return verifier.appraise(
        new Evidence(Family.SNP, raw, certs),
        Collateral.none(),
        TrustAnchors.production(),
        Expectations.none(),
        policy,
        at);
  }

  /** All that lies beside a report in its folder: the right certificate has to be found. */
  private static List<byte[]> besides(Vectors vectors, Vectors.Row row) {
    String folder = row.file().substring(0, row.file().lastIndexOf('/'));
    return vectors.files(folder).stream()
        .filter(file -> !file.equals(row.file()))
        .map(vectors::bytes)
        .toList();
  }

  private static Policy policy(long vmplMax) {
    return new Policy(
        Map.of(
            Family.SNP,
            new Policy.Rules(Map.of(), Set.of(), 0, false, Map.of("vmpl.max", vmplMax))));
  }
}
