package network.assay.testchain.bench.attest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.oracle.verify.attest.MeasuredOperation;
import network.assay.testchain.bench.BenchReport;
import network.assay.testchain.bench.BenchReport.Goal;

/** One run of everything, and what it came to beside the goals. */
final class AttestBench {
  private static final int PEER_MS = 3_000;

  private final RealEvidence evidence;
  private final Path home;
  private final JmhRun jmh;
  private final Map<String, Long> figures = new LinkedHashMap<>();
  private final List<Goal> goals = new ArrayList<>();

  AttestBench(RealEvidence evidence, Path home, int iterations) {
    this.evidence = evidence;
    this.home = home;
    this.jmh = new JmhRun(home, iterations);
  }

  BenchReport run() {
    Map<String, Double> coldNs = new LinkedHashMap<>();
    AttestOperations.all(evidence)
        .forEach((name, operation) -> {
          JmhRun.Times times = jmh.measure(name);
          double ns = times.onceNs();
          figures.put(name + "_ns", Math.round(ns));
          figures.put(name + "_per_s", Math.round(1e9 / ns));
          if (name.startsWith("dcap.")) {
            floor(operation, times);
            coldNs.put(name, ns);
          }
        });
    goals.add(perSecond("SNP report, chain remembered", AttestOperations.SNP_WARM, 2_000));
    goals.add(perSecond("Nitro document, nothing remembered", AttestOperations.NITRO_COLD, 350));
    goals.add(perSecond("GPU report, chain remembered", AttestOperations.GPU_WARM, 1_500));
    goals.add(
        Goal.atMost(
            "malformed evidence refused",
            figure(AttestOperations.MALFORMED + "_ns") / 1_000,
            1_000,
            "µs"));
    refusals();
    PeerRun.Measured peer =
        new PeerRun(home.resolve("test-chain/bench/target/peer"), evidence).run(PEER_MS);
    peer.ns().forEach((quote, ns) -> beside(quote, ns, coldNs));
    return new BenchReport("attest", machine(), versions(), figures, peer.notes(), goals);
  }

  /** Every parser: what refusing malformed input costs on average and in the worst of a hundred. */
  private void refusals() {
    new RefusalTimes(evidence)
        .measure()
        .forEach((name, times) -> {
          figures.put("refused." + name + "_mean_ns", times.meanNs());
          figures.put("refused." + name + "_p99_ns", times.p99Ns());
          figures.put("refused." + name + "_items", (long) times.items());
          goals.add(
              Goal.atMost(
                  "malformed " + name + " refused, 99 of 100 within",
                  times.p99Ns() / 1_000,
                  1_000,
                  "µs"));
        });
  }

  /**
   * Goals are cold and warm; a platform that is new while its collateral is known is shown beside.
   */
  private void floor(MeasuredOperation operation, JmhRun.Times times) {
    double floorNs = times.floorNs();
    figures.put(operation.name() + "_signatures", (long) operation.signatures());
    figures.put(operation.name() + "_floor_ns", Math.round(floorNs));
    long percent = Math.round(Math.floor(100 * floorNs / times.onceNs()));
    figures.put(operation.name() + "_of_floor_percent", percent);
    if (operation.name().endsWith("warm-platform")) {
      return;
    }
    goals.add(
        Goal.atLeast(
            operation.name() + ": speed beside its " + operation.signatures() + " signatures alone",
            percent,
            85,
            "percent"));
  }

  /** The peer remembers nothing, so it stands beside our coldest. */
  private void beside(String quote, double peerNs, Map<String, Double> ours) {
    figures.put("peer_" + quote + "_ns", Math.round(peerNs));
    String[] parts = quote.split("_", -1);
    double own = ours.getOrDefault("dcap." + parts[2] + "-" + parts[1] + ".cold", 0.0);
    if (own > 0) {
      goals.add(
          Goal.atLeast(
              quote + ", nothing remembered: times as fast as " + PeerRun.PACKAGE,
              Math.round(Math.floor(100 * peerNs / own)),
              101,
              "percent"));
    }
  }

  private Goal perSecond(String what, String operation, long goal) {
    return Goal.atLeast(what, figure(operation + "_per_s"), goal, "per s");
  }

  private long figure(String name) {
    return figures.getOrDefault(name, 0L);
  }

  private static Map<String, String> machine() {
    return Map.of(
        "os",
        System.getProperty("os.name", "?") + " " + System.getProperty("os.arch", "?"),
        "processors",
        Integer.toString(Runtime.getRuntime().availableProcessors()),
        "measured",
        "processor time of one thread");
  }

  private static Map<String, String> versions() {
    return Map.of(
        "java",
        System.getProperty("java.version", "?"),
        "bouncycastle",
        new org.bouncycastle.jce.provider.BouncyCastleProvider().getVersionStr(),
        "jmh",
        org.openjdk.jmh.util.Version.getPlainVersion(),
        "peer",
        PeerRun.PACKAGE);
  }
}
