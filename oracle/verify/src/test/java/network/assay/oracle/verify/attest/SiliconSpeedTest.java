package network.assay.oracle.verify.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import network.assay.oracle.verify.attest.nitro.NitroVerifier;
import network.assay.oracle.verify.attest.snp.SnpVerifier;
import network.assay.oracle.verify.attest.x509.LinkCache;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The speed goals of SNP and Nitro, on real evidence, in processor time of one thread, so that
 * other work on the machine changes little. Bounds are the goals themselves.
 */
@Tag("deep")
class SiliconSpeedTest {
  private static final double SNP_WARM_PER_S = 2_000;
  private static final double NITRO_COLD_PER_S = 350;

  @Test
  void snpWarmAndCold() {
    Vectors vectors = vectors();
    String folder = "snp/confidential-containers+trustee/";
    byte[] report = vectors.bytes(folder + "report_v3_Genoa_227a641db25e.bin");
    byte[] vcek = vectors.bytes(folder + "SEV-VCEK_SEV-Genoa_for_227a641db25e.der");
    Evidence evidence = new Evidence(Family.SNP, report, List.of(vcek));
    SnpVerifier warm = new SnpVerifier();
    double warmRate = perSecond("snp warm", 6_000, () -> snp(warm, evidence));
    perSecond("snp cold", 1_000, () -> snp(new SnpVerifier(LinkCache.none()), evidence));
    assertThat(warmRate).isGreaterThan(SNP_WARM_PER_S);
  }

  @Test
  void nitroCold() {
    Vectors vectors = vectors();
    Vectors.Row row =
        vectors.rows("nitro").stream()
            .filter(r -> r.expected().equals("valid"))
            .findFirst()
            .orElseThrow();
    Evidence evidence = Evidence.of(Family.NITRO, vectors.bytes(row.file()));
    NitroVerifier cold = new NitroVerifier(LinkCache.none());
    NitroVerifier warm = new NitroVerifier();
    var at = row.middle().orElseThrow();
    double rate = perSecond("nitro cold", 2_000, () -> accepted(cold, evidence, at));
    perSecond("nitro warm", 3_000, () -> accepted(warm, evidence, at));
    assertThat(rate).isGreaterThan(NITRO_COLD_PER_S);
  }

  private static boolean snp(SnpVerifier verifier, Evidence evidence) {
    return accepted(verifier, evidence, java.time.Instant.parse("2025-06-01T00:00:00Z"));
  }

  private static boolean accepted(
      FamilyVerifier verifier, Evidence evidence, java.time.Instant at) {
    Policy policy =
        new Policy(Map.of(evidence.family(), new Policy.Rules(Map.of(), Set.of(), 0, false)));
    return verifier
        .appraise(
            evidence, Collateral.none(), TrustAnchors.production(), Expectations.none(), policy, at)
        .accepted();
  }

  private static double perSecond(String name, int times, BooleanSupplier once) {
    for (int i = 0; i < times; i++) {
      assertThat(once.getAsBoolean()).isTrue();
    }
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < times; i++) {
      assertThat(once.getAsBoolean()).isTrue();
    }
    double rate = times * 1e9 / (threads.getCurrentThreadCpuTime() - start);
    System.out.printf("%s: %.0f per s of one thread%n", name, rate);
    return rate;
  }

  private static Vectors vectors() {
    var found = Vectors.find();
    assumeTrue(found.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    return found.get();
  }
}
