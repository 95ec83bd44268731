package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;

/** Offers and requests for tests: plain ones, and seeded random ones out of small value sets. */
final class Offers {
  static final Bytes32 CLASS_A = Keccak.hashUtf8("class a");
  static final Bytes32 CLASS_B = Keccak.hashUtf8("class b");
  static final Bytes32 MODEL = Keccak.hashUtf8("model");
  static final long NOW_S = 1_000;

  private Offers() {}

  static Address device(int i) {
    byte[] bytes = new byte[20];
    bytes[18] = (byte) (i >>> 8);
    bytes[19] = (byte) i;
    return Address.of(bytes);
  }

  static Offer offer(int device, long price) {
    return new Offer(
        device(device),
        CLASS_A,
        0,
        BigInteger.valueOf(price),
        10,
        600,
        BigInteger.valueOf(1_000_000),
        4,
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

  static Request request(long priceMax) {
    return new Request(
        0, CLASS_A, 0b1, Grade.SAMPLED, BigInteger.valueOf(priceMax), 60, MODEL, Set.of());
  }

  static OfferView random(Random random, int device) {
    Offer offer =
        new Offer(
            device(device % 7),
            random.nextBoolean() ? CLASS_A : CLASS_B,
            random.nextInt(8) == 0 ? 1 : 0,
            BigInteger.valueOf(random.nextInt(6)),
            random.nextInt(3) * 30L,
            60 + random.nextInt(2) * 60L,
            BigInteger.valueOf(random.nextInt(20)),
            random.nextInt(3),
            random.nextInt(4),
            random.nextInt(64),
            random.nextInt(5),
            NOW_S - 1 + random.nextInt(4));
    return new OfferView(
        Keccak.hash(offer.words(), new byte[] {(byte) device, (byte) (device >>> 8)}),
        offer,
        random.nextInt(4) == 0 ? Set.of() : Set.of(MODEL),
        offer.volumeMax(),
        offer.concurrentMax());
  }

  static List<OfferView> randoms(Random random, int count) {
    List<OfferView> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(random(random, i));
    }
    return out;
  }

  static Request randomRequest(Random random) {
    return new Request(
        0,
        random.nextInt(3) == 0 ? Bytes32.ZERO : CLASS_A,
        random.nextInt(4),
        random.nextBoolean() ? Grade.SAMPLED : Grade.ACCEPTED,
        BigInteger.valueOf(random.nextInt(6)),
        30 + random.nextInt(4) * 30L,
        random.nextBoolean() ? Bytes32.ZERO : MODEL,
        random.nextBoolean() ? Set.of() : Set.of(device(random.nextInt(7))));
  }
}
