package network.assay.agent.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import network.assay.agent.runtime.container.ContainerHome;
import network.assay.agent.runtime.container.Sandboxes;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code assay agent try}: a container from a specification in a file, as an operator tries it. */
class TryCommandTest {
  @TempDir Path folder = Path.of("unset");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void begin() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    ContainerHome home = ContainerHome.open(folder.resolve("state"), List.of(), 1, 1);
    Assumptions.assumeTrue(
        Sandboxes.byName("auto", home).unfit().isEmpty(),
        "SKIPPED: install the packages podman and runc, or bubblewrap, and run as root");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/bin/busybox")), "SKIPPED: install busybox-static");
  }

  @AfterEach
  void end() throws Exception {
    Sandboxes.removeTraces(ContainerHome.open(folder.resolve("state"), List.of(), 1, 1));
  }

  private int assay(String... args) {
    return AgentCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private int tryIt(String script, String... more) throws Exception {
    Files.writeString(folder.resolve("in.txt"), "hello\n");
    Path spec = folder.resolve("spec.json");
    Files.writeString(
        spec,
        """
        {"image": "sha256:%s", "argv": ["/busybox", "sh", "-c", "%s"],
         "inputs": [{"path": "text", "file": "in.txt"}],
         "outputs": [{"path": "copy", "filesMax": 1, "bytesMax": 1000}],
         "limits": {"cpuMillis": 1000, "memoryBytes": 67108864, "pidsMax": 32,
                    "diskBytes": 4194304, "filesMax": 100, "timeMs": 20000, "logBytesMax": 10000}}
        """
            .formatted(image(), script));
    List<String> words =
        new java.util.ArrayList<>(
            List.of(
                "agent",
                "try",
                spec.toString(),
                "--images",
                folder.resolve("images").toString(),
                "--state",
                folder.resolve("state").toString()));
    words.addAll(List.of(more));
    return assay(words.toArray(String[]::new));
  }

  private String image() throws Exception {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    try (TarArchiveOutputStream archive = new TarArchiveOutputStream(tar)) {
      byte[] busybox = Files.readAllBytes(Path.of("/bin/busybox"));
      TarArchiveEntry entry = new TarArchiveEntry("busybox");
      entry.setSize(busybox.length);
      entry.setMode(0100755);
      archive.putArchiveEntry(entry);
      archive.write(busybox);
      archive.closeArchiveEntry();
    }
    String layer = blob(tar.toByteArray());
    String config =
        blob(
            "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}"
                .formatted(layer));
    String manifest =
        blob(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:%s\",\"size\":%d},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"sha256:%s\",\"size\":%d}]}"
                .formatted(config, size(config), layer, size(layer)));
    Path layout = folder.resolve("images/one");
    Files.writeString(
        layout.resolve("index.json"),
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:%s\",\"size\":%d}]}"
            .formatted(manifest, size(manifest)));
    return manifest;
  }

  private String blob(String text) throws Exception {
    return blob(text.getBytes(UTF_8));
  }

  private String blob(byte[] bytes) throws Exception {
    String hex = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    Path file = folder.resolve("images/one/blobs/sha256/" + hex);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return hex;
  }

  private long size(String hex) throws IOException {
    return Files.size(folder.resolve("images/one/blobs/sha256/" + hex));
  }

  @Test
  void aContainerIsTriedAndItsOutputsComeBack() throws Exception {
    int code =
        tryIt(
            "/busybox cat /assay/in/text >/assay/out/copy; echo said",
            "--into",
            folder.resolve("results").toString());
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString()).contains("outcome   EXITED").contains("output    copy 6 bytes 0x");
    assertThat(folder.resolve("results/copy")).hasContent("hello\n");
  }

  @Test
  void aFailureIsNamedForProgramsToo() throws Exception {
    assertThat(tryIt("exit 3", "--json")).isEqualTo(4);
    assertThat(out.toString()).contains("\"reason\":\"EXITED\"").contains("\"exitCode\":3");
  }

  @Test
  void aBadSpecificationIsSaidInASentence() throws Exception {
    Files.writeString(folder.resolve("bad.json"), "{\"image\": \"busybox\", \"argv\": []}");
    assertThat(assay("agent", "try", folder.resolve("bad.json").toString())).isEqualTo(1);
    assertThat(err.toString()).startsWith("assay agent: ").doesNotContain("\tat ");
  }
}
