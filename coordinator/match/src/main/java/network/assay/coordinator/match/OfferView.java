package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.Set;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Offer;

/**
 * A standing offer with what is left of it.
 *
 * @param offerHash the offer's EIP-712 digest
 * @param offer as signed
 * @param models hints: hashes of the models that the device has ready
 * @param volumeLeft token base units that may still join this offer
 * @param concurrentLeft jobs that the device may still take
 */
public record OfferView(
    Bytes32 offerHash,
    Offer offer,
    Set<Bytes32> models,
    BigInteger volumeLeft,
    int concurrentLeft) {

  /** Cheapest first; between equal prices the lower hash, so that every replica chooses alike. */
  public static final Comparator<OfferView> CHEAPEST_FIRST =
      Comparator.comparing((OfferView view) -> view.offer().price())
          .thenComparing(OfferView::offerHash);

  public OfferView {
    models = Set.copyOf(models);
    if (volumeLeft.signum() < 0 || concurrentLeft < 0) {
      throw new IllegalArgumentException(
          "want nothing negative left of an offer, got volume "
              + volumeLeft
              + " and jobs "
              + concurrentLeft);
    }
  }

  /** The same offer with other room. */
  public OfferView withRoom(BigInteger volume, int concurrent) {
    return new OfferView(offerHash, offer, models, volume, concurrent);
  }
}
