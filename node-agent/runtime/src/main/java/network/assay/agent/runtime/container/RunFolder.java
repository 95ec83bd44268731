package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import network.assay.agent.execute.container.RunId;

/** Where the files of one run lie. What decides is written by rename: it is there wholly or not. */
record RunFolder(RunId run, Path path) {

  static RunFolder of(Path runs, RunId run) {
    return new RunFolder(run, runs.resolve(run.text()));
  }

  /** The specification's mark and the moment of its start; made before anything runs. */
  Path begun() {
    return path.resolve("begun");
  }

  /** Read-only inside as {@code /assay/in}. */
  Path inputs() {
    return path.resolve("in");
  }

  Path diskImage() {
    return path.resolve("disk.img");
  }

  /** Where the run's disk is mounted; {@code out} and {@code tmp} below it are seen inside. */
  Path disk() {
    return path.resolve("disk");
  }

  Path out() {
    return disk().resolve("out");
  }

  Path tmp() {
    return disk().resolve("tmp");
  }

  Path log() {
    return path.resolve("log");
  }

  Path logPipe() {
    return path.resolve("log.pipe");
  }

  /** What the engine calls the container. */
  Path engineId() {
    return path.resolve("engine-id");
  }

  /** Why we stopped it, written before we do. */
  Path stopped() {
    return path.resolve("stopped");
  }

  /** What came of it. */
  Path outcome() {
    return path.resolve("outcome.json");
  }

  /** The outputs that were taken, by number. */
  Path kept() {
    return path.resolve("kept");
  }

  void make() throws IOException {
    Files.createDirectories(path);
    // The container's root is another user outside and must reach what is mounted for it.
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
  }

  static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  static void write(Path file, String text) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (var channel =
        java.nio.channels.FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(
          java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes a folder and what is below it, following no link and leaving no file system. */
  static void removeAll(Path folder) throws IOException {
    if (!Files.isDirectory(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(folder);
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path dir, java.io.@org.jspecify.annotations.Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
