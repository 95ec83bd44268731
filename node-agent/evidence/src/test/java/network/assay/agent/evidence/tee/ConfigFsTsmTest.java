package network.assay.agent.evidence.tee;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import network.assay.agent.execute.PortException;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** configfs-tsm over a folder in which a class plays the kernel's part. */
class ConfigFsTsmTest {
  @TempDir Path folder;
  private Kernel kernel;

  /** Does to the attribute files what Linux does. */
  private static final class Kernel implements TsmFiles {
    final TsmFiles disk = TsmFiles.real();
    String provider = "tdx_guest\n";
    byte[] aux = new byte[0];
    boolean silent;
    int strangers;
    int busy;

    @Override
    public void make(Path entry) throws IOException {
      disk.make(entry);
      put(entry, "provider", provider.getBytes(US_ASCII));
      put(entry, "generation", "0\n".getBytes(US_ASCII));
      put(entry, "inblob", new byte[0]);
      put(entry, "outblob", new byte[0]);
      put(entry, "auxblob", aux);
    }

    @Override
    public void write(Path attribute, byte[] bytes) throws IOException {
      disk.write(attribute, bytes);
      bump(entry(attribute));
      boolean answers = !silent;
      put(
          entry(attribute),
          "outblob",
          answers
              ? ("report over " + HexFormat.of().formatHex(bytes)).getBytes(US_ASCII)
              : new byte[0]);
    }

    @Override
    public byte[] read(Path attribute, int bytesMax) throws IOException {
      if (attribute.endsWith("outblob") && busy > 0) {
        busy--;
        throw new IOException("Resource temporarily unavailable");
      }
      byte[] bytes = disk.read(attribute, bytesMax);
      if (attribute.endsWith("outblob") && strangers > 0) {
        strangers--;
        bump(entry(attribute));
      }
      return bytes;
    }

    @Override
    public boolean exists(Path path) {
      return disk.exists(path);
    }

    @Override
    public void remove(Path entry) throws IOException {
      try (Stream<Path> all = Files.list(entry)) {
        for (Path file : all.toList()) {
          Files.delete(file);
        }
      }
      disk.remove(entry);
    }

    private void bump(Path entry) throws IOException {
      String old = Files.readString(entry.resolve("generation")).strip();
      put(entry, "generation", ((Long.parseLong(old) + 1) + "\n").getBytes(US_ASCII));
    }

    private static void put(Path entry, String name, byte[] bytes) throws IOException {
      Files.write(entry.resolve(name), bytes);
    }

    private static Path entry(Path attribute) {
      return java.util.Objects.requireNonNull(attribute.getParent());
    }
  }

  @BeforeEach
  void boot() {
    kernel = new Kernel();
  }

  @Test
  void aReportCarriesTheReportDataAndLeavesNoEntryBehind() throws Exception {
    ConfigFsTsm tsm = ConfigFsTsm.open(folder, kernel);
    byte[] data = new byte[64];
    data[0] = 7;
    Evidence evidence = tsm.report(data);
    assertThat(evidence.family()).isEqualTo(Family.TDX);
    assertThat(new String(evidence.raw(), US_ASCII)).startsWith("report over 07");
    assertThat(entries()).isZero();
    assertThat(tsm.describe()).contains("tdx").contains("tdx_guest");
  }

  @Test
  void anEmptyReportWithoutAnErrorIsNone() throws Exception {
    ConfigFsTsm tsm = ConfigFsTsm.open(folder, kernel);
    kernel.silent = true;
    assertThatThrownBy(() -> tsm.report(new byte[64]))
        .isInstanceOf(PortException.class)
        .hasMessageContaining("got an empty one without an error");
    assertThat(entries()).isZero();
  }

  @Test
  void aReportThatSomebodyElseMayHaveAskedForIsNotTakenForOurs() throws Exception {
    ConfigFsTsm tsm = ConfigFsTsm.open(folder, kernel);
    kernel.strangers = 2;
    assertThat(tsm.report(new byte[64]).raw()).isNotEmpty();
    kernel.strangers = 3;
    assertThatThrownBy(() -> tsm.report(new byte[64])).hasMessageContaining("generation");
    kernel.strangers = 0;
    kernel.busy = 2;
    assertThat(tsm.report(new byte[64]).raw()).isNotEmpty();
    kernel.busy = 3;
    assertThatThrownBy(() -> tsm.report(new byte[64])).hasMessageContaining("unavailable");
    assertThat(entries()).isZero();
  }

  @Test
  void aProviderThatChangesOrThatNobodyKnowsIsRefused() throws Exception {
    ConfigFsTsm tsm = ConfigFsTsm.open(folder, kernel);
    kernel.provider = "sev_guest\n";
    assertThatThrownBy(() -> tsm.report(new byte[64])).hasMessageContaining("sev_guest");
    kernel.provider = "arm_cca_guest\n";
    assertThatThrownBy(() -> ConfigFsTsm.open(folder, kernel))
        .hasMessageContaining("got arm_cca_guest");
    assertThatThrownBy(() -> ConfigFsTsm.open(folder.resolve("absent"), kernel))
        .isInstanceOf(PortException.class)
        .hasMessageContaining("configfs-tsm mounted, got no");
  }

  @Test
  void certificatesOfTheHostsTableComeWithAnSnpReport() throws Exception {
    kernel.provider = "sev_guest\n";
    kernel.aux = table(56, 3, "63da758de6644564adc5f4b93be8accd");
    Evidence evidence = ConfigFsTsm.open(folder, kernel).report(new byte[64]);
    assertThat(evidence.family()).isEqualTo(Family.SNP);
    assertThat(evidence.attachments()).hasSize(1);
    assertThat(evidence.attachments().getFirst()).containsExactly(1, 2, 3);
  }

  @Test
  void aTableThatPointsOutsideItselfIsRefused() throws Exception {
    kernel.provider = "sev_guest\n";
    kernel.aux = table(57, 3, "63da758de6644564adc5f4b93be8accd");
    ConfigFsTsm tsm = ConfigFsTsm.open(folder, kernel);
    assertThatThrownBy(() -> tsm.report(new byte[64])).hasMessageContaining("host's table");
    kernel.aux = table(-1, 3, "63da758de6644564adc5f4b93be8accd");
    assertThatThrownBy(() -> tsm.report(new byte[64])).hasMessageContaining("host's table");
    kernel.aux = new byte[] {1, 2, 3};
    assertThatThrownBy(() -> tsm.report(new byte[64])).hasMessageContaining("that ends");
  }

  /** One entry, the end, eight bytes of nothing, and three bytes of a certificate at 56. */
  private static byte[] table(int offset, int length, String guid) {
    ByteBuffer out = ByteBuffer.allocate(59).order(ByteOrder.LITTLE_ENDIAN);
    out.put(HexFormat.of().parseHex(guid)).putInt(offset).putInt(length);
    out.put(56, new byte[] {1, 2, 3});
    return out.array();
  }

  private long entries() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }
}
