package network.assay.coordinator.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.protocol.Bytes32;

/** A {@link KilledCoordinator} that runs. */
record CoordinatorProcess(Process process, int http, int grpc, Bytes32 pin) {

  static CoordinatorProcess start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledCoordinator.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder seen = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("READY ")) {
        String[] parts = line.split(" ", -1);
        Thread.ofVirtual().start(() -> out.lines().forEach(more -> {}));
        return new CoordinatorProcess(
            process,
            Integer.parseInt(parts[1]),
            Integer.parseInt(parts[2]),
            Bytes32.fromHex(parts[3]));
      }
      seen.append(line).append('\n');
    }
    throw new IOException("the coordinator ended: " + seen);
  }

  /** SIGKILL: nothing is said to anybody. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the coordinator does not die");
    }
  }
}
