package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.SandboxException;

/**
 * A run's disk: a file of exactly its size, taken from the host when the run begins, with a file
 * system of its own, so that neither bytes nor inodes can be had beyond the limit. Where there are
 * no loop devices it is a file system in memory, of the same bounds.
 */
final class Disk {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int INODES_RESERVED = 16;
  private static final long METADATA_BYTES = 1 << 20;
  private static final int INODE_BYTES = 256;

  private Disk() {}

  /** Makes and mounts it, with {@code out} and {@code tmp} that belong to {@code owner}. */
  static void mount(RunFolder folder, ContainerLimits limits, int owner)
      throws SandboxException, InterruptedException, IOException {
    if (isMounted(folder.disk())) {
      return;
    }
    Files.createDirectories(folder.disk());
    if (Files.exists(Path.of("/dev/loop-control"))) {
      mountImage(folder, limits);
    } else {
      String options =
          "size=%d,nr_inodes=%d,nosuid,nodev,mode=711"
              .formatted(limits.diskBytes(), limits.filesMax() + INODES_RESERVED);
      String _ =
          Commands.must(
              PATIENCE, "mount", "-t", "tmpfs", "-o", options, "assay", folder.disk().toString());
    }
    for (Path inner : List.of(folder.out(), folder.tmp())) {
      Files.createDirectories(inner);
      Files.setAttribute(inner, "unix:uid", owner);
      Files.setAttribute(inner, "unix:gid", owner);
      Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  private static void mountImage(RunFolder folder, ContainerLimits limits)
      throws SandboxException, InterruptedException, IOException {
    Files.deleteIfExists(folder.diskImage());
    String image = folder.diskImage().toString();
    long inodes = limits.filesMax() + (long) INODES_RESERVED;
    // Its own bookkeeping is on us: the limit is what the container may fill.
    long bytes = limits.diskBytes() + METADATA_BYTES + inodes * INODE_BYTES;
    // Taken now, so that no run fails later because the host is full.
    String _ = Commands.must(PATIENCE, "fallocate", "-l", Long.toString(bytes), image);
    String _ =
        Commands.must(
            PATIENCE,
            program("mkfs.ext4"),
            "-q",
            "-F",
            "-m",
            "0",
            "-O",
            "^has_journal,^resize_inode",
            "-E",
            "nodiscard,lazy_itable_init=1,root_owner=0:0",
            "-I",
            Integer.toString(INODE_BYTES),
            "-N",
            Long.toString(inodes),
            image);
    String _ =
        Commands.must(
            PATIENCE, "mount", "-o", "loop,nosuid,nodev", image, folder.disk().toString());
  }

  private static String program(String name) {
    return Commands.find(name).map(Path::toString).orElse(name);
  }

  static boolean isMounted(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    String real = folder.toRealPath().toString();
    try (var mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return mounts.anyMatch(line -> line.split(" ", -1)[1].equals(real));
    }
  }

  /** Whether no room is left, in bytes or in files. */
  static boolean isFull(RunFolder folder) throws SandboxException, InterruptedException {
    Commands.Answer answer =
        Commands.run(
            Map.of(), PATIENCE, List.of("stat", "-f", "-c", "%a %S %d", folder.disk().toString()));
    if (!answer.ok()) {
      return false;
    }
    String[] parts = answer.out().strip().split(" ", -1);
    long freeBytes = Long.parseLong(parts[0]) * Long.parseLong(parts[1]);
    return freeBytes < FULL_BELOW_BYTES || Long.parseLong(parts[2]) == 0;
  }

  private static final long FULL_BELOW_BYTES = 16 * 1024;

  static void unmount(RunFolder folder) throws SandboxException, InterruptedException, IOException {
    if (isMounted(folder.disk())) {
      Commands.Answer answer =
          Commands.run(Map.of(), PATIENCE, List.of("umount", folder.disk().toString()));
      if (!answer.ok()) {
        String _ = Commands.must(PATIENCE, "umount", "-l", folder.disk().toString());
      }
    }
    Files.deleteIfExists(folder.disk());
    Files.deleteIfExists(folder.diskImage());
  }
}
