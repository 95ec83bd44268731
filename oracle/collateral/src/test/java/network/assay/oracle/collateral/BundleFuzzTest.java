package network.assay.oracle.collateral;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile bundles and hostile loose items: a bundle that was changed anywhere is refused whole; an
 * item is recognised or refused, and nothing else happens.
 */
class BundleFuzzTest {
  private static final long SEED = 0xa5cb1L;
  private static final Instant NOW = Samples.NOW;
  private static final Instant LATER = NOW.plus(Duration.ofDays(30));

  private static List<byte[]> loose() {
    List<byte[]> all = new ArrayList<>();
    all.add(
        Samples.tcbInfo("TDX", "90c06f000000", NOW, LATER)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    all.add(Samples.identity("QE", NOW, LATER).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    all.add(Samples.crl(Samples.party("Intel SGX Root CA"), NOW, LATER));
    all.add(Samples.rim("tag").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    all.add(Samples.party("SEV-Milan").pem().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    all.add(Samples.party("SEV-VCEK", new byte[64]).der());
    all.add(
        Samples.ocsp(
            Samples.party("NVIDIA Identity"),
            Samples.party("GH100 leaf").certificate(),
            NOW,
            LATER));
    return all;
  }

  @Test
  void sample() {
    run(5_000);
  }

  @Test
  @Tag("deep")
  void deep() {
    run(1_000_000);
  }

  private static void run(int count) {
    List<byte[]> items = loose();
    List<CollateralItem> known =
        items.stream().map(raw -> Inspector.inspect(raw, "a test", NOW)).toList();
    byte[] bundle = CollateralBundle.encode(known);
    Mutator mutator = new Mutator(SEED, items);
    FuzzRun bundles = new FuzzRun("collateral bundles", CollateralException.class);
    for (int i = 0; i < count; i++) {
      byte[] item =
          i % 10 == 0 ? mutator.corrupt(bundle, 0, bundle.length) : mutator.structural(bundle);
      bundles.mustNotAccept(
          item,
          "seed " + SEED + " item " + i,
          raw -> !CollateralBundle.read(new ByteArrayInputStream(raw), NOW).isEmpty());
    }
    FuzzRun inspected = new FuzzRun("collateral items", CollateralException.class);
    for (int i = 0; i < count; i++) {
      byte[] item = mutator.structural(items.get(i % items.size()));
      boolean recognised =
          inspected.tried(
              item,
              "seed " + SEED + " loose " + i,
              raw -> !Inspector.inspect(raw, "a test", NOW).key().isEmpty());
      if (recognised) {
        assertThat(Inspector.inspect(item, "a test", NOW).length()).isPositive();
      }
    }
    System.out.println(bundles.summary() + "\n" + inspected.summary());
    assertThat(bundles.refusedMicros()).as("malformed refused in less than 1 ms").isLessThan(1000);
    assertThat(inspected.refusedMicros()).as("the same of items").isLessThan(1000);
  }
}
