package network.assay.agent.execute.container;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A container to run. Its files are: the image, read-only; {@code /assay/in}, read-only; {@code
 * /assay/out} and {@code /tmp}, which share the disk limit. It has no capabilities, gains no
 * privileges, and its root is nobody on the host.
 *
 * @param image what must run, by what it is
 * @param imageName where a registry has it, such as {@code docker.io/library/busybox}; empty where
 *     the image must be here already
 * @param argv the command; empty for the image's own
 * @param env added to the image's own
 * @param devices CDI names, such as {@code nvidia.com/gpu=0}; each must be there before the work
 *     counts
 */
public record ContainerSpec(
    RunId run,
    ImageDigest image,
    Optional<String> imageName,
    List<String> argv,
    SortedMap<String, String> env,
    List<InputFile> inputs,
    List<OutputRule> outputs,
    ContainerLimits limits,
    NetworkRule network,
    List<String> devices) {
  private static final int LIST_MAX = 256;
  private static final int FILES_MAX = 64;
  private static final int TEXT_MAX = 32 * 1024;
  private static final Pattern ENV_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Pattern IMAGE_NAME =
      Pattern.compile("[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*){1,8}");
  private static final Pattern CDI_NAME =
      Pattern.compile("[a-z0-9][a-z0-9.-]{0,99}/[A-Za-z0-9._-]{1,99}=[A-Za-z0-9._:-]{1,99}");

  public ContainerSpec {
    argv = List.copyOf(argv);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    devices = List.copyOf(devices);
    atMost("words of command", argv.size(), LIST_MAX);
    atMost("environment variables", env.size(), LIST_MAX);
    atMost("inputs", inputs.size(), FILES_MAX);
    atMost("outputs", outputs.size(), FILES_MAX);
    atMost("devices", devices.size(), FILES_MAX);
    argv.forEach(word -> Texts.requireNoNul("a word of command", word, TEXT_MAX));
    env.forEach((name, value) -> {
      matches("an environment variable's name", ENV_NAME, name);
      Texts.requireNoNul("an environment variable", value, TEXT_MAX);
    });
    imageName.ifPresent(name -> matches("an image's name", IMAGE_NAME, name));
    devices.forEach(name -> matches("a CDI device", CDI_NAME, name));
    apart(inputs.stream().map(InputFile::path).toList(), "inputs");
    apart(outputs.stream().map(OutputRule::path).toList(), "outputs");
  }

  /** A container of this image and command, with nothing else. */
  public static ContainerSpec of(
      RunId run, ImageDigest image, ContainerLimits limits, String... argv) {
    return new ContainerSpec(
        run,
        image,
        Optional.empty(),
        List.of(argv),
        new TreeMap<>(),
        List.of(),
        List.of(),
        limits,
        new NetworkRule.None(),
        List.of());
  }

  public ContainerSpec withFiles(List<InputFile> in, List<OutputRule> out) {
    return new ContainerSpec(run, image, imageName, argv, env, in, out, limits, network, devices);
  }

  public ContainerSpec withNetwork(NetworkRule rule) {
    return new ContainerSpec(
        run, image, imageName, argv, env, inputs, outputs, limits, rule, devices);
  }

  public ContainerSpec withDevices(List<String> names) {
    return new ContainerSpec(
        run, image, imageName, argv, env, inputs, outputs, limits, network, names);
  }

  public ContainerSpec withImageName(String name) {
    return new ContainerSpec(
        run, image, Optional.of(name), argv, env, inputs, outputs, limits, network, devices);
  }

  public ContainerSpec withEnv(SortedMap<String, String> variables) {
    return new ContainerSpec(
        run, image, imageName, argv, variables, inputs, outputs, limits, network, devices);
  }

  private static void atMost(String what, int got, int max) {
    if (got > max) {
      throw new IllegalArgumentException("want at most " + max + " " + what + ", got " + got);
    }
  }

  private static void matches(String what, Pattern shape, String got) {
    if (got.length() > TEXT_MAX || !shape.matcher(got).matches()) {
      throw new IllegalArgumentException(
          "want " + what + " like " + shape.pattern() + ", got \"" + Texts.cut(got) + "\"");
    }
  }

  /** No path twice, and none below another. */
  private static void apart(List<String> paths, String what) {
    Set<String> seen = new HashSet<>(paths);
    boolean nested =
        paths.stream()
            .anyMatch(path -> seen.stream().anyMatch(other -> path.startsWith(other + "/")));
    if (nested || seen.size() != paths.size()) {
      throw new IllegalArgumentException(
          "want " + what + " apart from each other, got one twice or one within another");
    }
  }
}
