package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an agent keeps its containers, and how much.
 *
 * @param state a folder of ours alone, on a disk
 * @param journalId random, made once per folder: every container bears it
 * @param imageFolders where OCI layouts lie, as folders or tar archives; nothing there is changed
 * @param imageBytesMax of one image, unpacked
 * @param cacheBytesMax of all images that we loaded; the least recently used go first
 */
public record ContainerHome(
    Path state, String journalId, List<Path> imageFolders, long imageBytesMax, long cacheBytesMax) {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

  public ContainerHome {
    imageFolders = List.copyOf(imageFolders);
    if (!ID.matcher(journalId).matches() || imageBytesMax < 1 || cacheBytesMax < imageBytesMax) {
      throw new IllegalArgumentException(
          "want a journal id of 16 hexadecimal digits and 1 ≤ imageBytesMax ≤ cacheBytesMax, got "
              + journalId
              + ", "
              + imageBytesMax
              + " and "
              + cacheBytesMax);
    }
  }

  /** Opens or makes the folder, with its id. */
  public static ContainerHome open(
      Path state, List<Path> imageFolders, long imageBytesMax, long cacheBytesMax)
      throws IOException {
    Files.createDirectories(state.resolve("runs"));
    Path real = state.toRealPath();
    for (Path folder : List.of(real, real.resolve("runs"))) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }
    Path file = real.resolve("journal-id");
    Optional<String> known = RunFolder.read(file);
    if (known.isEmpty()) {
      byte[] random = new byte[8];
      new SecureRandom().nextBytes(random);
      RunFolder.write(file, HexFormat.of().formatHex(random));
    }
    return new ContainerHome(
        real, Files.readString(file), imageFolders, imageBytesMax, cacheBytesMax);
  }

  Path runs() {
    return state.resolve("runs");
  }
}
