package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * What this machine's Container Device Interface files say (CNCF CDI specification 0.5–1.0),
 * written by the driver's tools, such as {@code nvidia-ctk cdi generate}.
 */
public final class Cdi {
  private static final int FILE_BYTES_MAX = 4 << 20;
  private static final List<Path> STANDARD = List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi"));

  private final List<Path> folders;

  private Cdi(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /** The folders that engines read. */
  public static Cdi standard() {
    return new Cdi(STANDARD);
  }

  static Cdi in(Path folder) {
    return new Cdi(List.of(folder));
  }

  /** A device node that a CDI device puts into a container. */
  record Node(String inside, Path outside) {}

  /** All device names, such as {@code nvidia.com/gpu=0}. */
  public SortedSet<String> names() throws IOException {
    SortedSet<String> names = new TreeSet<>();
    for (Map<?, ?> spec : specs()) {
      for (Object device : list(spec.get("devices"))) {
        if (device instanceof Map<?, ?> map) {
          names.add(spec.get("kind") + "=" + map.get("name"));
        }
      }
    }
    return names;
  }

  /** The nodes that a device brings; empty where nobody knows the device. */
  Optional<List<Node>> nodes(String name) throws IOException {
    int split = name.indexOf('=');
    for (Map<?, ?> spec : specs()) {
      if (!name.substring(0, split).equals(String.valueOf(spec.get("kind")))) {
        continue;
      }
      for (Object device : list(spec.get("devices"))) {
        if (device instanceof Map<?, ?> map
            && name.substring(split + 1).equals(String.valueOf(map.get("name")))) {
          List<Node> nodes = new ArrayList<>();
          nodes.addAll(nodes(spec));
          nodes.addAll(nodes(map));
          return Optional.of(nodes);
        }
      }
    }
    return Optional.empty();
  }

  private static List<Node> nodes(Map<?, ?> holder) {
    List<Node> nodes = new ArrayList<>();
    if (holder.get("containerEdits") instanceof Map<?, ?> edits) {
      for (Object entry : list(edits.get("deviceNodes"))) {
        if (entry instanceof Map<?, ?> node && node.get("path") instanceof String path) {
          Object host = node.get("hostPath");
          nodes.add(new Node(path, Path.of(host == null ? path : host.toString())));
        }
      }
    }
    return nodes;
  }

  /**
   * Whether every node of these devices is inside, and is the same device as outside.
   *
   * @param root the container's root as the host sees it
   * @return what is missing; empty where nothing is
   */
  Optional<String> missing(List<String> devices, Path root) throws IOException {
    for (String device : devices) {
      Optional<List<Node>> nodes = nodes(device);
      if (nodes.isEmpty() || nodes.get().isEmpty()) {
        return Optional.of("no CDI file of this machine gives " + device + " a device node");
      }
      for (Node node : nodes.get()) {
        Path inside = root.resolve(node.inside().substring(1));
        if (!sameDevice(inside, node.outside())) {
          return Optional.of(
              device + " should bring " + node.inside() + ", which is not inside the container");
        }
      }
    }
    return Optional.empty();
  }

  private static boolean sameDevice(Path inside, Path outside) {
    try {
      return Files.getAttribute(inside, "unix:rdev", LinkOption.NOFOLLOW_LINKS)
              .equals(Files.getAttribute(outside, "unix:rdev"))
          && Files.readAttributes(
                  inside,
                  java.nio.file.attribute.BasicFileAttributes.class,
                  LinkOption.NOFOLLOW_LINKS)
              .isOther();
    } catch (IOException e) {
      return false;
    }
  }

  private List<Map<?, ?>> specs() throws IOException {
    List<Map<?, ?>> specs = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder).sorted()) {
          for (Path file : files.filter(Cdi::isSpec).toList()) {
            read(file).ifPresent(specs::add);
          }
        }
      }
    }
    return specs;
  }

  private static boolean isSpec(Path file) {
    String name = file.toString();
    return name.endsWith(".json") || name.endsWith(".yaml") || name.endsWith(".yml");
  }

  /** JSON is YAML, too. What cannot be read gives no device. */
  private static Optional<Map<?, ?>> read(Path file) throws IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      return Optional.empty();
    }
    try {
      Object document =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
      return document instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty();
    } catch (YAMLException e) {
      return Optional.empty();
    }
  }

  private static List<?> list(@org.jspecify.annotations.Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }
}
