package network.assay.oracle.verify.attest.nitro;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.fixture.attest.NitroForge;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile Nitro documents. Everything in a message is covered, by the signature or by having one
 * spelling alone, but for the tag 18 before it: a message with or without it says the same.
 */
class NitroFuzzTest {
  private static final long SEED = 0x417c0L;
  private static final int TAG = 0xd2;

  /** A document and what it is accepted with. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Item(byte[] raw, TrustAnchors anchors, Instant at) {}

  private final NitroVerifier verifier = new NitroVerifier();
  private final Policy policy =
      new Policy(Map.of(Family.NITRO, new Policy.Rules(Map.of(), Set.of(), 0, true)));

  @Test
  void sample() {
    run(4_000, 1_000);
  }

  @Test
  @Tag("deep")
  void deep() {
    run(1_000_000, 100_000);
  }

  @Test
  void everyBytePositionOfADocumentIsCovered() {
    NitroForge forge = new NitroForge();
    Item item = new Item(forge.signed(), forge.anchors(), TestAuthority.NOW);
    FuzzRun run = new FuzzRun("nitro positions", AttestException.class);
    for (int at = 0; at < item.raw.length; at++) {
      byte[] changed = item.raw.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      run.mustNotAccept(changed, "byte " + at, raw -> accepts(item, raw));
    }
  }

  private void run(int structural, int covered) {
    List<Item> items = items();
    List<byte[]> pieces = items.stream().map(Item::raw).toList();
    Mutator mutator = new Mutator(SEED, pieces);
    FuzzRun shapes = new FuzzRun("nitro structural", AttestException.class);
    for (int i = 0; i < structural; i++) {
      Item item = items.get(i % items.size());
      byte[] mutated = mutator.structural(item.raw);
      boolean onlyTagged =
          mutated.length == item.raw.length + 1
              && (mutated[0] & 0xff) == TAG
              && java.util.Arrays.equals(mutated, 1, mutated.length, item.raw, 0, item.raw.length);
      if (!onlyTagged) {
        shapes.mustNotAccept(mutated, "seed " + SEED + " item " + i, raw -> accepts(item, raw));
      }
    }
    FuzzRun values = new FuzzRun("nitro signed bytes", AttestException.class);
    for (int i = 0; i < covered; i++) {
      Item item = items.get(i % items.size());
      // Behind the heads of message, header and payload, up to the signature's end.
      byte[] mutated = mutator.corrupt(item.raw, 10, item.raw.length);
      values.mustNotAccept(mutated, "seed " + SEED + " covered " + i, raw -> accepts(item, raw));
    }
    System.out.println(shapes.summary() + "\n" + values.summary());
    assertThat(shapes.refusedMicros()).as("malformed refused in less than 1 ms").isLessThan(1000);
  }

  private List<Item> items() {
    NitroForge forge = new NitroForge();
    List<Item> found = new ArrayList<>();
    found.add(new Item(forge.signed(), forge.anchors(), TestAuthority.NOW));
    Vectors.find()
        .ifPresent(vectors ->
            vectors.rows("nitro").stream()
                .filter(row -> row.file().endsWith(".cbor"))
                .forEach(row ->
                    found.add(
                        new Item(
                            vectors.bytes(row.file()),
                            TrustAnchors.production(),
                            row.middle().orElseThrow()))));
    for (Item item : found) {
      assertThat(accepts(item, item.raw)).isTrue();
    }
    return found;
  }

  private boolean accepts(Item item, byte[] raw) {
    return verifier
        .appraise(
            Evidence.of(Family.NITRO, raw),
            Collateral.none(),
            item.anchors,
            Expectations.none(),
            policy,
            item.at)
        .accepted();
  }
}
