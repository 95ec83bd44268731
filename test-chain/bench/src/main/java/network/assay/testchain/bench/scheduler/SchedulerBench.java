package network.assay.testchain.bench.scheduler;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.coordinator.match.OfferView;
import network.assay.coordinator.match.Request;
import network.assay.testchain.bench.BenchReport;
import network.assay.testchain.bench.BenchReport.Goal;

/** One run of everything, and what it came to beside the goals. */
final class SchedulerBench {
  private static final long SEED = 20_261_121;
  private static final int JOBS = 50_000;
  private static final long WARM_NS = 4_000_000_000L;

  private final Path home;
  private final long measureNs;
  private final Map<String, Long> figures = new LinkedHashMap<>();
  private final Map<String, String> peers = new LinkedHashMap<>();
  private final List<Goal> goals = new ArrayList<>();

  SchedulerBench(Path home, long measureMs) {
    this.home = home;
    this.measureNs = measureMs * 1_000_000;
  }

  BenchReport run() {
    Steady.Result small = steady(5_000);
    goals.add(
        Goal.atLeast(
            "placements with GPU constraints, 5,000 nodes",
            small.placedPerCpuSecond(),
            10_000,
            "per s"));
    goals.add(
        Goal.atMost(
            "the same, p99 of one placement or refusal, wall clock",
            small.samples().percentileUs(99),
            20_000,
            "µs"));
    Steady.Result large = steady(100_000);
    goals.add(
        Goal.atLeast(
            "placements with GPU constraints, 100,000 nodes",
            large.placedPerCpuSecond(),
            5_000,
            "per s"));
    traces();
    published();
    return new BenchReport("scheduler", machine(), versions(), figures, peers, goals);
  }

  private Steady.Result steady(int nodes) {
    List<OfferView> fleet = Fleet.of(nodes, SEED);
    List<Request> jobs = Workload.of(JOBS, nodes, SEED + 1);
    Steady steady = new Steady(fleet, jobs);
    var _ = steady.work(WARM_NS);
    Steady.Result result = steady.work(measureNs);
    String name = "nodes_" + nodes + "_";
    figures.put(name + "placed_per_cpu_s", result.placedPerCpuSecond());
    figures.put(name + "placed_per_wall_s", result.placedPerWallSecond());
    figures.put(name + "placed", result.placed());
    figures.put(name + "refused_with_reasons", result.refused());
    figures.put(name + "p50_us", result.samples().percentileUs(50));
    figures.put(name + "p99_us", result.samples().percentileUs(99));
    figures.put(name + "p999_us", result.samples().percentileUs(99.9));
    return result;
  }

  private void traces() {
    Optional<Path> folder = AzureTrace.find(home);
    if (folder.isEmpty()) {
      peers.put("azure-llm trace", "SKIPPED: ../shared/data/azure-llm is not beside this checkout");
      return;
    }
    for (String service : List.of("code", "conv")) {
      AzureTrace.Result result =
          AzureTrace.replay(
              folder.get().resolve("AzureLLMInferenceTrace_" + service + ".csv"),
              Fleet.of(1_000, SEED));
      String name = "azure_llm_" + service + "_";
      figures.put(name + "arrivals", result.arrivals());
      figures.put(name + "placed", result.placed());
      figures.put(name + "refused_with_reasons", result.refused());
      figures.put(name + "most_at_once", result.mostAtOnce());
      figures.put(name + "p99_us", result.samples().percentileUs(99));
    }
  }

  /** Not run here: each needs a cluster of its own. */
  private void published() {
    peers.put(
        "kube-scheduler",
        "published: its own performance tests' floor is 180 per s with extended resources, 680-810 plain");
    peers.put("Armada", "published: 100 per s");
    peers.put("Slurm", "published: 500 per s");
    peers.put("Nomad", "published: 1,500-3,750 per s");
  }

  private static Map<String, String> machine() {
    return Map.of(
        "os",
        System.getProperty("os.name", "?") + " " + System.getProperty("os.arch", "?"),
        "processors",
        Integer.toString(Runtime.getRuntime().availableProcessors()),
        "measured",
        "one thread; cpu_s are seconds of its processor time, all else wall clock; fleets and jobs "
            + "are synthetic, seed "
            + SEED);
  }

  private static Map<String, String> versions() {
    return Map.of("java", System.getProperty("java.version", "?"));
  }
}
