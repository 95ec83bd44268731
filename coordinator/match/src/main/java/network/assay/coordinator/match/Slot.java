package network.assay.coordinator.match;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A node's offer in the book, with what quotes hold of its node and its place in the index. */
final class Slot {
  /** The order of choosing: price band, fit, price, hash. Total, so every replica chooses alike. */
  static final Comparator<Slot> BEST_FIRST =
      Comparator.comparingInt((Slot slot) -> slot.band)
          .thenComparingInt(slot -> slot.fit)
          .thenComparing(slot -> slot.view, OfferView.CHEAPEST_FIRST);

  OfferView view;
  Group group;

  /** Place in the group's members. */
  int member;

  int heldJobs;
  int heldPlaces;

  /** Kept for one waiting job: no other gets in. */
  boolean setAside;

  /** The offer ended. */
  boolean expired;

  /** Price band. */
  int band;

  int reputation;

  /** Smaller is better; see {@link #fit(int)}. */
  int fit;

  /** Free places as indexed; 0 where the index does not have it. */
  int room;

  /** Free places as the view says, and those without what quotes hold; by {@link #measure()}. */
  int bare;

  int open;

  /** Nothing is free because the offer's volume is sold, though the node is not busy. */
  boolean sold;

  boolean shared;

  Slot(OfferView view, Group group) {
    this.view = view;
    this.group = group;
    this.band = PriceBand.of(view.offer().price());
    this.reputation = view.reputation();
    this.shared = view.hardware().shared();
  }

  /** Only while no index has the slot. */
  void become(OfferView fresh, Group of) {
    view = fresh;
    group = of;
    band = PriceBand.of(fresh.offer().price());
    reputation = fresh.reputation();
    shared = fresh.hardware().shared();
  }

  /** Effects: what is free is known after a change of the view or of what is held. */
  void measure() {
    bare = view.room(0, 0);
    sold = bare == 0 && view.soldOut();
    open = heldJobs == 0 ? bare : view.room(heldJobs, heldPlaces);
  }

  /** What a stranger may take now. */
  int free() {
    return expired || setAside ? 0 : open;
  }

  /** What may be taken by one who pays: an unpaid quote gives way. */
  int freeOfHolds() {
    return expired || setAside ? 0 : bare;
  }

  /** What may be taken by one whose own holds are so many. */
  int freeBut(int ownJobs, int ownPlaces) {
    return expired || setAside ? 0 : view.room(heldJobs - ownJobs, heldPlaces - ownPlaces);
  }

  /**
   * Whole cards are packed: the node with the fewest free places that still fits, so that other
   * nodes stay whole for jobs with many cards. Shared ones are spread: the emptiest first, because
   * jobs on one card slow each other down.
   */
  int fit(int places) {
    return shared ? -places : places;
  }

  static boolean better(Slot slot, @Nullable Slot than) {
    return than == null || BEST_FIRST.compare(slot, than) < 0;
  }
}
