package network.assay.testchain.devnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a running development network says of itself, in {@code devnet.json} of its folder.
 *
 * @param startedAtMs of the process: with the pid it names one process, not its successor under the
 *     same number
 */
public record DevnetState(
    long pid,
    long startedAtMs,
    long chainPid,
    String chain,
    String rpc,
    String coordinator,
    String deployment,
    String consumerKey) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  static Path file(Path folder) {
    return folder.resolve("devnet.json");
  }

  static DevnetState of(Devnet devnet) {
    ProcessHandle self = ProcessHandle.current();
    return new DevnetState(
        self.pid(),
        startOf(self),
        devnet.chain().pid(),
        devnet.chain().version(),
        devnet.chain().rpc().toString(),
        devnet.coordinatorUrl().toString(),
        devnet.layout().deployment().toString(),
        devnet.layout().keyFile("consumer").toString());
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
  }

  void write(Path folder) throws IOException {
    Path fresh = folder.resolve("devnet.json.new");
    Files.write(fresh, JSON.writeValueAsBytes(this));
    Files.move(
        fresh, file(folder), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static Optional<DevnetState> read(Path folder) {
    Path file = file(folder);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), DevnetState.class));
    } catch (IOException | JacksonException e) {
      throw new DevnetException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The process, if it is still the one that wrote this. */
  Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(p -> startOf(p) == startedAtMs);
  }

  /**
   * The chain's process, if it is still one of Anvil or Besu: left behind where the network was
   * killed.
   */
  Optional<ProcessHandle> chainProcess() {
    return ProcessHandle.of(chainPid)
        .filter(ProcessHandle::isAlive)
        .filter(p ->
            p.info()
                .commandLine()
                .filter(c -> c.contains("anvil") || c.contains("besu"))
                .filter(c -> c.contains(rpc.substring(rpc.lastIndexOf(':') + 1)))
                .isPresent());
  }

  Map<String, Object> toMap(boolean running, String health) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("running", running);
    out.put("health", health);
    out.put("pid", pid);
    out.put("chain", chain);
    out.put("rpc", rpc);
    out.put("coordinator", coordinator);
    out.put("deployment", deployment);
    out.put("consumerKey", consumerKey);
    return out;
  }

  String toJson(boolean running, String health) {
    return JSON.writeValueAsString(toMap(running, health));
  }
}
