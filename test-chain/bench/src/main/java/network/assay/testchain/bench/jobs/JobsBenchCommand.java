package network.assay.testchain.bench.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import network.assay.testchain.bench.BenchReport;
import network.assay.testchain.bench.BenchReport.Goal;
import network.assay.testchain.devnet.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code assay bench jobs}. */
@Command(
    name = "jobs",
    mixinStandardHelpOptions = true,
    description = "Durable transitions, warm start, start elsewhere after a node is lost.")
public final class JobsBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** What can be measured alone. */
  enum Part {
    TRANSITIONS,
    WARM,
    LOST
  }

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Option(
      names = "--part",
      split = ",",
      description = "measure only: ${COMPLETION-CANDIDATES} (default: all)")
  private Set<Part> parts = EnumSet.allOf(Part.class);

  @Option(
      names = "--jobs",
      defaultValue = "4000",
      description = "jobs whose transitions are measured (default: ${DEFAULT-VALUE})")
  private int jobs;

  @Option(
      names = "--starts",
      defaultValue = "15",
      description = "warm starts that are measured (default: ${DEFAULT-VALUE})")
  private int starts;

  private final Map<String, Long> figures = new LinkedHashMap<>();
  private final List<Goal> goals = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("assay-bench-jobs");
    try {
      measure(folder);
    } finally {
      delete(folder);
    }
    BenchReport report = new BenchReport("jobs", machine(), versions(), figures, Map.of(), goals);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.toJson());
    } else {
      goals.forEach(g ->
          out.printf(
              "%-60s %,10d %-12s goal %,10d  %s%n",
              g.name(), g.value(), g.unit(), g.goal(), g.met() ? "met" : "missed"));
    }
    return 0;
  }

  private void measure(Path folder) throws IOException {
    Progress progress = new Progress(spec.commandLine().getErr());
    if (parts.contains(Part.TRANSITIONS)) {
      Transitions.Measured m = Transitions.run(Files.createDirectory(folder.resolve("t")), jobs);
      figures.put("transitions", m.transitions());
      figures.put("transitions_ms", m.nanos() / 1_000_000);
      figures.put("transitions_per_s", m.perSecond());
      figures.put("fsync_us", m.fsyncUs());
      goals.add(Goal.atLeast("durable job transitions, fsync on", m.perSecond(), 3_000, "per s"));
    }
    if (parts.contains(Part.WARM)) {
      List<Long> ms = LiveJobs.warmMs(Files.createDirectory(folder.resolve("w")), starts, progress);
      spread("submit_to_running_builtin", ms);
      goals.add(Goal.atMost("warm submit → running, built in, p50", median(ms), 300, "ms"));
    }
    if (parts.contains(Part.LOST)) {
      List<Long> ms = LiveJobs.lostMs(Files.createDirectory(folder.resolve("l")), 3, progress);
      spread("lost_to_running_elsewhere", ms);
      goals.add(Goal.atMost("node lost → running elsewhere, worst", ms.getLast(), 15_000, "ms"));
    }
  }

  private static long median(List<Long> sorted) {
    return sorted.get(sorted.size() / 2);
  }

  private void spread(String name, List<Long> sorted) {
    figures.put(name + "_count", (long) sorted.size());
    figures.put(name + "_min_ms", sorted.getFirst());
    figures.put(name + "_p50_ms", median(sorted));
    figures.put(name + "_max_ms", sorted.getLast());
  }

  private static Map<String, String> machine() {
    return Map.of(
        "os",
        System.getProperty("os.name", "?") + " " + System.getProperty("os.arch", "?"),
        "processors",
        Integer.toString(Runtime.getRuntime().availableProcessors()),
        "chain",
        "Anvil: a block for each transaction (warm start), a block each second (node lost)");
  }

  private static Map<String, String> versions() {
    return Map.of("java", System.getProperty("java.version", "?"), "database", "PostgreSQL");
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
