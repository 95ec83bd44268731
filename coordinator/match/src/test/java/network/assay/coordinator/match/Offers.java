package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.Random;
import java.util.Set;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;

/**
 * Offers and requests for tests; a device number always has the same hardware. Plain ones, and
 * seeded random ones out of small value sets.
 */
final class Offers {
  static final Bytes32 CLASS_A = Keccak.hashUtf8("class a");
  static final Bytes32 CLASS_B = Keccak.hashUtf8("class b");
  static final Bytes32 MODEL = Keccak.hashUtf8("model");
  static final long NOW_S = 1_000;
  static final Moment NOW = at(NOW_S);
  private static final String[] GPUS = {"h100", "a100", "l4", ""};
  private static final long GIB = 1L << 30;

  private Offers() {}

  static Moment at(long chainS) {
    return new Moment(chainS, chainS * 1_000);
  }

  static Address device(int i) {
    byte[] bytes = new byte[20];
    bytes[18] = (byte) (i >>> 8);
    bytes[19] = (byte) i;
    return Address.of(bytes);
  }

  static Offer offer(int device, long price) {
    return offer(device, price, 4);
  }

  static Offer offer(int device, long price, int concurrentMax) {
    return new Offer(
        device(device),
        CLASS_A,
        0,
        BigInteger.valueOf(price),
        10,
        600,
        BigInteger.valueOf(1_000_000),
        concurrentMax,
        0b11,
        Grade.SAMPLED.bit(),
        1,
        NOW_S + 60);
  }

  static OfferView view(Offer offer) {
    return new OfferView(
        Keccak.hash(offer.words()), offer, Set.of(MODEL), offer.volumeMax(), offer.concurrentMax());
  }

  static OfferView view(int device, long price) {
    return view(offer(device, price));
  }

  /** A node with whole cards. */
  static OfferView node(int device, long price, int cards) {
    return node(device, price, new Hardware("h100", cards, false, 80 * GIB, 90, Tee.CPU_AND_GPU));
  }

  static OfferView node(int device, long price, Hardware hardware) {
    Offer offer = offer(device, price, hardware.cards());
    return new OfferView(
        Keccak.hash(offer.words()),
        offer,
        device(900 + device),
        Set.of(MODEL),
        hardware,
        500,
        offer.volumeMax(),
        offer.concurrentMax(),
        hardware.cards());
  }

  static Request request(long priceMax) {
    return new Request(
        0, CLASS_A, 0b1, Grade.SAMPLED, BigInteger.valueOf(priceMax), 60, MODEL, Set.of());
  }

  static Request cards(int cards, long priceMax) {
    return request(priceMax).with(HardwareAsk.cards(cards), 0);
  }

  static OfferBook book(OfferView... offers) {
    OfferBook book = new OfferBook();
    for (OfferView offer : offers) {
      book.put(offer);
    }
    return book;
  }

  static OfferView random(Random random, int number) {
    Random fixed = new Random(number);
    Hardware hardware =
        new Hardware(
            GPUS[fixed.nextInt(GPUS.length)],
            1 + fixed.nextInt(8),
            fixed.nextInt(3) == 0,
            (1L + fixed.nextInt(3)) * 40 * GIB,
            80 + fixed.nextInt(2) * 10,
            Tee.of(fixed.nextInt(3)));
    Offer offer =
        new Offer(
            device(number),
            random.nextInt(4) > 0 ? CLASS_A : CLASS_B,
            random.nextInt(12) == 0 ? 1 : 0,
            BigInteger.valueOf(random.nextInt(3) == 0 ? random.nextInt(6) : random.nextInt(90)),
            random.nextInt(3) * 30L,
            60 + random.nextInt(3) * 60L,
            BigInteger.valueOf(random.nextInt(400)),
            fixed.nextInt(10),
            random.nextInt(8),
            random.nextInt(64),
            random.nextInt(5),
            NOW_S + random.nextInt(400));
    return new OfferView(
        Keccak.hash(offer.words()),
        offer,
        device(500 + random.nextInt(6)),
        random.nextInt(4) == 0 ? Set.of() : Set.of(MODEL),
        hardware,
        random.nextInt(1_001),
        offer.volumeMax(),
        offer.concurrentMax(),
        hardware.cards());
  }

  static Request randomRequest(Random random, int devices) {
    HardwareAsk ask =
        new HardwareAsk(
            random.nextBoolean() ? Set.of() : Set.of(GPUS[random.nextInt(3)]),
            random.nextInt(3) == 0 ? 0 : random.nextInt(5),
            random.nextInt(3) * 40L * GIB,
            random.nextBoolean() ? Long.MAX_VALUE : 80 * GIB,
            random.nextInt(3) == 0 ? 90 : 0,
            Tee.of(random.nextInt(4) == 0 ? 1 : 0));
    return new Request(
            0,
            random.nextInt(3) > 0 ? Bytes32.ZERO : CLASS_A,
            random.nextInt(8),
            random.nextBoolean() ? Grade.SAMPLED : Grade.ACCEPTED,
            BigInteger.valueOf(random.nextInt(100)),
            30 + random.nextInt(4) * 30L,
            random.nextBoolean() ? Bytes32.ZERO : MODEL,
            Set.of())
        .with(ask, random.nextInt(3) == 0 ? random.nextInt(1_001) : 0)
        .without(
            random.nextBoolean() ? Set.of() : Set.of(device(random.nextInt(devices))),
            random.nextInt(4) > 0 ? Set.of() : Set.of(device(500 + random.nextInt(6))));
  }
}
