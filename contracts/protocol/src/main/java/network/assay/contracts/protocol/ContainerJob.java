package network.assay.contracts.protocol;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The container part of a job specification, version 2; see docs/PROTOCOL.md §4. Whether a machine
 * can keep it is the agent's to say; here stands only what every party must read alike.
 *
 * @param image SHA-256 of the OCI manifest or configuration, {@code sha256:} and 64 digits
 * @param imageName where a registry has it; empty where the provider must have it already
 * @param argv the command; empty for the image's own
 * @param env added to the image's own
 * @param outputs what is taken at the end, below {@code /assay/out}
 * @param egress {@code host:port} each; empty for no network at all
 */
public record ContainerJob(
    String image,
    String imageName,
    List<String> argv,
    SortedMap<String, String> env,
    List<Output> outputs,
    List<String> egress,
    Limits limits) {
  /**
   * Stands where an embeddings job names its model, so that offers say that they run containers.
   */
  public static final Bytes32 CAPABILITY = Keccak.hashUtf8("assay/workload/container/v1");

  public static final int OUTPUTS_MAX = 64;
  private static final int WORDS_MAX = 64;
  private static final int EGRESS_MAX = 32;
  private static final Pattern IMAGE = Pattern.compile("sha256:[0-9a-f]{64}");

  /** At most 8 plain names; none of them hidden, none of them a way up. */
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){0,7}");

  /** What is taken of one path: a file, or at most so many files of a folder. */
  public record Output(String path, int filesMax, long bytesMax) {
    public Output {
      requirePath(path);
      require(filesMax >= 1 && filesMax <= 10_000, "outputs.filesMax", "1 to 10000", filesMax);
      require(bytesMax >= 0, "outputs.bytesMax", "0 or more", bytesMax);
    }

    boolean holds(String file) {
      return file.equals(path) || file.startsWith(path + "/");
    }
  }

  /** See the agent's limits: each is enforced, and the failure names the one that was hit. */
  public record Limits(
      int cpuMillis,
      long memoryBytes,
      int pidsMax,
      long diskBytes,
      int filesMax,
      long timeMs,
      int logBytesMax) {
    public Limits {
      require(
          cpuMillis > 0
              && memoryBytes > 0
              && pidsMax > 0
              && diskBytes > 0
              && filesMax > 0
              && timeMs > 0
              && logBytesMax >= 0,
          "limits",
          "numbers above 0",
          cpuMillis
              + ", "
              + memoryBytes
              + ", "
              + pidsMax
              + ", "
              + diskBytes
              + ", "
              + filesMax
              + ", "
              + timeMs
              + ", "
              + logBytesMax);
    }

    /** Seconds of run time, rounded up. */
    public long timeS() {
      return Math.ceilDiv(timeMs, 1_000L);
    }
  }

  public ContainerJob {
    argv = List.copyOf(argv);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    outputs = List.copyOf(outputs);
    egress = List.copyOf(egress);
    require(IMAGE.matcher(image).matches(), "image", IMAGE.pattern(), image);
    require(imageName.length() <= 256, "imageName", "at most 256 characters", imageName.length());
    require(argv.size() <= WORDS_MAX, "argv", "at most " + WORDS_MAX + " words", argv.size());
    require(env.size() <= 128, "env", "at most 128 variables", env.size());
    require(egress.size() <= EGRESS_MAX, "egress", "at most " + EGRESS_MAX, egress.size());
    require(
        !outputs.isEmpty() && outputs.size() <= OUTPUTS_MAX,
        "outputs",
        "1 to " + OUTPUTS_MAX,
        outputs.size());
    Set<String> paths = new HashSet<>();
    for (Output output : outputs) {
      boolean apart = outputs.stream().filter(other -> other.holds(output.path())).count() == 1;
      require(apart && paths.add(output.path()), "outputs", "paths apart", output.path());
    }
  }

  static void requirePath(String path) {
    require(path.length() <= 256 && PATH.matcher(path).matches(), "path", PATH.pattern(), path);
  }

  private static void require(boolean holds, String member, Object want, Object got) {
    if (!holds) {
      throw new ProtocolException("INVALID_SPEC", member + ": " + want, got);
    }
  }
}
