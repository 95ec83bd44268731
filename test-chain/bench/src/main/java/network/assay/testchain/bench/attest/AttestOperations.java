package network.assay.testchain.bench.attest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.FamilyVerifier;
import network.assay.oracle.verify.attest.MeasuredOperation;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.attest.dcap.DcapOperations;
import network.assay.oracle.verify.attest.nitro.NitroVerifier;
import network.assay.oracle.verify.attest.nvidia.NvidiaVerifier;
import network.assay.oracle.verify.attest.snp.SnpVerifier;
import network.assay.oracle.verify.attest.x509.LinkCache;

/**
 * What is measured, by name. Each operation checks its own outcome: a verifier that is fast because
 * it refuses would stop the bench.
 */
final class AttestOperations {
  static final List<String> QUOTES = List.of("quote_v4_tdx", "quote_v5_tdx", "quote_v3_sgx");
  static final String SNP_WARM = "snp.warm";
  static final String NITRO_COLD = "nitro.cold";
  static final String GPU_WARM = "nvidia-gpu.warm";
  static final String MALFORMED = "malformed";

  private static final Instant SNP_AT = Instant.parse("2025-06-01T00:00:00Z");
  private static final Instant GPU_AT = Instant.parse("2025-01-01T00:00:00Z");

  private AttestOperations() {}

  /** All operations over this evidence, in the order of the report. */
  static Map<String, MeasuredOperation> all(RealEvidence evidence) {
    Map<String, MeasuredOperation> all = new LinkedHashMap<>();
    for (String part : QUOTES) {
      RealEvidence.Scenario scenario = evidence.scenario(part);
      DcapOperations.of(
              evidence.bytes(scenario.quote()), evidence.collateral(scenario), scenario.at())
          .forEach(operation -> all.put(operation.name(), operation));
    }
    put(all, SNP_WARM, 1, accepted(new SnpVerifier(), evidence.snp(), SNP_AT));
    put(
        all,
        NITRO_COLD,
        1,
        accepted(new NitroVerifier(LinkCache.none()), evidence.nitro(), evidence.nitroAt()));
    put(all, GPU_WARM, 1, gpu(evidence.gpu()));
    put(all, MALFORMED, 0, malformed(evidence));
    return all;
  }

  private static void put(
      Map<String, MeasuredOperation> all, String name, int signatures, BooleanSupplier once) {
    all.put(name, new MeasuredOperation(name, signatures, once, () -> true));
  }

  private static BooleanSupplier accepted(FamilyVerifier verifier, Evidence evidence, Instant at) {
    Policy policy =
        new Policy(Map.of(evidence.family(), new Policy.Rules(Map.of(), Set.of(), 0, false)));
    return () -> appraise(verifier, evidence, policy, at).accepted();
  }

  /** One report; its manifests are not in the vectors, so what they would show is missing. */
  private static BooleanSupplier gpu(Evidence evidence) {
    NvidiaVerifier verifier = new NvidiaVerifier(new LinkCache(1024));
    return () -> {
      Appraisal found = appraise(verifier, evidence, Policy.production(), GPU_AT);
      return found.claim("report.signature").filter(AttestOperations::holds).isPresent()
          && found.claims().stream().noneMatch(c -> c.outcome() == Claim.Outcome.FAILS);
    };
  }

  private static boolean holds(Claim claim) {
    return claim.outcome() == Claim.Outcome.HOLDS;
  }

  private static Appraisal appraise(
      FamilyVerifier verifier, Evidence evidence, Policy policy, Instant at) {
    return verifier.appraise(
        evidence, Collateral.none(), TrustAnchors.production(), Expectations.none(), policy, at);
  }

  /** Cut, extended and overwritten evidence of every family, one after the other. */
  private static BooleanSupplier malformed(RealEvidence evidence) {
    List<Evidence> broken = new ArrayList<>();
    Random random = new Random(4);
    for (String part : QUOTES) {
      RealEvidence.Scenario s = evidence.scenario(part);
      damage(broken, s.tdx() ? Family.TDX : Family.SGX, evidence.bytes(s.quote()), random);
    }
    damage(broken, Family.SNP, evidence.snp().raw(), random);
    damage(broken, Family.NITRO, evidence.nitro().raw(), random);
    damage(broken, Family.NVIDIA_GPU, evidence.gpu().raw(), random);
    Attestation all = Verifiers.all();
    int[] next = new int[1];
    return () -> refused(all, broken.get(next[0]++ % broken.size()));
  }

  private static void damage(List<Evidence> broken, Family family, byte[] raw, Random random) {
    for (int i = 0; i < 8; i++) {
      broken.add(Evidence.of(family, Arrays.copyOf(raw, 1 + random.nextInt(raw.length - 1))));
    }
    broken.add(Evidence.of(family, new byte[raw.length]));
    byte[] noise = new byte[raw.length];
    random.nextBytes(noise);
    broken.add(Evidence.of(family, noise));
  }

  private static boolean refused(Attestation all, Evidence evidence) {
    try {
      return !all.appraise(
              evidence,
              Collateral.none(),
              TrustAnchors.production(),
              Expectations.none(),
              Policy.production(),
              SNP_AT)
          .accepted();
    } catch (AttestException unusable) {
      return true;
    }
  }
}
