package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.Counters;

/**
 * A control group made by hand, in version 1 (one folder a controller) or version 2 (one folder),
 * whichever this machine has its controllers in.
 */
final class HandCgroup {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final List<String> NEEDED = List.of("memory", "cpu", "pids");
  private static final List<String> USEFUL = List.of("cpuacct", "blkio", "freezer");
  private static final int PERIOD_US = 100_000;
  private static final int KILL_ROUNDS = 100;

  private final Path root;
  private final String parent;
  private final String name;

  private HandCgroup(Path root, String parent, String name) {
    this.root = root;
    this.parent = parent;
    this.name = name;
  }

  static HandCgroup of(String parent, String name) {
    return new HandCgroup(ROOT, parent, name);
  }

  /** Below another root, for tests of the version that this machine does not have. */
  static HandCgroup below(Path root, String parent, String name) {
    return new HandCgroup(root, parent, name);
  }

  /** Why there are none of the limits here; empty where all are. */
  static Optional<String> unfit(Path root) {
    if (isUnified(root)) {
      try {
        List<String> got =
            List.of(Files.readString(root.resolve("cgroup.controllers")).strip().split(" ", -1));
        return got.containsAll(NEEDED)
            ? Optional.empty()
            : Optional.of("want the control groups " + NEEDED + ", got " + got);
      } catch (IOException e) {
        return Optional.of("the control groups cannot be read: " + e.getMessage());
      }
    }
    return NEEDED.stream().allMatch(name -> Files.isWritable(root.resolve(name)))
        ? Optional.empty()
        : Optional.of("want the control groups " + NEEDED + " below " + root + ", got fewer");
  }

  static Optional<String> unfit() {
    return unfit(ROOT);
  }

  private static boolean isUnified(Path root) {
    return Files.exists(root.resolve("cgroup.controllers"));
  }

  /** The group's folders. */
  List<Path> folders() throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    if (isUnified(root)) {
      folders.add(root.resolve(parent).resolve(name));
      return List.copyOf(folders);
    }
    for (String controller : Stream.concat(NEEDED.stream(), USEFUL.stream()).toList()) {
      Path hierarchy = root.resolve(controller);
      if (Files.isDirectory(hierarchy)) {
        // cpu and cpuacct are often two names of one.
        folders.add(hierarchy.toRealPath().resolve(parent).resolve(name));
      }
    }
    return List.copyOf(folders);
  }

  /** Makes the group with its limits. */
  void make(ContainerLimits limits) throws IOException {
    if (isUnified(root)) {
      Files.createDirectories(root.resolve(parent));
      Files.writeString(root.resolve("cgroup.subtree_control"), "+memory +cpu +pids");
      Files.writeString(
          root.resolve(parent).resolve("cgroup.subtree_control"), "+memory +cpu +pids");
    }
    for (Path folder : folders()) {
      Files.createDirectories(folder);
    }
    long quotaUs = Math.max(1_000, (long) limits.cpuMillis() * PERIOD_US / 1_000);
    String memory = Long.toString(limits.memoryBytes());
    String pids = Integer.toString(limits.pidsMax());
    if (isUnified(root)) {
      Path group = root.resolve(parent).resolve(name);
      Files.writeString(group.resolve("memory.max"), memory);
      optional(group.resolve("memory.swap.max"), "0");
      Files.writeString(group.resolve("pids.max"), pids);
      Files.writeString(group.resolve("cpu.max"), quotaUs + " " + PERIOD_US);
      return;
    }
    set("memory", "memory.limit_in_bytes", memory);
    optional(group("memory").resolve("memory.memsw.limit_in_bytes"), memory);
    set("pids", "pids.max", pids);
    set("cpu", "cpu.cfs_period_us", Integer.toString(PERIOD_US));
    set("cpu", "cpu.cfs_quota_us", Long.toString(quotaUs));
  }

  private Path group(String controller) {
    return root.resolve(controller).resolve(parent).resolve(name);
  }

  private void set(String controller, String file, String value) throws IOException {
    Files.writeString(group(controller).resolve(file), value);
  }

  /** A machine without swap has no such file. */
  private static void optional(Path file, String value) throws IOException {
    if (Files.exists(file)) {
      Files.writeString(file, value);
    }
  }

  Counters counters() throws IOException {
    return CgroupCounters.read(folders());
  }

  List<Long> processes() throws IOException {
    List<Long> found = new ArrayList<>();
    for (Path folder : folders()) {
      try {
        Files.readAllLines(folder.resolve("cgroup.procs")).stream()
            .map(Long::parseLong)
            .forEach(found::add);
      } catch (NoSuchFileException e) {
        // Not made, or removed: nobody is in it.
      }
    }
    return found.stream().distinct().toList();
  }

  /** Kills everything inside, until nothing is. */
  void kill() throws IOException, InterruptedException {
    for (int round = 0; round < KILL_ROUNDS; round++) {
      List<Long> processes = processes();
      if (processes.isEmpty()) {
        return;
      }
      for (long process : processes) {
        ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
      }
      Thread.sleep(20);
    }
    throw new IOException("some processes of " + name + " cannot be killed");
  }

  void remove() throws IOException {
    for (Path folder : folders()) {
      Files.deleteIfExists(folder);
    }
  }

  /** The names of all groups below a parent. */
  static Set<String> below(String parent) throws IOException {
    Path folder = (isUnified(ROOT) ? ROOT : ROOT.resolve("memory")).resolve(parent);
    Set<String> names = new LinkedHashSet<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> children = Files.list(folder)) {
        children
            .filter(Files::isDirectory)
            .map(child -> child.getFileName().toString())
            .forEach(names::add);
      }
    }
    return names;
  }
}
