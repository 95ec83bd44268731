package network.assay.testchain.bench.scheduler;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.coordinator.match.HardwareAsk;
import network.assay.coordinator.match.Request;
import network.assay.coordinator.match.Tee;

/**
 * Jobs out of a seed. Of them 55 % ask one kind of card, 25 % either of two, 20 % any with enough
 * memory; 70 % one card, 12 % two, 10 % four, 8 % eight; a third a region, a tenth a TEE, a fifth a
 * reputation, a tenth exclude a device and its owner that failed them. Synthetic.
 */
final class Workload {
  private static final long GIB = 1L << 30;
  private static final long[] WINDOWS_S = {60, 300, 900, 3_600, 14_400};

  private Workload() {}

  static List<Request> of(int jobs, int nodes, long seed) {
    Random random = new Random(seed);
    List<Request> out = new ArrayList<>(jobs);
    for (int i = 0; i < jobs; i++) {
      out.add(job(random, nodes));
    }
    return out;
  }

  private static int cards(Random random) {
    int at = random.nextInt(100);
    return at < 70 ? 1 : at < 82 ? 2 : at < 92 ? 4 : 8;
  }

  private static Request job(Random random, int nodes) {
    boolean shielded = random.nextInt(10) == 0;
    Fleet.Kind kind = shielded ? Fleet.KINDS.get(random.nextInt(3)) : Fleet.kind(random);
    Fleet.Kind other = shielded ? kind : Fleet.kind(random);
    int asked = random.nextInt(100);
    Set<String> models =
        asked < 55
            ? Set.of(kind.model())
            : asked < 80 && !kind.equals(other) ? Set.of(kind.model(), other.model()) : Set.of();
    long vramMin = models.isEmpty() ? 24 * GIB : 0;
    HardwareAsk ask =
        new HardwareAsk(
            models,
            cards(random),
            vramMin,
            Long.MAX_VALUE,
            random.nextInt(4) == 0 ? 80 : 0,
            shielded ? Tee.CPU_AND_GPU : Tee.NONE);
    int most = Math.max(kind.price(), other.price());
    Request request = request(ask, most * 3L / 2, WINDOWS_S[random.nextInt(WINDOWS_S.length)]);
    Request placed =
        new Request(
            request.unit(),
            request.deviceClass(),
            ask,
            random.nextInt(3) == 0 ? 0b111L << random.nextInt(Fleet.REGIONS - 2) : 0,
            shielded ? Grade.ATTESTED : Grade.SAMPLED,
            request.priceMax(),
            request.runWindowS(),
            Bytes32.ZERO,
            random.nextInt(5) == 0 ? 700 : 0,
            Set.of(),
            Set.of());
    int failed = random.nextInt(nodes);
    return random.nextInt(10) == 0
        ? placed.without(Set.of(Fleet.address(1, failed)), Set.of(Fleet.address(2, failed / 20)))
        : placed;
  }

  /** A job that asks hardware, price and time, and else nothing. */
  static Request request(HardwareAsk ask, long priceMax, long windowS) {
    return new Request(
            0,
            Bytes32.ZERO,
            0,
            Grade.SAMPLED,
            BigInteger.valueOf(priceMax),
            windowS,
            Bytes32.ZERO,
            Set.of())
        .with(ask, 0);
  }
}
