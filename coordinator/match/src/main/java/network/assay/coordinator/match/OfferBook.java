package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import network.assay.contracts.protocol.Bytes32;
import network.assay.coordinator.match.Placement.Match;

/**
 * Standing offers in order of price, so that a match ends at the first that fits. Not thread-safe:
 * its owner guards it.
 */
public final class OfferBook {
  private final TreeSet<OfferView> byPrice = new TreeSet<>(OfferView.CHEAPEST_FIRST);
  private final Map<Bytes32, OfferView> byHash = new HashMap<>();

  /** Adds the offer, or replaces what is known of it. */
  public void put(OfferView view) {
    remove(view.offerHash());
    byPrice.add(view);
    byHash.put(view.offerHash(), view);
  }

  public void remove(Bytes32 offerHash) {
    OfferView known = byHash.remove(offerHash);
    if (known != null) {
      byPrice.remove(known);
    }
  }

  public Optional<OfferView> find(Bytes32 offerHash) {
    return Optional.ofNullable(byHash.get(offerHash));
  }

  public int size() {
    return byHash.size();
  }

  /** All offers, cheapest first; a copy. */
  public List<OfferView> all() {
    return List.copyOf(byPrice);
  }

  /** Like {@link Matcher#match}, which sees the same offers and comes to the same end. */
  public Placement match(Request request, long nowS) {
    for (OfferView view : byPrice) {
      // In order of price nothing after this one can be paid.
      if (view.offer().price().compareTo(request.priceMax()) > 0) {
        break;
      }
      if (Matcher.fits(view, request, nowS)) {
        return new Match(view);
      }
    }
    return Matcher.refuse(request, byPrice, nowS);
  }

  /**
   * Takes room for one job out of an offer and, as a device is one however many offers it has out,
   * out of the concurrency of all its offers.
   */
  public void reserve(Bytes32 offerHash) {
    OfferView taken = byHash.get(offerHash);
    if (taken == null) {
      return;
    }
    for (OfferView view : ofDevice(taken)) {
      boolean same = view.offerHash().equals(offerHash);
      BigInteger volume =
          same ? view.volumeLeft().subtract(view.offer().price()) : view.volumeLeft();
      put(view.withRoom(volume.max(BigInteger.ZERO), Math.max(0, view.concurrentLeft() - 1)));
    }
  }

  private Collection<OfferView> ofDevice(OfferView like) {
    return byHash.values().stream()
        .filter(view -> view.offer().device().equals(like.offer().device()))
        .toList();
  }
}
