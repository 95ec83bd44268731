package network.assay.contracts.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.assay.contracts.client.assay.CheckResult;

/** What this machine has for the roles of Assay. Looks at the path only; runs nothing. */
final class MachineCheck {
  private static final int JAVA_WANTED = 25;
  private static final long MEMORY_WANTED_MIB = 2_048;

  private record Tool(List<String> anyOf, String forWhat) {}

  private static final List<Tool> TOOLS =
      List.of(
          new Tool(List.of("node"), "building the contracts"),
          new Tool(List.of("mvn"), "building the Java side"),
          new Tool(List.of("besu"), "a Besu development chain (otherwise Anvil is used)"),
          new Tool(
              List.of("podman", "docker", "bwrap"),
              "running consumers' containers (the built-in workloads need none)"),
          new Tool(List.of("nvidia-smi"), "renting out an NVIDIA GPU"));

  private MachineCheck() {}

  /**
   * The checks.
   *
   * @param path the PATH variable
   * @param extra tools found elsewhere, by name, such as npm's own folder
   */
  static List<CheckResult> run(String path, Map<String, Path> extra) {
    List<CheckResult> results = new ArrayList<>();
    int java = Runtime.version().feature();
    results.add(
        java >= JAVA_WANTED
            ? new CheckResult.Accepted("Java", Runtime.version().toString())
            : new CheckResult.Rejected("Java", String.valueOf(java), JAVA_WANTED + " or newer"));
    results.add(
        new CheckResult.Accepted(
            "processors", String.valueOf(Runtime.getRuntime().availableProcessors())));
    results.add(memory());
    TOOLS.forEach(tool -> results.add(tool(tool, path)));
    extra.forEach((name, place) ->
        results.add(
            Files.isExecutable(place)
                ? new CheckResult.Accepted(name, place.toString())
                : new CheckResult.Noted(name, "not installed yet; the first build installs it")));
    return results;
  }

  private static CheckResult memory() {
    if (java.lang.management.ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean os) {
      long mib = os.getTotalMemorySize() >> 20;
      return mib >= MEMORY_WANTED_MIB
          ? new CheckResult.Accepted("memory", mib + " MiB")
          : new CheckResult.Rejected(
              "memory", mib + " MiB", "at least " + MEMORY_WANTED_MIB + " MiB for one node");
    }
    return new CheckResult.Inconclusive("memory", "this Java does not tell the machine's memory");
  }

  private static CheckResult tool(Tool tool, String path) {
    for (String name : tool.anyOf()) {
      for (String folder : path.split(File.pathSeparator, -1)) {
        Path candidate = Path.of(folder, name);
        if (!folder.isEmpty() && Files.isExecutable(candidate)) {
          return new CheckResult.Accepted(name, candidate + ": " + tool.forWhat());
        }
      }
    }
    return new CheckResult.Noted(
        String.join(" or ", tool.anyOf()), "not found; wanted only for " + tool.forWhat());
  }
}
