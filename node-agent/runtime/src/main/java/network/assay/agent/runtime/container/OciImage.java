package network.assay.agent.runtime.container;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import network.assay.agent.execute.container.ImageDigest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image whose every byte was checked: manifest, configuration and layers are what their digests
 * say, the layers unpack to what the configuration says, and to no more than the bound. Lies as an
 * OCI layout (image-spec 1.1) with this image alone.
 *
 * @param folder the layout
 * @param manifest digest of the manifest
 * @param config digest of the configuration, which engines call the image's id
 * @param unpackedBytes of all layers
 */
record OciImage(
    Path folder,
    ImageDigest manifest,
    ImageDigest config,
    List<Layer> layers,
    JsonNode configuration,
    long unpackedBytes) {
  static final int DOCUMENT_BYTES_MAX = 1 << 20;
  private static final int LAYERS_MAX = 128;
  private static final int INDEX_ENTRIES_MAX = 1_000;

  /** A layer: a tar archive, possibly compressed. */
  record Layer(ImageDigest digest, boolean gzip) {}

  OciImage {
    layers = List.copyOf(layers);
  }

  /** The digests under which a layout's images may be asked for; empty where it is none. */
  static List<ImageDigest> names(Path layout) throws IOException {
    Path index = layout.resolve("index.json");
    if (!Files.isRegularFile(index)) {
      return List.of();
    }
    List<ImageDigest> names = new ArrayList<>();
    try {
      for (ImageDigest manifest : manifests(layout)) {
        names.add(manifest);
        config(document(layout, manifest)).ifPresent(names::add);
      }
    } catch (ImageRefusedException e) {
      // What is no image has no name.
    }
    return names;
  }

  private static List<ImageDigest> manifests(Path layout)
      throws IOException, ImageRefusedException {
    JsonNode index = json(bounded(layout.resolve("index.json")), "index.json");
    List<ImageDigest> found = new ArrayList<>();
    for (JsonNode entry : index.path("manifests")) {
      if (found.size() >= INDEX_ENTRIES_MAX) {
        break;
      }
      digest(entry).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<ImageDigest> config(JsonNode manifest) {
    return digest(manifest.path("config"));
  }

  private static Optional<ImageDigest> digest(JsonNode descriptor) {
    try {
      return Optional.of(new ImageDigest(descriptor.path("digest").asString("")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Checks the image of this digest in a layout.
   *
   * @param want digest of a manifest or of a configuration
   */
  static OciImage check(Path layout, ImageDigest want, long unpackedBytesMax)
      throws IOException, ImageRefusedException {
    for (ImageDigest manifest : manifests(layout)) {
      JsonNode document = document(layout, manifest);
      Optional<ImageDigest> config = config(document);
      if (config.isPresent() && (manifest.equals(want) || config.get().equals(want))) {
        return check(layout, manifest, config.get(), document, unpackedBytesMax);
      }
    }
    throw ImageRefusedException.mismatch("want image " + want + " in the layout, got others only");
  }

  private static OciImage check(
      Path layout,
      ImageDigest manifest,
      ImageDigest config,
      JsonNode document,
      long unpackedBytesMax)
      throws IOException, ImageRefusedException {
    JsonNode configuration = document(layout, config);
    JsonNode diffIds = configuration.path("rootfs").path("diff_ids");
    List<Layer> layers = new ArrayList<>();
    long unpacked = 0;
    for (JsonNode descriptor : document.path("layers")) {
      if (layers.size() >= LAYERS_MAX || layers.size() >= diffIds.size()) {
        throw ImageRefusedException.mismatch(
            "want as many layers as the configuration has, and at most "
                + LAYERS_MAX
                + ", got more");
      }
      Layer layer = layer(descriptor);
      String diffId = diffIds.get(layers.size()).asString("");
      unpacked += unpackedBytes(layout, layer, diffId, unpackedBytesMax - unpacked);
      layers.add(layer);
    }
    if (layers.size() != diffIds.size()) {
      throw ImageRefusedException.mismatch(
          "want " + diffIds.size() + " layers, as the configuration says, got " + layers.size());
    }
    return new OciImage(layout, manifest, config, layers, configuration, unpacked);
  }

  private static Layer layer(JsonNode descriptor) throws ImageRefusedException {
    String type = descriptor.path("mediaType").asString("");
    boolean gzip = type.endsWith("+gzip") || type.endsWith(".tar.gzip");
    boolean plain = type.endsWith(".tar");
    Optional<ImageDigest> digest = digest(descriptor);
    if (digest.isEmpty() || !(gzip || plain)) {
      throw ImageRefusedException.mismatch(
          "want layers as tar or tar with gzip, named by SHA-256, got \""
              + type.replaceAll("[^ -~]", "?")
              + "\"");
    }
    return new Layer(digest.get(), gzip);
  }

  /** The layer's tar archive. */
  static InputStream open(Path layout, Layer layer) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(blob(layout, layer.digest())));
    return layer.gzip() ? new GZIPInputStream(raw, 64 * 1024) : raw;
  }

  private static long unpackedBytes(Path layout, Layer layer, String diffId, long bytesMax)
      throws IOException, ImageRefusedException {
    requireBlob(layout, layer.digest());
    MessageDigest sha = Digests.sha256();
    long length = 0;
    try (InputStream in = open(layout, layer)) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        length += read;
        if (length > bytesMax) {
          throw ImageRefusedException.mismatch(
              "want an image that unpacks within the bound of this machine, got a larger one");
        }
        sha.update(buffer, 0, read);
      }
    } catch (java.util.zip.ZipException | java.io.EOFException e) {
      throw ImageRefusedException.mismatch("layer " + layer.digest() + " cannot be unpacked");
    }
    String got = "sha256:" + HexFormat.of().formatHex(sha.digest());
    if (!got.equals(diffId)) {
      throw ImageRefusedException.mismatch(
          "want layer " + layer.digest() + " to unpack to " + diffId + ", got " + got);
    }
    return length;
  }

  static Path blob(Path layout, ImageDigest digest) {
    return layout.resolve("blobs").resolve("sha256").resolve(digest.hex());
  }

  private static void requireBlob(Path layout, ImageDigest digest)
      throws IOException, ImageRefusedException {
    Path blob = blob(layout, digest);
    if (!Files.isRegularFile(blob, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      throw ImageRefusedException.mismatch("want " + digest + " in the layout, got nothing");
    }
    String got = Digests.ofFile(blob);
    if (!got.equals(digest.hex())) {
      throw ImageRefusedException.mismatch("want " + digest + ", got sha256:" + got);
    }
  }

  private static JsonNode document(Path layout, ImageDigest digest)
      throws IOException, ImageRefusedException {
    requireBlob(layout, digest);
    return json(bounded(blob(layout, digest)), digest.text());
  }

  private static byte[] bounded(Path file) throws IOException, ImageRefusedException {
    if (!Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) > DOCUMENT_BYTES_MAX) {
      throw ImageRefusedException.mismatch(
          "want a document of at most " + DOCUMENT_BYTES_MAX + " bytes, got a larger or none");
    }
    return Files.readAllBytes(file);
  }

  private static JsonNode json(byte[] bytes, String what) throws ImageRefusedException {
    try {
      return JsonMapper.shared().readTree(bytes);
    } catch (JacksonException e) {
      throw ImageRefusedException.mismatch("want JSON in " + what + ", got something else");
    }
  }
}
