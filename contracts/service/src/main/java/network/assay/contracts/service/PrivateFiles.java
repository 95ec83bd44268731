package network.assay.contracts.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files with secrets: mode 600 from their first byte, never overwritten, refused where others can
 * read them.
 */
final class PrivateFiles {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** Keys, certificates and passwords are short. */
  private static final int BYTES_MAX = 64 << 10;

  private PrivateFiles() {}

  /**
   * Effects: the text, durable, in a new file of mode 600. Throws {@link ConfigProblem} where the
   * file exists.
   */
  static void create(Path file, String text) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileAttribute<?>[] attributes =
          isPosix(file)
              ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
              : new FileAttribute<?>[0];
      try (FileChannel channel =
          FileChannel.open(
              file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
    } catch (FileAlreadyExistsException e) {
      throw new ConfigProblem(
          "the file " + file + " exists and is not overwritten: move it away first", e);
    } catch (IOException e) {
      throw new ConfigProblem("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The file's text. Throws {@link ConfigProblem} where it is missing, too long, or readable by
   * others.
   */
  static String read(Path file) {
    try {
      if (isPosix(file)) {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(mode)) {
          throw new ConfigProblem(
              "want "
                  + file
                  + " readable by its owner only (chmod 600), got mode "
                  + PosixFilePermissions.toString(mode));
        }
      }
      if (Files.size(file) > BYTES_MAX) {
        throw new ConfigProblem(
            "want " + file + " of at most " + BYTES_MAX + " bytes, got " + Files.size(file));
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigProblem("there is no file " + file, e);
    } catch (IOException e) {
      throw new ConfigProblem("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
