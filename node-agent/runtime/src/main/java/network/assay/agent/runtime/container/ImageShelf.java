package network.assay.agent.runtime.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.ImageDigest;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Finds images where the operator put them, as OCI layouts in folders or tar archives, or in a
 * registry, and hands out checked copies.
 */
final class ImageShelf {
  private static final int ENTRIES_MAX = 10_000;
  private static final String BLOBS = "blobs/sha256/";

  private final ContainerHome home;
  private final Registry registry;
  private final Map<Path, Known> archives = new HashMap<>();

  /** What an archive held when it was last looked at. */
  private record Known(long bytes, long modifiedMs, List<ImageDigest> names) {}

  ImageShelf(ContainerHome home) {
    this.home = home;
    this.registry = new Registry();
  }

  /** A checked copy of the image, in a folder that the caller removes. */
  synchronized OciImage fetch(ContainerSpec spec)
      throws IOException, ImageRefusedException, InterruptedException {
    Path staged = home.state().resolve("staged").resolve(spec.image().hex());
    RunFolder.removeAll(staged);
    Files.createDirectories(OciImage.blob(staged, spec.image()).getParent());
    try {
      Optional<Path> local = find(spec.image());
      if (local.isPresent()) {
        copy(local.get(), staged);
      } else if (spec.imageName().isPresent()) {
        registry.pull(spec.imageName().get(), spec.image(), staged, home.imageBytesMax());
      } else {
        throw ImageRefusedException.missing(
            "want image "
                + spec.image()
                + " in one of "
                + home.imageFolders()
                + " or a name to pull it by, got neither");
      }
      return OciImage.check(staged, spec.image(), home.imageBytesMax());
    } catch (IOException | ImageRefusedException | InterruptedException | RuntimeException e) {
      RunFolder.removeAll(staged);
      throw e;
    }
  }

  private Optional<Path> find(ImageDigest want) throws IOException {
    for (Path folder : home.imageFolders()) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> children = Files.list(folder).sorted()) {
        for (Path child : children.toList()) {
          if (names(child).contains(want)) {
            return Optional.of(child);
          }
        }
      }
    }
    return Optional.empty();
  }

  private List<ImageDigest> names(Path child) throws IOException {
    if (Files.isDirectory(child)) {
      return OciImage.names(child);
    }
    if (!child.toString().endsWith(".tar")) {
      return List.of();
    }
    long bytes = Files.size(child);
    long modifiedMs = Files.getLastModifiedTime(child).toMillis();
    Known known = archives.get(child);
    if (known == null || known.bytes() != bytes || known.modifiedMs() != modifiedMs) {
      known = new Known(bytes, modifiedMs, archiveNames(child));
      archives.put(child, known);
    }
    return known.names();
  }

  private List<ImageDigest> archiveNames(Path archive) throws IOException {
    Path peek = home.state().resolve("staged").resolve("peek");
    RunFolder.removeAll(peek);
    Files.createDirectories(peek.resolve("blobs/sha256"));
    try {
      // Small entries only: the documents are among them, the layers mostly not.
      extract(archive, peek, OciImage.DOCUMENT_BYTES_MAX);
      return OciImage.names(peek);
    } catch (ImageRefusedException e) {
      return List.of();
    } finally {
      RunFolder.removeAll(peek);
    }
  }

  private void copy(Path source, Path staged) throws IOException, ImageRefusedException {
    if (Files.isRegularFile(source)) {
      extract(source, staged, home.imageBytesMax());
      return;
    }
    try (Stream<Path> blobs = Files.list(source.resolve(BLOBS))) {
      long left = home.imageBytesMax();
      for (Path blob : blobs.toList()) {
        if (Files.isRegularFile(blob, LinkOption.NOFOLLOW_LINKS)) {
          left -= Files.size(blob);
          requireRoom(left);
          Path _ = Files.copy(blob, staged.resolve(BLOBS + blob.getFileName()));
        }
      }
    }
    Path _ = Files.copy(source.resolve("index.json"), staged.resolve("index.json"));
    marker(staged);
  }

  private static void requireRoom(long left) throws ImageRefusedException {
    if (left < 0) {
      throw ImageRefusedException.mismatch(
          "want an image within the bound of this machine, got a larger one");
    }
  }

  /** The layout's version, which engines want to see. */
  static void marker(Path layout) throws IOException {
    Path _ = Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  /** Unpacks documents and blobs; whatever else is in the archive stays there. */
  private static void extract(Path archive, Path into, long bytesMax)
      throws IOException, ImageRefusedException {
    boolean peeking = bytesMax == OciImage.DOCUMENT_BYTES_MAX;
    long left = bytesMax;
    try (InputStream raw = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(raw, StandardCharsets.UTF_8.name())) {
      int entries = 0;
      for (TarArchiveEntry entry = tar.getNextEntry();
          entry != null && entries < ENTRIES_MAX;
          entry = tar.getNextEntry()) {
        entries++;
        String name =
            entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
        boolean wanted = name.equals("index.json") || name.matches("blobs/sha256/[0-9a-f]{64}");
        if (!entry.isFile() || !wanted || (peeking && entry.getSize() > bytesMax)) {
          continue;
        }
        if (!peeking) {
          left -= entry.getSize();
          requireRoom(left);
        }
        try (OutputStream out = Files.newOutputStream(into.resolve(name))) {
          long _ = tar.transferTo(out);
        }
      }
    }
    marker(into);
  }
}
