package network.assay.coordinator.client;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.coordinator.client.spec.RunnableSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A container as options, and the files that it is given. */
final class ContainerOptions {
  private static final int FILES_MAX = 1_000;
  private static final int PIDS_MAX = 256;
  private static final int LOG_BYTES_MAX = 1 << 20;

  @Option(
      names = "--image",
      paramLabel = "[NAME@]sha256:HEX",
      description = "a container by the digest of its image, with the command after --")
  private @Nullable String image;

  @Option(
      names = "--input",
      paramLabel = "PATH=FILE",
      description =
          "a file for the container, found at /assay/in/PATH; of a specification NAME=FILE; 256 KiB in all")
  private Map<String, Path> inputs = new LinkedHashMap<>();

  @Option(
      names = "--output",
      paramLabel = "PATH",
      description = "a file that the container leaves at /assay/out/PATH; default: result")
  private List<String> outputs = new ArrayList<>();

  @Option(names = "--env", paramLabel = "NAME=VALUE", description = "an environment variable")
  private Map<String, String> env = new LinkedHashMap<>();

  @Option(
      names = "--cpu",
      paramLabel = "CORES",
      defaultValue = "1",
      description = "default ${DEFAULT-VALUE}")
  private BigDecimal cpu = BigDecimal.ONE;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "256MiB",
      description = "default ${DEFAULT-VALUE}")
  private String memory = "256MiB";

  @Option(
      names = "--disk",
      paramLabel = "SIZE",
      defaultValue = "64MiB",
      description = "default ${DEFAULT-VALUE}")
  private String disk = "64MiB";

  @Option(
      names = "--time",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "how long it may run; default ${DEFAULT-VALUE}")
  private String time = "60s";

  boolean isGiven() {
    return image != null;
  }

  Map<String, Path> inputs() {
    return inputs;
  }

  /** The container with this command. */
  ContainerJob job(List<String> argv) {
    String name = String.valueOf(image);
    int at = name.lastIndexOf('@');
    return new ContainerJob(
        name.substring(at + 1),
        at < 0 ? "" : name.substring(0, at),
        argv,
        new TreeMap<>(env),
        (outputs.isEmpty() ? List.of("result") : outputs)
            .stream()
                .map(path -> new ContainerJob.Output(path, 1, EvidenceBundle.CIPHERTEXT_BYTES_MAX))
                .toList(),
        List.of(),
        new ContainerJob.Limits(
            cpu.movePointRight(3).intValue(),
            RunnableSpec.size(memory),
            PIDS_MAX,
            RunnableSpec.size(disk),
            FILES_MAX,
            RunnableSpec.timeMs(time),
            LOG_BYTES_MAX));
  }

  SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> out = new TreeMap<>();
    inputs.forEach((path, file) -> out.put(path, read(file)));
    return out;
  }

  /** A file that may be sent; refused by its length before it is read. */
  static byte[] read(Path file) {
    try {
      long size = Files.size(file);
      if (size > EvidenceBundle.INPUT_BYTES_MAX) {
        throw new ConsumerException(
            "INPUT_SIZE",
            "%s has %d bytes, at most %d are taken"
                .formatted(file, size, EvidenceBundle.INPUT_BYTES_MAX));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ConsumerException("CANNOT_READ", "cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
