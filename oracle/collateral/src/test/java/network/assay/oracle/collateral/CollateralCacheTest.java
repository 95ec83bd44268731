package network.assay.oracle.collateral;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollateralCacheTest {
  private static final Instant NOW = Samples.NOW;
  private static final Instant LATER = NOW.plus(Duration.ofDays(30));

  @TempDir Path folder;

  @Test
  void anItemIsFoundByWhatItAnswersByItsHashAndByTheVerifierAlsoAfterAReopening() {
    CollateralItem item =
        Samples.tcb(7, NOW, LATER).with("a chain".getBytes(StandardCharsets.UTF_8));
    try (CollateralCache cache = open()) {
      cache.put(item, NOW);
      cache.put(item, NOW);
      assertThat(cache.list()).hasSize(1);
    }
    try (CollateralCache cache = open()) {
      CollateralItem got = cache.get(Kind.INTEL_TCB_INFO_TDX, "000000000007", NOW).orElseThrow();
      assertThat(got.raw()).isEqualTo(item.raw());
      assertThat(got.validity()).isEqualTo(item.validity());
      assertThat(cache.get(item.sha256()).orElseThrow()).isEqualTo(item);
      List<Collateral.Item> found = cache.at(NOW).find(Kind.INTEL_TCB_INFO_TDX, "000000000007");
      assertThat(found).hasSize(1);
      assertThat(found.getFirst().raw()).isEqualTo(item.raw());
      assertThat(found.getFirst().issuerChain()).hasSize(1);
    }
  }

  @Test
  void nothingIsGivenOutForATimeAtWhichItDoesNotHoldAndTheLatestComesFirst() {
    try (CollateralCache cache = open()) {
      CollateralItem old = Samples.tcb(7, NOW.minusSeconds(9_000), LATER);
      CollateralItem latest = Samples.tcb(7, NOW.minusSeconds(60), LATER);
      cache.put(latest, NOW);
      cache.put(old, NOW);
      assertThat(raws(cache, NOW)).containsExactly(latest.sha256(), old.sha256());
      assertThat(raws(cache, NOW.minusSeconds(61))).containsExactly(old.sha256());
      assertThat(raws(cache, LATER)).hasSize(2);
      assertThat(raws(cache, LATER.plusSeconds(1))).isEmpty();
      assertThat(cache.removeExpired(LATER.plusSeconds(1))).isEqualTo(2);
      assertThat(cache.list()).isEmpty();
      assertThat(cache.bytes()).isZero();
    }
  }

  private static List<String> raws(CollateralCache cache, Instant at) {
    return cache.at(at).find(Kind.INTEL_TCB_INFO_TDX, "000000000007").stream()
        .map(Collateral.Item::sha256)
        .toList();
  }

  @Test
  void aFullCacheMakesRoomByWhatExpiredAndThenByWhatExpiresSoonest() {
    CollateralCache.Limits three = new CollateralCache.Limits(3, CollateralItem.BYTES_MAX);
    try (CollateralCache cache = CollateralCache.open(folder, three)) {
      cache.put(Samples.tcb(1, NOW.minusSeconds(9), NOW.minusSeconds(1)), NOW);
      cache.put(Samples.tcb(2, NOW, NOW.plusSeconds(10)), NOW);
      cache.put(Samples.tcb(3, NOW, LATER), NOW);
      cache.put(Samples.tcb(4, NOW, LATER), NOW);
      assertThat(keys(cache)).containsExactly("000000000002", "000000000003", "000000000004");
      cache.put(Samples.tcb(5, NOW, LATER), NOW);
      assertThat(keys(cache)).containsExactly("000000000003", "000000000004", "000000000005");
    }
  }

  private static List<String> keys(CollateralCache cache) {
    return cache.list().stream().map(CollateralCache.Entry::key).toList();
  }

  @Test
  void whatRottedOnDiskIsAsGoodAsAbsent() throws Exception {
    CollateralItem item = Samples.tcb(7, NOW, LATER);
    try (CollateralCache cache = open()) {
      cache.put(item, NOW);
      Path file = files().getFirst();
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
      assertThat(cache.get(item.sha256())).isEmpty();
      assertThat(cache.list()).isEmpty();
      assertThat(files()).isEmpty();
      cache.put(item, NOW);
      assertThat(cache.get(item.sha256())).isPresent();
      Files.write(files().getFirst(), new byte[] {1, 2, 3});
    }
    try (CollateralCache cache = open()) {
      assertThat(cache.list()).isEmpty();
    }
  }

  @Test
  void twoOpenersOfOneFolderSeeEachOthersItems() {
    try (CollateralCache one = open();
        CollateralCache other = open()) {
      one.put(Samples.tcb(1, NOW, LATER), NOW);
      other.put(Samples.tcb(2, NOW, LATER), NOW);
      one.refresh();
      assertThat(keys(one)).containsExactly("000000000001", "000000000002");
    }
  }

  /** Another process writes items as fast as it can and is killed in the middle, four times. */
  @Test
  void aProcessKilledWhileWritingLeavesOnlyWholeItems() throws Exception {
    int whole = 0;
    for (int round = 0; round < 4; round++) {
      Process writer =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-Xmx128m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  folder.toString(),
                  Integer.toString(round))
              .redirectErrorStream(true)
              .start();
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
        assertThat(out.readLine()).isEqualTo("writing");
        Thread.sleep(40 + 30L * round);
      } finally {
        writer.destroyForcibly().waitFor();
      }
      try (CollateralCache cache = open()) {
        for (CollateralCache.Entry entry : cache.list()) {
          assertThat(cache.read(entry)).as(entry.key()).isPresent();
        }
        whole = cache.list().size();
      }
      assertThat(names()).noneMatch(name -> name.endsWith(".new"));
    }
    assertThat(whole).isPositive();
  }

  /** The process that is killed. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      try (CollateralCache cache =
          CollateralCache.open(Path.of(args[0]), CollateralCache.Limits.standard())) {
        for (int i = 0; i < 100_000; i++) {
          if (i == 3) {
            System.out.println("writing");
          }
          cache.put(Samples.tcb(Integer.parseInt(args[1]) * 1_000_000 + i, NOW, LATER), NOW);
        }
      }
    }
  }

  private CollateralCache open() {
    return CollateralCache.open(folder, CollateralCache.Limits.standard());
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(".item")).sorted().toList();
    }
  }

  private List<String> names() throws Exception {
    try (Stream<Path> all = Files.list(folder)) {
      return new ArrayList<>(all.map(file -> String.valueOf(file.getFileName())).toList());
    }
  }
}
