package network.assay.coordinator.app.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Unpacks PostgreSQL's programs out of the class path, once a version. */
final class PostgresBinaries {
  private static final String VERSION = "18.6.0";

  private PostgresBinaries() {}

  /**
   * The folder with bin, lib and share; unpacked on the first call. A half-unpacked folder is never
   * seen: it gets its name when it is whole.
   *
   * @throws StoreProblem where there are no binaries for this machine
   */
  static Path unpackInto(Path home) {
    Path ready = home.resolve("postgres-" + VERSION);
    if (Files.isDirectory(ready)) {
      return ready;
    }
    try (InputStream archive = open()) {
      Path raw = Files.createTempDirectory(home, "unpack-");
      unpack(archive, raw);
      moveIntoPlace(raw, ready);
      return ready;
    } catch (IOException e) {
      throw new StoreProblem("cannot unpack PostgreSQL into " + home.getFileName(), e);
    }
  }

  private static InputStream open() {
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String name =
        switch (arch) {
          case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
          case "aarch64" -> "postgres-linux-arm_64.txz";
          default -> "postgres-linux-" + arch + ".txz";
        };
    InputStream archive = PostgresBinaries.class.getResourceAsStream("/" + name);
    if (archive == null || !System.getProperty("os.name").startsWith("Linux")) {
      throw new StoreProblem(
          "no PostgreSQL comes along for "
              + System.getProperty("os.name")
              + " on "
              + arch
              + "; set databaseUrl to a PostgreSQL of your own");
    }
    return archive;
  }

  private static void unpack(InputStream archive, Path into) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = into.resolve(entry.getName()).normalize();
        if (!target.startsWith(into)) {
          throw new IOException("the archive leaves its folder: " + entry.getName());
        }
        unpackEntry(tar, entry, target);
      }
    }
  }

  private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, target);
    boolean executable = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static void moveIntoPlace(Path raw, Path ready) throws IOException {
    Files.setPosixFilePermissions(raw, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      Files.move(raw, ready, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      deleteTree(raw); // another process was faster; its folder is as good
    }
  }

  static void deleteTree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
