package network.assay.oracle.verify.attest.snp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.fixture.attest.SnpForge;
import network.assay.oracle.verify.fixture.attest.SnpForge.Line;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile SNP reports and certificates. Every byte of a report is covered: the first 672 by the
 * signature, the others by the rule that they are the signature and zeros. Of a certificate, all
 * bytes are: its issuer's signature covers the inner part, and the outer part is that signature.
 */
class SnpFuzzTest {
  private static final long SEED = 0x5e5_2024L;

  private final SnpVerifier verifier = new SnpVerifier();
  private final SnpForge forge = SnpForge.of(Line.TURIN);
  private final TrustAnchors anchors =
      TrustAnchors.builder()
          .trust(Anchor.AMD_TURIN, forge.root().cert())
          .trust(Anchor.AMD_MILAN, TrustAnchors.production().of(Anchor.AMD_MILAN).getFirst())
          .build();
  private final List<byte[]> certificates = certificates();
  private final Policy policy =
      new Policy(
          Map.of(
              Family.SNP, new Policy.Rules(Map.of(), Set.of(), 0, true, Map.of("vmpl.max", 3L))));

  @Test
  void sample() {
    run(5_000, 1_500);
  }

  @Test
  @Tag("deep")
  void deep() {
    run(1_000_000, 100_000);
  }

  @Test
  void everyBytePositionOfAReportIsCovered() {
    FuzzRun run = new FuzzRun("snp positions", AttestException.class);
    byte[] report = forge.signed();
    assertThat(run.tried(report, "the original", this::accepts)).isTrue();
    for (int at = 0; at < report.length; at++) {
      byte[] changed = report.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      run.mustNotAccept(changed, "byte " + at, this::accepts);
    }
  }

  @Test
  void everyBytePositionOfACertificateIsCovered() {
    FuzzRun run = new FuzzRun("vcek positions", AttestException.class);
    byte[] report = forge.signed();
    byte[] leaf = forge.leaf().der();
    byte[] issuer = forge.intermediate().der();
    for (int at = 0; at < leaf.length; at++) {
      byte[] changed = leaf.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      run.mustNotAccept(changed, "byte " + at, cert -> accepts(report, List.of(cert, issuer)));
    }
  }

  private void run(int structural, int covered) {
    List<byte[]> reports = reports();
    for (byte[] report : reports) {
      assertThat(accepts(report)).isTrue();
    }
    Mutator mutator = new Mutator(SEED, certificates);
    FuzzRun shapes = new FuzzRun("snp structural", AttestException.class);
    for (int i = 0; i < structural; i++) {
      byte[] report = mutator.pick(reports);
      byte[] mutated = mutator.structural(report);
      if (onlyAppended(report, mutated)) {
        shapes.tried(mutated, "seed " + SEED + " item " + i, this::accepts);
      } else {
        shapes.mustNotAccept(mutated, "seed " + SEED + " item " + i, this::accepts);
      }
    }
    FuzzRun values = new FuzzRun("snp signed bytes", AttestException.class);
    for (int i = 0; i < covered; i++) {
      byte[] mutated = mutator.corrupt(mutator.pick(reports), 0, SnpReport.SIGNED_BYTES);
      values.mustNotAccept(mutated, "seed " + SEED + " covered " + i, this::accepts);
    }
    System.out.println(shapes.summary() + "\n" + values.summary());
    assertThat(shapes.refusedMicros()).as("malformed refused in less than 1 ms").isLessThan(1000);
  }

  /** A certificate table behind a report is nobody's word, and covered by nothing. */
  private static boolean onlyAppended(byte[] report, byte[] mutated) {
    return mutated.length > report.length
        && Arrays.equals(report, Arrays.copyOf(mutated, report.length));
  }

  private boolean accepts(byte[] report) {
    return accepts(report, certificates);
  }

  private boolean accepts(byte[] report, List<byte[]> certs) {
    return verifier
        .appraise(
            new Evidence(Family.SNP, report, certs),
            Collateral.none(),
            anchors,
            Expectations.none(),
            policy,
            TestAuthority.NOW)
        .accepted();
  }

  private List<byte[]> certificates() {
    List<byte[]> found = new ArrayList<>(forge.certificates());
    Vectors.find()
        .ifPresent(vectors ->
            vectors.files("snp/virtee+sev").stream()
                .filter(file -> file.endsWith("vcek_milan.der"))
                .forEach(file -> found.add(vectors.bytes(file))));
    return found;
  }

  /** Our own, and a real one where it lies beside the checkout. */
  private List<byte[]> reports() {
    List<byte[]> found = new ArrayList<>();
    found.add(forge.signed());
    Vectors.find()
        .ifPresent(vectors ->
            vectors.files("snp/virtee+sev").stream()
                .filter(file -> file.endsWith(".bin"))
                .forEach(file -> found.add(vectors.bytes(file))));
    return found;
  }
}
