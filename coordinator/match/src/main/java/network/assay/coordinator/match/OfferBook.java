package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.coordinator.match.Placement.Match;
import org.jspecify.annotations.Nullable;

/**
 * Standing offers, indexed so that a placement looks at few of them, and what quotes hold of them.
 * Pure: time is an argument, and the same calls in the same order come to the same end. Not
 * thread-safe: its owner guards it.
 *
 * <p>Of the offers that meet every condition the one with the lowest price band is taken; within a
 * band (at most 1/16 wide) the one that packs best; then the cheapest; then the lowest hash.
 *
 * <p>A quote's hold keeps room from other quotes, and from payers only while another offer does for
 * them: who pays goes before who only asked, so asking locks nothing up. Nor does a holder's own
 * unpaid quote ever refuse him: where nothing else is free, the room that he holds himself is his
 * to be quoted again, and what he held of it gives way, oldest first.
 */
public final class OfferBook {
  /** Kinds that fit, remembered for this many different requests. */
  private static final int REMEMBERED_MAX = 1_024;

  /** More than any offer can ask. */
  private static final BigInteger PRICE_MAX = BigInteger.TWO.pow(96);

  private final Map<Bytes32, Slot> byHash = new HashMap<>();
  private final Map<Address, Slot> byDevice = new HashMap<>();
  private final Map<Shape, Group> groups = new LinkedHashMap<>();

  /** By the end of their offers; those that ended are no longer in it. */
  private final TreeSet<Slot> ending =
      new TreeSet<>(
          Comparator.comparingLong((Slot slot) -> slot.view.offer().expiry())
              .thenComparing(slot -> slot.view.offerHash()));

  private final Holds holds = new Holds();

  /** Slots of which quotes hold something. */
  private final Set<Slot> held = new LinkedHashSet<>();

  private final Map<Shape.Build, Kind> kinds = new LinkedHashMap<>();

  private final Map<Query.Key, List<Kind>> suitable =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Query.Key, List<Kind>> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  private long chainS = Long.MIN_VALUE;
  private Consumer<Hold> freed = hold -> {};

  /**
   * Adds a node's offer, or replaces the one that it had: a node has one. What is left of it is
   * what the view says; what quotes hold of the node stays held.
   */
  public void put(OfferView view) {
    Slot slot = byDevice.get(view.offer().device());
    Shape shape = Shape.of(view);
    if (slot == null) {
      slot = new Slot(view, group(shape));
      byDevice.put(view.offer().device(), slot);
    } else if (slot.view.offer().equals(view.offer()) && slot.group.shape.equals(shape)) {
      slot.view = view;
      slot.reputation = view.reputation();
      slot.group.reindex(slot);
      return;
    } else {
      leave(slot);
      slot.become(view, group(shape));
    }
    slot.expired = view.offer().expiry() < chainS;
    if (!slot.expired) {
      ending.add(slot);
    }
    byHash.put(view.offerHash(), slot);
    join(slot);
  }

  private Group group(Shape shape) {
    return groups.computeIfAbsent(
        shape, s -> new Group(s, kinds.computeIfAbsent(s.build(), build -> new Kind())));
  }

  private void join(Slot slot) {
    Group group = slot.group;
    if (group.members.isEmpty()) {
      if (group.kind.groups.isEmpty()) {
        suitable.clear();
      }
      group.kind.groups.add(group);
    }
    group.join(slot);
  }

  private void leave(Slot slot) {
    ending.remove(slot);
    byHash.remove(slot.view.offerHash());
    slot.group.leave(slot);
    Group group = slot.group;
    if (group.members.isEmpty()) {
      groups.remove(group.shape);
      group.kind.groups.remove(group);
      if (group.kind.groups.isEmpty()) {
        kinds.remove(group.shape.build());
        suitable.clear();
      }
    }
  }

  /** Effects: the offer and the holds on its node are gone. */
  public void remove(Bytes32 offerHash) {
    Slot slot = byHash.get(offerHash);
    if (slot == null) {
      return;
    }
    holds.of(slot.view.offer().device()).forEach(this::free);
    leave(slot);
    byDevice.remove(slot.view.offer().device());
  }

  public Optional<OfferView> find(Bytes32 offerHash) {
    return Optional.ofNullable(byHash.get(offerHash)).map(slot -> slot.view);
  }

  public int size() {
    return byHash.size();
  }

  /** Quotes that hold room now. */
  public int holds() {
    return holds.size();
  }

  /** All offers, cheapest first; a copy. */
  public List<OfferView> all() {
    return byHash.values().stream()
        .map(slot -> slot.view)
        .sorted(OfferView.CHEAPEST_FIRST)
        .toList();
  }

  /** Effects: what ended by now is free. Neither time ever runs backwards here. */
  public void advance(Moment now) {
    chainS = Math.max(chainS, now.chainS());
    while (!ending.isEmpty() && ending.getFirst().view.offer().expiry() < chainS) {
      Slot slot = ending.removeFirst();
      slot.expired = true;
      slot.group.reindex(slot);
    }
    for (Hold ended = holds.pollEnded(now.ms()); ended != null; ended = holds.pollEnded(now.ms())) {
      forgetHeld(ended);
    }
  }

  /** What would be chosen for somebody who only asks; nothing is kept. */
  public Placement match(Request request, Moment now) {
    advance(now);
    Slot slot = best(new Query(request));
    return slot == null ? refuse(request) : new Match(slot.view);
  }

  /**
   * Like {@link #match}, and keeps the room for a while. A holder's earliest hold gives way where
   * he has too many, and where only his own holds keep the room.
   */
  public Placement quote(Request request, String holder, long lifeMs, Moment now) {
    advance(now);
    Query query = new Query(request);
    Slot slot = best(query);
    slot = slot == null ? despiteOwn(query, holder) : slot;
    if (slot == null) {
      return refuse(request);
    }
    holds.beforeOneMore(holder).ifPresent(this::free);
    makeWay(slot, request, holder);
    Hold hold =
        holds.add(slot.view.offer().device(), holder, slot.view.places(request), now.ms() + lifeMs);
    hold(slot, hold, 1);
    return new Match(slot.view, Optional.of(hold));
  }

  /**
   * Keeps room for a quote that another coordinator gave: also more than there is, since his book
   * may know what this one does not yet.
   *
   * @return empty where no node has the device
   */
  public Optional<Hold> adopt(Address device, String holder, int places, long untilMs) {
    Slot slot = byDevice.get(device);
    if (slot == null) {
      return Optional.empty();
    }
    Hold hold = holds.add(device, holder, places, untilMs);
    hold(slot, hold, 1);
    return Optional.of(hold);
  }

  /** Told of each hold that gives way or is dropped or paid, not of those whose time is over. */
  public void onFreed(Consumer<Hold> told) {
    this.freed = told;
  }

  /** Effects: what the quote held is free. */
  public void drop(long holdId) {
    holds.find(holdId).ifPresent(this::free);
  }

  /**
   * Chooses for one who pays and takes the room.
   *
   * @param holdId of his quote, 0 for none: its offer is taken where it still does
   */
  public Placement take(Request request, long holdId, Moment now) {
    advance(now);
    Slot slot = choose(new Query(request), holdId);
    return slot == null ? refuse(request) : new Match(taken(slot, request));
  }

  /** {@link #take} for a queue, which asks often and needs no reasons. */
  Optional<OfferView> tryTake(Request request, Moment now) {
    advance(now);
    return Optional.ofNullable(choose(new Query(request), 0)).map(slot -> taken(slot, request));
  }

  private @Nullable Slot choose(Query query, long holdId) {
    Slot slot = redeemed(query, holdId);
    slot = slot == null ? best(query) : slot;
    return slot == null ? despiteHolds(query) : slot;
  }

  private OfferView taken(Slot slot, Request request) {
    OfferView before = slot.view;
    move(slot, before, request, -1);
    makeRoom(slot);
    return before;
  }

  private @Nullable Slot redeemed(Query query, long holdId) {
    Optional<Hold> hold = holds.find(holdId);
    if (hold.isEmpty()) {
      return null;
    }
    free(hold.get());
    Slot slot = byDevice.get(hold.get().device());
    boolean does =
        slot != null && fits(query, slot) && slot.free() >= slot.view.places(query.request);
    return does ? slot : null;
  }

  private @Nullable Slot best(Query query) {
    Slot best = null;
    for (Kind kind : suitable(query)) {
      for (Group group : kind.groups) {
        if (query.suits(group)) {
          best = group.best(query, best);
        }
      }
    }
    return best;
  }

  private List<Kind> suitable(Query query) {
    Query.Key key = query.key();
    List<Kind> known = suitable.get(key);
    if (known == null) {
      known = kinds.values().stream().filter(query::suits).toList();
      suitable.put(key, known);
    }
    return known;
  }

  /** All conditions but room. */
  private static boolean fits(Query query, Slot slot) {
    return slot.band <= query.bandMax
        && query.suits(slot.group.kind)
        && query.suits(slot.group)
        && query.admits(slot);
  }

  private @Nullable Slot despiteHolds(Query query) {
    Slot best = null;
    for (Slot slot : held) {
      if (fits(query, slot)
          && slot.freeOfHolds() >= slot.view.places(query.request)
          && Slot.better(slot, best)) {
        best = slot;
      }
    }
    return best;
  }

  /** Among the few nodes of which he holds something: what does once none of it counts. */
  private @Nullable Slot despiteOwn(Query query, String holder) {
    Slot best = null;
    for (Hold hold : holds.by(holder)) {
      Slot slot = byDevice.get(hold.device());
      if (slot != null && fits(query, slot) && Slot.better(slot, best)) {
        int jobs = 0;
        int places = 0;
        for (Hold own : holds.of(hold.device())) {
          jobs += own.holder().equals(holder) ? 1 : 0;
          places += own.holder().equals(holder) ? own.places() : 0;
        }
        best = slot.freeBut(jobs, places) >= slot.view.places(query.request) ? slot : best;
      }
    }
    return best;
  }

  /** His own holds on the node give way, oldest first, until the request fits. */
  private void makeWay(Slot slot, Request request, String holder) {
    for (Hold own : holds.of(slot.view.offer().device())) {
      if (slot.free() >= slot.view.places(request)) {
        return;
      }
      if (own.holder().equals(holder)) {
        free(own);
      }
    }
  }

  /** The youngest holds give way until what is left of the node covers the others. */
  private void makeRoom(Slot slot) {
    while (slot.heldJobs > 0 && overheld(slot)) {
      List<Hold> here = holds.of(slot.view.offer().device());
      free(here.stream().max(Comparator.comparingLong(Hold::id)).orElseThrow());
    }
  }

  private static boolean overheld(Slot slot) {
    OfferView view = slot.view;
    BigInteger volume = view.offer().price().multiply(BigInteger.valueOf(slot.heldJobs));
    return slot.heldJobs > view.concurrentLeft()
        || volume.compareTo(view.volumeLeft()) > 0
        || (!view.hardware().shared() && slot.heldPlaces > view.cardsLeft());
  }

  private Placement refuse(Request request) {
    Slot cheapest = best(new Query(request.withPriceMax(PRICE_MAX)));
    return Explanation.of(new Query(request), kinds.values(), chainS, cheapest);
  }

  private void free(Hold hold) {
    holds.remove(hold);
    forgetHeld(hold);
    freed.accept(hold);
  }

  private void forgetHeld(Hold hold) {
    Slot slot = byDevice.get(hold.device());
    if (slot != null) {
      hold(slot, hold, -1);
    }
  }

  private void hold(Slot slot, Hold hold, int sign) {
    slot.heldJobs += sign;
    slot.heldPlaces += sign * hold.places();
    if (slot.heldJobs > 0) {
      held.add(slot);
    } else {
      held.remove(slot);
    }
    slot.group.reindex(slot);
  }

  /** Gives back what {@link #take} took. */
  public void release(OfferView taken, Request request) {
    Slot slot = byDevice.get(taken.offer().device());
    if (slot != null) {
      move(slot, taken, request, 1);
    }
  }

  private static void move(Slot slot, OfferView taken, Request request, int sign) {
    OfferView view = slot.view;
    BigInteger price = taken.offer().price();
    BigInteger volume = sign < 0 ? price.negate() : price;
    int cards = taken.hardware().shared() ? 0 : taken.places(request);
    slot.view =
        view.withRoom(
            view.volumeLeft().add(volume).max(BigInteger.ZERO),
            Math.clamp((long) view.concurrentLeft() + sign, 0, view.offer().concurrentMax()),
            Math.clamp(view.cardsLeft() + (long) sign * cards, 0, view.hardware().cards()));
    slot.group.reindex(slot);
  }

  /**
   * Keeps a node for a job that waits for more free cards than any node has: what runs there ends,
   * and nothing new begins.
   *
   * @return its device; empty where no node would do even if it were empty
   */
  public Optional<Address> setAside(Request request, Moment now) {
    advance(now);
    Query query = new Query(request);
    return suitable(query).stream()
        .flatMap(kind -> kind.groups.stream())
        .flatMap(group -> group.members.stream())
        .filter(slot -> !slot.expired && !slot.setAside && couldServe(query, slot))
        .min(
            Comparator.comparingInt((Slot slot) -> -slot.view.room(0, 0))
                .thenComparing(Slot.BEST_FIRST))
        .map(slot -> {
          mark(slot, true);
          return slot.view.offer().device();
        });
  }

  private static boolean couldServe(Query query, Slot slot) {
    OfferView view = slot.view;
    return fits(query, slot)
        && view.offer().price().signum() > 0
        && view.volumeLeft().compareTo(view.offer().price()) >= 0
        && view.offer().concurrentMax() > 0;
  }

  /** Effects: the node is everybody's again. */
  public void endSetAside(Address device) {
    Slot slot = byDevice.get(device);
    if (slot != null) {
      mark(slot, false);
    }
  }

  /** Takes room of a node that was set aside for this request, once there is enough. */
  Optional<OfferView> takeSetAside(Address device, Request request, Moment now) {
    advance(now);
    Slot slot = byDevice.get(device);
    if (slot == null || slot.expired || slot.view.room(0, 0) < slot.view.places(request)) {
      return Optional.empty();
    }
    mark(slot, false);
    return Optional.of(taken(slot, request));
  }

  /** Whether the node is still kept, and would still do if it were empty. */
  boolean isSetAside(Address device, Request request) {
    Slot slot = byDevice.get(device);
    return slot != null && slot.setAside && !slot.expired && couldServe(new Query(request), slot);
  }

  private static void mark(Slot slot, boolean aside) {
    slot.setAside = aside;
    slot.group.reindex(slot);
  }

  /** Every slot; for tests that look inside. */
  Stream<Slot> slots() {
    return byHash.values().stream();
  }
}
