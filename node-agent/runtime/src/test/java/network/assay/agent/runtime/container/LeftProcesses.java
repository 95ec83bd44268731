package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks for processes by their control group. */
final class LeftProcesses {
  private LeftProcesses() {}

  static List<String> inCgroup(String name) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(path -> path.getFileName().toString().matches("[0-9]+")).toList()) {
        try {
          if (Files.readString(process.resolve("cgroup")).contains(name)) {
            found.add(
                process + " " + Files.readString(process.resolve("cmdline")).replace('\0', ' '));
          }
        } catch (IOException e) {
          // Gone meanwhile.
        }
      }
    }
    return found;
  }
}
