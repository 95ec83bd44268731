package network.assay.agent.runtime.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import network.assay.agent.execute.container.ImageDigest;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Assumptions;

/** An image from what lies on this machine: busybox, statically linked, and nothing else. */
final class TestImage {
  static final List<String> APPLETS =
      List.of(
          "sh", "cat", "echo", "ls", "sleep", "dd", "yes", "ln", "mkdir", "touch", "wget", "nc",
          "mknod", "id", "seq", "tail", "true", "false", "head", "kill", "ps", "mount", "chmod",
          "stat", "test", "env", "find", "wc", "cp", "rm", "setsid", "grep", "mkfifo", "tr");

  private TestImage() {}

  /** Writes the layout and answers with the manifest's digest. */
  static ImageDigest busybox(Path layout) throws IOException {
    Path busybox = Path.of("/bin/busybox");
    Assumptions.assumeTrue(
        Files.isExecutable(busybox), "SKIPPED: install the package busybox-static");
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(tar)) {
      folder(out, "bin/");
      folder(out, "etc/");
      file(out, "bin/busybox", Files.readAllBytes(busybox), 0755);
      file(out, "etc/passwd", "root:x:0:0:root:/tmp:/bin/sh\n".getBytes(UTF_8), 0644);
      for (String applet : APPLETS) {
        TarArchiveEntry link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
        link.setLinkName("busybox");
        out.putArchiveEntry(link);
        out.closeArchiveEntry();
      }
    }
    return layout(layout, tar.toByteArray());
  }

  /** A layout of one layer. */
  static ImageDigest layout(Path layout, byte[] tar) throws IOException {
    Files.createDirectories(layout.resolve("blobs/sha256"));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar);
    }
    String layer = blob(layout, packed.toByteArray());
    String config =
        blob(
            layout,
            """
            {"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}\
            """
                .formatted(architecture(), Digests.hex(tar))
                .getBytes(UTF_8));
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%d}]}\
        """
            .formatted(config, size(layout, config), layer, size(layout, layer))
            .getBytes(UTF_8);
    String digest = blob(layout, manifest);
    String index =
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%d}]}\
        """
            .formatted(digest, manifest.length);
    Files.writeString(layout.resolve("index.json"), index);
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return new ImageDigest("sha256:" + digest);
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  private static long size(Path layout, String hex) throws IOException {
    return Files.size(layout.resolve("blobs/sha256/" + hex));
  }

  private static String blob(Path layout, byte[] bytes) throws IOException {
    String hex = Digests.hex(bytes);
    Files.write(layout.resolve("blobs/sha256/" + hex), bytes);
    return hex;
  }

  private static void folder(TarArchiveOutputStream out, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(040755);
    out.putArchiveEntry(entry);
    out.closeArchiveEntry();
  }

  static void file(TarArchiveOutputStream out, String name, byte[] bytes, int mode)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    entry.setMode(0100000 | mode);
    out.putArchiveEntry(entry);
    out.write(bytes);
    out.closeArchiveEntry();
  }
}
