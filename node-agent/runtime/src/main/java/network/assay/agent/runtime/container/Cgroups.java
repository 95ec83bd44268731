package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The control groups of this machine: one folder a hierarchy in version 1, one in version 2. */
final class Cgroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private Cgroups() {}

  /** Whether controllers are in the unified hierarchy, version 2. */
  static boolean isUnified() {
    return Files.exists(ROOT.resolve("cgroup.controllers"));
  }

  /** Where a hierarchy is mounted: of version 1, each real one; of version 2, the only one. */
  static List<Path> hierarchies() throws IOException {
    if (isUnified()) {
      return List.of(ROOT);
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(ROOT)) {
      children
          .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .forEach(found::add);
    }
    return found;
  }

  /** Removes a group and what is below it, in all hierarchies; one with processes stays. */
  static void remove(String name) throws IOException {
    for (Path hierarchy : hierarchies()) {
      removeBelow(hierarchy.resolve(name));
    }
  }

  private static void removeBelow(Path group) throws IOException {
    if (!Files.isDirectory(group, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> children = Files.list(group)) {
      for (Path child : children.filter(Files::isDirectory).toList()) {
        removeBelow(child);
      }
    }
    try {
      Files.delete(group);
    } catch (DirectoryNotEmptyException e) {
      // Its files are the kernel's and go with it: this is a child that came meanwhile.
    }
  }
}
