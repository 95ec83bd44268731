package network.assay.oracle.collateral;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Collateral as people have it: loose files, bundles, folders of both. */
public final class CollateralFiles {
  private static final int FILES_MAX = 20_000;

  private CollateralFiles() {}

  /** What a path held. */
  public record Read(List<CollateralItem> items, List<String> leftOut) {}

  /**
   * Reads one file, or a folder with what lies in it.
   *
   * @param now for items that name no time of their own
   * @throws CollateralException where a file that was named itself is no collateral; in a folder
   *     such files are left out, and named
   */
  public static Read read(Path path, Instant now) {
    if (!Files.isDirectory(path)) {
      return new Read(file(path, now), List.of());
    }
    List<CollateralItem> items = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (Path file : list(path)) {
      try {
        items.addAll(file(file, now));
      } catch (CollateralException other) {
        leftOut.add(path.relativize(file) + ": " + other.getMessage());
      }
    }
    return new Read(List.copyOf(items), List.copyOf(leftOut));
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.walk(folder, 4)) {
      return files.filter(Files::isRegularFile).sorted().limit(FILES_MAX).toList();
    } catch (IOException e) {
      throw new CollateralException("UNREADABLE", e.toString(), "a folder at " + folder, e);
    }
  }

  private static List<CollateralItem> file(Path file, Instant now) {
    byte[] raw;
    try {
      byte[] start = start(file);
      if (CollateralBundle.isBundle(start)) {
        return CollateralBundle.read(file, now);
      }
      if (Files.size(file) > CollateralItem.BYTES_MAX) {
        throw new CollateralException(
            "WRONG_LENGTH",
            Files.size(file) + " bytes",
            "an item of at most " + CollateralItem.BYTES_MAX + " bytes");
      }
      raw = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CollateralException("UNREADABLE", e.toString(), "a file of collateral", e);
    }
    Optional<CollateralItem> kept = ItemFile.read(file);
    return List.of(
        kept.isPresent()
            ? kept.get()
            : Inspector.inspect(raw, String.valueOf(file.getFileName()), now));
  }

  private static byte[] start(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(16);
    }
  }
}
