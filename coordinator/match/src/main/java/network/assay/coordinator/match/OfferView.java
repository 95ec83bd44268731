package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.Set;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Offer;

/**
 * A standing offer of a node, with what is left of it.
 *
 * @param offerHash the offer's EIP-712 digest
 * @param offer as signed
 * @param operator who owns the node; the device itself where that is unknown
 * @param models hints: hashes of the models that the node has ready
 * @param reputation 0 to 1,000
 * @param volumeLeft token base units that may still join this offer
 * @param concurrentLeft jobs that the node may still take
 * @param cardsLeft cards that no job has; of no meaning where the cards are shared
 */
public record OfferView(
    Bytes32 offerHash,
    Offer offer,
    Address operator,
    Set<Bytes32> models,
    Hardware hardware,
    int reputation,
    BigInteger volumeLeft,
    int concurrentLeft,
    int cardsLeft) {
  public static final int REPUTATION_MAX = 1_000;

  /** Cheapest first; between equal prices the lower hash, so that every replica lists alike. */
  public static final Comparator<OfferView> CHEAPEST_FIRST =
      Comparator.comparing((OfferView view) -> view.offer().price())
          .thenComparing(OfferView::offerHash);

  public OfferView {
    models = Set.copyOf(models);
    if (volumeLeft.signum() < 0 || concurrentLeft < 0 || cardsLeft < 0) {
      throw new IllegalArgumentException(
          "want nothing negative left of an offer, got volume %s, jobs %d and cards %d"
              .formatted(volumeLeft, concurrentLeft, cardsLeft));
    }
    if (reputation < 0 || reputation > REPUTATION_MAX || cardsLeft > hardware.cards()) {
      throw new IllegalArgumentException(
          "want a reputation up to %d and at most %d cards left, got %d and %d"
              .formatted(REPUTATION_MAX, hardware.cards(), reputation, cardsLeft));
    }
  }

  /** An offer of a device of which only the offer is known. */
  public OfferView(
      Bytes32 offerHash,
      Offer offer,
      Set<Bytes32> models,
      BigInteger volumeLeft,
      int concurrentLeft) {
    this(
        offerHash,
        offer,
        offer.device(),
        models,
        Hardware.UNKNOWN,
        0,
        volumeLeft,
        concurrentLeft,
        Hardware.UNKNOWN.cards());
  }

  /** The same offer with other room. */
  public OfferView withRoom(BigInteger volume, int concurrent, int cards) {
    return new OfferView(
        offerHash, offer, operator, models, hardware, reputation, volume, concurrent, cards);
  }

  /** Places that a job takes here: one where cards are shared, else as many cards as it asks. */
  int places(Request request) {
    return hardware.shared() ? 1 : Math.max(1, request.hardware().cards());
  }

  /** Places that are free once quotes hold so many; 0 where nothing more can be sold. */
  int room(int heldJobs, int heldPlaces) {
    BigInteger price = offer.price();
    if (concurrentLeft <= heldJobs
        || price.signum() <= 0
        || volumeLeft.compareTo(heldJobs == 0 ? price : times(price, heldJobs + 1L)) < 0) {
      return 0;
    }
    return hardware.shared() ? concurrentLeft - heldJobs : Math.max(0, cardsLeft - heldPlaces);
  }

  /** Whether the volume is what keeps the next job out. */
  boolean soldOut() {
    return concurrentLeft > 0 && volumeLeft.compareTo(offer.price()) < 0;
  }

  private static BigInteger times(BigInteger price, long jobs) {
    return price.multiply(BigInteger.valueOf(jobs));
  }
}
