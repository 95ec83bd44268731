package network.assay.testchain.bench.attest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.Inspector;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.attest.policy.PolicyParser;

/**
 * What refusing malformed input costs, parser by parser: real items, damaged in every place where
 * damage is seen. Only what is refused as malformed counts; what is well-formed and wrong is
 * another measurement. Processor time of one thread, each item alone.
 */
final class RefusalTimes {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int VARIANTS = 512;
  private static final int MEASURED = 4_000;
  private static final long WARM_NS = 1_500_000_000L;
  private static final Instant AT = Instant.parse("2025-06-01T00:00:00Z");

  private final RealEvidence evidence;
  private final Random random = new Random(41);

  RefusalTimes(RealEvidence evidence) {
    this.evidence = evidence;
  }

  /** Something that takes bytes; refuses by throwing. */
  private interface Parser {
    void take(byte[] bytes);
  }

  /**
   * Of one parser.
   *
   * @param items how many damaged items are refused as malformed
   */
  record Times(long meanNs, long p99Ns, int items) {}

  /** All parsers, by name. */
  Map<String, Times> measure() {
    Map<String, Times> all = new LinkedHashMap<>();
    Attestation verifiers = Verifiers.all();
    for (String part : List.of("quote_v3_sgx", "quote_v4_tdx", "quote_v5_tdx")) {
      RealEvidence.Scenario s = evidence.scenario(part);
      Family family = s.tdx() ? Family.TDX : Family.SGX;
      all.put(part.substring(6), times(evidence.bytes(s.quote()), alone(verifiers, family)));
    }
    all.put("snp", times(evidence.snp().raw(), alone(verifiers, Family.SNP)));
    all.put("nitro", times(evidence.nitro().raw(), alone(verifiers, Family.NITRO)));
    all.put("nvidia-gpu", times(evidence.gpu().raw(), alone(verifiers, Family.NVIDIA_GPU)));
    all.put(
        "nvidia-json",
        times(
            evidence.bytes("nvidia/NVIDIA+nvtrust/data__gpu_evidence.json"),
            alone(verifiers, Family.NVIDIA_GPU)));
    all.put(
        "tpm",
        times(
            evidence.bytes("tpm/confidential-containers+trustee/az-snp-vtpm__evidence-v1.json"),
            alone(verifiers, Family.TPM)));
    all.put(
        "eventlog",
        times(
            evidence.bytes("eventlog/google+go-eventlog/ccel__cos-113-intel-tdx.bin"),
            alone(verifiers, Family.EVENTLOG)));
    all.put("ear", times(ear(), alone(verifiers, Family.EAR)));
    all.put("policy", times(policy(), PolicyParser::parse));
    collateral(all);
    return all;
  }

  private static Parser alone(Attestation verifiers, Family family) {
    return bytes -> {
      if (accepted(verifiers, Evidence.of(family, bytes), Collateral.none(), AT)) {
        throw new IllegalStateException("damaged evidence was accepted");
      }
    };
  }

  private static boolean accepted(
      Attestation verifiers, Evidence evidence, Collateral collateral, Instant at) {
    return verifiers
        .appraise(
            evidence,
            collateral,
            TrustAnchors.production(),
            Expectations.none(),
            Policy.production(),
            at)
        .accepted();
  }

  /** Each kind beside a good quote, and by the inspector that sorts what is imported. */
  private void collateral(Map<String, Times> all) {
    RealEvidence.Scenario s = evidence.scenario("quote_v4_tdx");
    byte[] quote = evidence.bytes(s.quote());
    Collateral good = evidence.collateral(s);
    Map<Kind, byte[]> kinds = new LinkedHashMap<>();
    kinds.put(Kind.INTEL_TCB_INFO_TDX, evidence.bytes(s.tcbInfo()));
    kinds.put(Kind.INTEL_QE_IDENTITY, evidence.bytes(s.qeIdentity()));
    kinds.put(Kind.INTEL_PCK_CRL, evidence.bytes(s.pckCrl()));
    kinds.put(Kind.INTEL_ROOT_CRL, evidence.bytes(s.rootCrl()));
    kinds.forEach((kind, raw) -> {
      Parser beside =
          bytes -> {
            Item item = Item.of(kind, "damaged", bytes);
            Collateral with = (k, key) -> k == kind ? List.of(item) : good.find(k, key);
            // Nothing remembered: a stranger's collateral finds no warm cache. What the damage left
            // as it was signed is accepted, and counts for nothing here.
            var _ = accepted(Verifiers.all(), Evidence.of(Family.TDX, quote), with, s.at());
          };
      all.put(
          "beside-a-quote-" + kind.name().toLowerCase(java.util.Locale.ROOT), times(raw, beside));
    });
    all.put("import", times(evidence.bytes(s.tcbInfo()), RefusalTimes::inspect));
  }

  private static void inspect(byte[] bytes) {
    try {
      var item = Inspector.inspect(bytes, "a bench", AT);
      if (item.key().isEmpty()) {
        throw new IllegalStateException("an item without a key");
      }
    } catch (CollateralException e) {
      throw new AttestException(
          "MALFORMED", e.getMessage() == null ? "" : e.getMessage(), "an item");
    }
  }

  private byte[] ear() {
    byte[] claims =
        evidence.bytes("ear/veraison+ear/veraison+ear__arc__data__ear-claims-tv-ok.json");
    var base64 = java.util.Base64.getUrlEncoder().withoutPadding();
    String header = base64.encodeToString("{\"alg\":\"ES256\",\"typ\":\"JWT\"}".getBytes(UTF_8));
    String text = header + "." + base64.encodeToString(claims) + "." + "A".repeat(86);
    return text.getBytes(US_ASCII);
  }

  private static byte[] policy() {
    return """
    {"version":1,"name":"a policy","gradeMin":"processor","families":{
      "tdx":{"tcbStatuses":["UpToDate"],"tcbEvaluationMin":17,"accept":[{"mrtd":"%s","rtmr1":["%s"]}]},
      "snp":{"accept":[{"measurement":"%s"}],"limits":{"vmpl.max":0}}}}\
    """
        .formatted("ab".repeat(48), "cd".repeat(48), "ef".repeat(48))
        .getBytes(UTF_8);
  }

  private Times times(byte[] good, Parser parser) {
    List<byte[]> broken = new ArrayList<>();
    for (int i = 0; i < VARIANTS; i++) {
      byte[] damaged = damaged(good, i);
      if (refused(parser, damaged)) {
        broken.add(damaged);
      }
    }
    if (broken.isEmpty()) {
      throw new IllegalStateException("no damage was seen: " + good.length + " bytes");
    }
    long warm = THREADS.getCurrentThreadCpuTime() + WARM_NS;
    for (int i = 0; THREADS.getCurrentThreadCpuTime() < warm; i++) {
      require(refused(parser, broken.get(i % broken.size())));
    }
    long[] spent = new long[MEASURED];
    for (int i = 0; i < MEASURED; i++) {
      byte[] item = broken.get(i % broken.size());
      long start = THREADS.getCurrentThreadCpuTime();
      boolean seen = refused(parser, item);
      spent[i] = THREADS.getCurrentThreadCpuTime() - start;
      require(seen);
    }
    Arrays.sort(spent);
    long mean = Arrays.stream(spent).sum() / MEASURED;
    return new Times(mean, spent[MEASURED * 99 / 100], broken.size());
  }

  private static void require(boolean refused) {
    if (!refused) {
      throw new IllegalStateException("a damaged item was refused once and then not");
    }
  }

  private static boolean refused(Parser parser, byte[] bytes) {
    try {
      parser.take(bytes);
      return false;
    } catch (AttestException malformed) {
      return true;
    }
  }

  /** Cut, lengthened, overwritten by noise, by edges of numbers, or with a range taken out. */
  private byte[] damaged(byte[] good, int number) {
    int at = random.nextInt(good.length);
    byte[] bad = good.clone();
    switch (number % 6) {
      case 0 -> bad = Arrays.copyOf(good, Math.max(1, at));
      case 1 -> bad = Arrays.copyOf(good, good.length + 1 + random.nextInt(4_096));
      case 2 -> Arrays.fill(bad, at, Math.min(good.length, at + 64), (byte) 0xff);
      case 3 -> bad[at] ^= (byte) (1 + random.nextInt(255));
      case 4 -> {
        int end = Math.min(good.length, at + 1 + random.nextInt(256));
        System.arraycopy(good, end, bad, at, good.length - end);
        bad = Arrays.copyOf(bad, Math.max(1, good.length - (end - at)));
      }
      default -> random.nextBytes(bad);
    }
    return bad;
  }
}
