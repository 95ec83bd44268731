package network.assay.oracle.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import network.assay.oracle.verify.attest.Collateral.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollateralBundleTest {
  private static final Instant NOW = Samples.NOW;
  private static final Instant LATER = NOW.plus(Duration.ofDays(30));
  private static final List<CollateralItem> ITEMS =
      List.of(
          Samples.tcb(1, NOW, LATER).with(new byte[] {1, 2, 3}),
          Inspector.inspect(
              Samples.crl(Samples.party("Intel SGX Root CA"), NOW, LATER), "a test", NOW),
          Inspector.inspect(
                  Samples.rim("tag").getBytes(java.nio.charset.StandardCharsets.UTF_8),
                  "a test",
                  NOW)
              .as(Kind.NVIDIA_RIM, "NV_GPU_DRIVER_GH100_535.104.05"));

  @TempDir Path folder;

  @Test
  void whatWasExportedIsWhatIsImportedInOneForm() {
    Path file = folder.resolve("offline.bundle");
    CollateralBundle.write(file, ITEMS);
    assertThat(CollateralBundle.read(file, NOW)).containsExactlyInAnyOrderElementsOf(ITEMS);
    assertThat(CollateralBundle.encode(ITEMS.reversed())).isEqualTo(CollateralBundle.encode(ITEMS));
  }

  @Test
  void everyChangedByteIsNoticed() {
    byte[] good = CollateralBundle.encode(ITEMS);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertThatThrownBy(() -> read(bad)).as("byte %d", at).isInstanceOf(CollateralException.class);
    }
  }

  @Test
  void everyCutAndEveryAppendedByteIsNoticed() {
    byte[] good = CollateralBundle.encode(ITEMS);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(CollateralException.class);
    }
    assertThatThrownBy(() -> read(Arrays.copyOf(good, good.length + 1)))
        .hasMessageContaining("TRAILING_BYTES");
  }

  @Test
  void aLabelThatTheContentDoesNotBearOutIsRefused() {
    CollateralItem lying = ITEMS.getFirst().as(Kind.INTEL_TCB_INFO_TDX, "00000000ffff");
    assertThatThrownBy(() -> read(CollateralBundle.encode(List.of(lying))))
        .hasMessageContaining("WRONG_LABEL");
    CollateralItem forever =
        new CollateralItem(
            ITEMS.getFirst().kind(),
            ITEMS.getFirst().key(),
            new Validity(NOW.minusSeconds(99), LATER.plusSeconds(99)),
            "",
            ITEMS.getFirst().raw());
    assertThat(readQuietly(CollateralBundle.encode(List.of(forever))).getFirst().validity())
        .isEqualTo(new Validity(NOW, LATER));
  }

  /** Claimed sizes cost nothing: a few bytes that promise gigabytes are refused at the promise. */
  @Test
  void aBundleThatPromisesMoreThanItHoldsIsRefusedBeforeAnyRoomIsMade() throws Exception {
    byte[] many = CollateralBundle.encode(List.of());
    many[6] = 0x7f;
    assertThatThrownBy(() -> read(many)).hasMessageContaining("TOO_MANY");
    byte[] good = CollateralBundle.encode(ITEMS);
    String text = new String(good, java.nio.charset.StandardCharsets.ISO_8859_1);
    String promise = "\n" + ITEMS.get(1).length() + "\n";
    byte[] swollen =
        text.replace(promise, "\n" + "9".repeat(promise.length() - 2) + "\n")
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> read(swollen)).isInstanceOf(CollateralException.class);
    Path huge = folder.resolve("huge");
    try (var channel =
        Files.newByteChannel(
            huge,
            java.util.Set.of(
                java.nio.file.StandardOpenOption.CREATE_NEW,
                java.nio.file.StandardOpenOption.WRITE,
                java.nio.file.StandardOpenOption.SPARSE))) {
      channel.position(CollateralBundle.BYTES_MAX);
      channel.write(java.nio.ByteBuffer.wrap(new byte[1]));
    }
    assertThatThrownBy(() -> CollateralBundle.read(huge, NOW)).hasMessageContaining("TOO_LONG");
  }

  private static List<CollateralItem> readQuietly(byte[] bytes) {
    try {
      return read(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<CollateralItem> read(byte[] bytes) throws IOException {
    return CollateralBundle.read(new ByteArrayInputStream(bytes), NOW);
  }
}
