package network.assay.agent.runtime.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.ImageDigest;
import network.assay.agent.execute.container.RunId;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images come from strangers: what is not its digest, or too much, is refused before it is used.
 */
class ImagesTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder = Path.of("unset");

  private static byte[] tar(String... files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      for (String file : files) {
        TestImage.file(out, file, file.getBytes(UTF_8), 0644);
      }
    }
    return bytes.toByteArray();
  }

  private ImageShelf shelf(long bytesMax) throws IOException {
    return new ImageShelf(
        ContainerHome.open(
            folder.resolve("state"), List.of(folder.resolve("images")), bytesMax, bytesMax));
  }

  private static ContainerSpec spec(ImageDigest image) {
    return ContainerSpec.of(new RunId("r"), image, ContainerLimits.small());
  }

  @Test
  void anImageIsFoundByItsManifestOrItsConfiguration() throws Exception {
    ImageDigest digest = TestImage.layout(folder.resolve("images/one"), tar("a"));
    OciImage image = shelf(MIB).fetch(spec(digest));
    assertThat(image.manifest()).isEqualTo(digest);
    assertThat(shelf(MIB).fetch(spec(image.config())).manifest()).isEqualTo(digest);
  }

  @Test
  void anArchiveIsReadLikeAFolder() throws Exception {
    Path layout = folder.resolve("layout");
    ImageDigest digest = TestImage.layout(layout, tar("a"));
    Files.createDirectories(folder.resolve("images"));
    archive(layout, folder.resolve("images/one.tar"));
    assertThat(shelf(MIB).fetch(spec(digest)).manifest()).isEqualTo(digest);
  }

  private static void archive(Path layout, Path file) throws IOException {
    try (OutputStream raw = Files.newOutputStream(file);
        TarArchiveOutputStream out = new TarArchiveOutputStream(raw);
        var paths = Files.walk(layout)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        TestImage.file(out, layout.relativize(path).toString(), Files.readAllBytes(path), 0644);
      }
      TestImage.file(out, "../outside", new byte[1], 0644);
    }
  }

  @Test
  void anImageThatIsNowhereIsMissing() throws Exception {
    ImageDigest nowhere = new ImageDigest("sha256:" + "0".repeat(64));
    assertThatThrownBy(() -> shelf(MIB).fetch(spec(nowhere)))
        .isInstanceOf(ImageRefusedException.class)
        .hasMessageContaining("or a name to pull it by, got neither");
  }

  @Test
  void aChangedLayerIsNotItsDigest() throws Exception {
    Path layout = folder.resolve("images/one");
    ImageDigest digest = TestImage.layout(layout, tar("a"));
    try (var blobs = Files.list(layout.resolve("blobs/sha256"))) {
      Path layer = blobs.filter(path -> read(path)[0] == 0x1f).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(layer);
      bytes[bytes.length - 5] ^= 1;
      Files.write(layer, bytes);
    }
    assertThatThrownBy(() -> shelf(MIB).fetch(spec(digest)))
        .isInstanceOf(ImageRefusedException.class)
        .hasMessageContaining("want sha256:");
  }

  private static byte[] read(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aBombIsRefusedAtTheBound() throws Exception {
    // 8 MiB of zeros are 8 KiB when packed.
    ImageDigest digest = TestImage.layout(folder.resolve("images/bomb"), new byte[(int) (8 * MIB)]);
    assertThatThrownBy(() -> shelf(MIB).fetch(spec(digest)))
        .isInstanceOf(ImageRefusedException.class)
        .hasMessageContaining("within the bound of this machine");
    assertThat(folder.resolve("state/staged/" + digest.hex())).doesNotExist();
  }

  @Test
  void layersCannotWriteOutsideTheirRoot() throws Exception {
    Files.createDirectories(folder.resolve("outside"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      link(out, "way", folder.resolve("outside").toString());
      TestImage.file(out, "way/in", "x".getBytes(UTF_8), 0644);
      link(out, "up", "../../../../../../../../../../tmp");
      TestImage.file(out, "up/assay-escape", "x".getBytes(UTF_8), 0644);
      TestImage.file(out, "../../escape", "x".getBytes(UTF_8), 0644);
      TestImage.file(out, "gone", "x".getBytes(UTF_8), 0644);
      TestImage.file(out, ".wh.gone", new byte[0], 0644);
    }
    ImageDigest digest = TestImage.layout(folder.resolve("images/hostile"), bytes.toByteArray());
    OciImage image = shelf(MIB).fetch(spec(digest));
    Path root = folder.resolve("root");
    RootFs.unpack(image, root, owner());
    assertThat(folder.resolve("outside")).isEmptyDirectory();
    assertThat(Path.of("/tmp/assay-escape")).doesNotExist();
    assertThat(root.resolve("escape")).exists();
    assertThat(root.resolve("tmp/assay-escape")).exists();
    assertThat(root.resolve(folder.resolve("outside/in").toString().substring(1))).exists();
    assertThat(root.resolve("gone")).doesNotExist();
  }

  /** Whoever is not root can give nothing away. */
  private int owner() throws IOException {
    return (int) Files.getAttribute(folder, "unix:uid");
  }

  private static void link(TarArchiveOutputStream out, String name, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    out.putArchiveEntry(entry);
    out.closeArchiveEntry();
  }

  @Test
  void theLeastRecentlyUsedImagesGoFirstAndOnlyOurs() throws Exception {
    ImageCache cache = new ImageCache(folder.resolve("ledger"), 100);
    List<String> removed = new ArrayList<>();
    ImageDigest[] digests = new ImageDigest[4];
    for (int i = 0; i < digests.length; i++) {
      digests[i] = new ImageDigest("sha256:" + Integer.toString(i).repeat(64));
    }
    ImageCache.Remover remover =
        handle -> {
          removed.add(handle);
          return true;
        };
    cache.add(digests[0], "zero", 40, remover);
    Thread.sleep(3);
    cache.add(digests[1], "one", 40, remover);
    Thread.sleep(3);
    assertThat(cache.use(digests[0])).isPresent();
    Thread.sleep(3);
    cache.add(digests[2], "two", 40, remover);
    assertThat(removed).containsExactly("one");
    assertThat(cache.use(digests[1])).isEmpty();
    Thread.sleep(3);
    // What is in use stays, and stays known.
    cache.add(digests[3], "three", 90, handle -> false);
    assertThat(cache.use(digests[0])).isPresent();
  }

  @Test
  void aRegistryIsAskedByDigestAndBelievedByHash() throws Exception {
    Path layout = folder.resolve("layout");
    ImageDigest digest = TestImage.layout(layout, tar("a", "b"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    boolean[] lies = {false};
    server.createContext("/v2/team/image/", exchange -> serve(exchange, layout, lies[0]));
    server.start();
    try {
      String name = "127.0.0.1:" + server.getAddress().getPort() + "/team/image";
      ContainerSpec spec = spec(digest).withImageName(name);
      assertThat(shelf(MIB).fetch(spec).manifest()).isEqualTo(digest);
      lies[0] = true;
      assertThatThrownBy(() -> shelf(MIB).fetch(spec))
          .isInstanceOf(ImageRefusedException.class)
          .hasMessageContaining("want " + digest);
      assertThatThrownBy(() -> shelf(300).fetch(spec)).isInstanceOf(ImageRefusedException.class);
    } finally {
      server.stop(0);
    }
  }

  private static void serve(HttpExchange exchange, Path layout, boolean lie) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Path blob = layout.resolve("blobs/sha256").resolve(path.substring(path.indexOf("sha256:") + 7));
    byte[] body = Files.readAllBytes(blob);
    if (lie) {
      body[body.length / 2] ^= 1;
    }
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
