package network.assay.testchain.bench.scheduler;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.coordinator.match.Hardware;
import network.assay.coordinator.match.OfferView;
import network.assay.coordinator.match.Tee;

/**
 * Nodes as a market of rented GPUs has them, out of a seed: eight kinds of card, one to eight cards
 * a node, twenty nodes an owner, prices around each kind's. Synthetic.
 */
final class Fleet {
  static final int REGIONS = 8;
  private static final long GIB = 1L << 30;
  private static final int NODES_OF_OWNER = 20;

  /** A kind of card. Price in millionths of a token for a job. */
  record Kind(String model, int vramGib, int capability, int price, int weight, boolean shields) {}

  static final List<Kind> KINDS =
      List.of(
          new Kind("h100", 80, 90, 2_100_000, 22, true),
          new Kind("h200", 141, 90, 2_900_000, 8, true),
          new Kind("b200", 180, 100, 4_500_000, 4, true),
          new Kind("a100", 80, 80, 1_300_000, 18, false),
          new Kind("l40s", 48, 89, 800_000, 10, false),
          new Kind("l4", 24, 89, 450_000, 10, false),
          new Kind("rtx-4090", 24, 89, 350_000, 18, false),
          new Kind("rtx-3090", 24, 86, 220_000, 10, false));

  private static final int[] CARDS = {1, 1, 1, 1, 2, 2, 4, 4, 8, 8};

  private Fleet() {}

  static List<OfferView> of(int nodes, long seed) {
    Random random = new Random(seed);
    List<OfferView> out = new ArrayList<>(nodes);
    for (int i = 0; i < nodes; i++) {
      out.add(node(random, i));
    }
    return out;
  }

  static Kind kind(Random random) {
    int at = random.nextInt(KINDS.stream().mapToInt(Kind::weight).sum());
    for (Kind kind : KINDS) {
      at -= kind.weight();
      if (at < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("weights do not add up");
  }

  private static OfferView node(Random random, int number) {
    Kind kind = kind(random);
    int cards = CARDS[random.nextInt(CARDS.length)];
    Tee tee = kind.shields() && random.nextInt(3) == 0 ? Tee.CPU_AND_GPU : Tee.NONE;
    int grades = Grade.SAMPLED.bit() | Grade.REPLICATED.bit() | Grade.ACCEPTED.bit();
    Offer offer =
        new Offer(
            address(1, number),
            Keccak.hashUtf8(kind.model()),
            0,
            BigInteger.valueOf((long) (kind.price() * (0.8 + random.nextDouble() / 2))),
            10,
            random.nextBoolean() ? 86_400 : 604_800,
            BigInteger.TWO.pow(95),
            cards,
            1L << random.nextInt(REGIONS),
            tee == Tee.NONE ? grades : grades | Grade.ATTESTED.bit(),
            1,
            Integer.MAX_VALUE);
    Hardware hardware =
        new Hardware(kind.model(), cards, false, kind.vramGib() * GIB, kind.capability(), tee);
    return new OfferView(
        Keccak.hash(offer.words()),
        offer,
        address(2, number / NODES_OF_OWNER),
        Set.<Bytes32>of(),
        hardware,
        Math.min(1_000, 400 + random.nextInt(700)),
        offer.volumeMax(),
        cards,
        cards);
  }

  static Address address(int space, int number) {
    return Address.of(ByteBuffer.allocate(Address.SIZE).putInt(space).putInt(16, number).array());
  }
}
