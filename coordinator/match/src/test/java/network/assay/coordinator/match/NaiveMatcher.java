package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import network.assay.contracts.protocol.Bytes32;

/**
 * The rules as plainly as they can be said: a list, looked at from end to end each time. Shares no
 * code with the book but the records.
 */
final class NaiveMatcher {
  final Map<Bytes32, OfferView> offers = new TreeMap<>();
  final List<Hold> holds = new ArrayList<>();
  private long nowS = Long.MIN_VALUE;
  private long nowMs = Long.MIN_VALUE;
  private long lastHold;

  void advance(Moment now) {
    nowS = Math.max(nowS, now.chainS());
    nowMs = Math.max(nowMs, now.ms());
    holds.removeIf(hold -> hold.untilMs() <= nowMs);
  }

  void put(OfferView view) {
    offers.values().removeIf(old -> old.offer().device().equals(view.offer().device()));
    offers.put(view.offerHash(), view);
  }

  void remove(Bytes32 hash) {
    OfferView gone = offers.remove(hash);
    holds.removeIf(hold -> hold.device().equals(gone.offer().device()));
  }

  Optional<OfferView> choose(Request request, boolean pays) {
    Optional<OfferView> free = cheapestBand(request, true);
    return free.isPresent() || !pays ? free : cheapestBand(request, false);
  }

  /** What a holder is quoted: what is free; else what would be if he held nothing. */
  Optional<OfferView> chooseFor(Request request, String holder) {
    Optional<OfferView> free = cheapestBand(request, true);
    return free.isPresent()
        ? free
        : cheapest(
            request,
            view -> room(view, holdsOf(view).stream().filter(h -> !h.holder().equals(holder))));
  }

  private Optional<OfferView> cheapestBand(Request request, boolean heldCounts) {
    return cheapest(request, view -> room(view, heldCounts));
  }

  private Optional<OfferView> cheapest(Request request, ToIntFunction<OfferView> room) {
    return offers.values().stream()
        .filter(view -> meets(view, request))
        .filter(view -> room.applyAsInt(view) >= need(view, request))
        .min(
            Comparator.comparing((OfferView view) -> band(view.offer().price()))
                .thenComparingInt(view -> fit(view, room(view, true)))
                .thenComparing(view -> view.offer().price())
                .thenComparing(OfferView::offerHash));
  }

  /** The lowest price of those that count as equal: rounded down to five significant bits. */
  static BigInteger band(BigInteger price) {
    int drop = Math.max(0, price.bitLength() - 5);
    return price.shiftRight(drop).shiftLeft(drop);
  }

  private static int fit(OfferView view, int room) {
    return view.hardware().shared() ? -room : room;
  }

  static int need(OfferView view, Request request) {
    return view.hardware().shared() ? 1 : Math.max(1, request.hardware().cards());
  }

  int room(OfferView view, boolean heldCounts) {
    return room(view, heldCounts ? holdsOf(view).stream() : Stream.of());
  }

  private int room(OfferView view, Stream<Hold> counted) {
    List<Hold> held = counted.toList();
    int jobs = held.size();
    int places = held.stream().mapToInt(Hold::places).sum();
    BigInteger wanted = view.offer().price().multiply(BigInteger.valueOf(jobs + 1L));
    if (view.concurrentLeft() <= jobs || view.volumeLeft().compareTo(wanted) < 0) {
      return 0;
    }
    return Math.max(
        0, view.hardware().shared() ? view.concurrentLeft() - jobs : view.cardsLeft() - places);
  }

  private List<Hold> holdsOf(OfferView view) {
    return holds.stream().filter(hold -> view.offer().device().equals(hold.device())).toList();
  }

  int heldJobs(OfferView view) {
    return holdsOf(view).size();
  }

  int heldPlaces(OfferView view) {
    return holdsOf(view).stream().mapToInt(Hold::places).sum();
  }

  boolean meets(OfferView view, Request r) {
    Hardware has = view.hardware();
    HardwareAsk ask = r.hardware();
    return nowS <= view.offer().expiry()
        && view.offer().unit() == r.unit()
        && (r.deviceClass().isZero() || r.deviceClass().equals(view.offer().deviceClass()))
        && (ask.gpuModels().isEmpty() || ask.gpuModels().contains(has.gpuModel()))
        && (ask.cards() == 0 || (!has.shared() && has.cards() >= ask.cards()))
        && has.vramBytes() >= ask.vramMinBytes()
        && has.vramBytes() <= ask.vramMaxBytes()
        && has.computeCapability() >= ask.computeCapabilityMin()
        && (r.regions() == 0 || (r.regions() & view.offer().regions()) != 0)
        && has.tee().level() >= ask.teeMin().level()
        && (view.offer().grades() & r.grade().bit()) != 0
        && view.offer().durationMinS() <= r.runWindowS()
        && view.offer().durationMaxS() >= r.runWindowS()
        && (r.model().isZero() || view.models().contains(r.model()))
        && view.reputation() >= r.reputationMin()
        && view.offer().price().signum() > 0
        && view.offer().price().compareTo(r.priceMax()) <= 0
        && !r.excludedDevices().contains(view.offer().device())
        && !r.excludedOperators().contains(view.operator());
  }

  Hold hold(OfferView view, Request request, String holder, long untilMs) {
    List<Hold> his = holds.stream().filter(hold -> hold.holder().equals(holder)).toList();
    if (his.size() >= Holds.OF_HOLDER_MAX) {
      holds.remove(his.getFirst());
    }
    for (Hold own : holdsOf(view)) {
      if (own.holder().equals(holder) && room(view, true) < need(view, request)) {
        holds.remove(own);
      }
    }
    Hold hold = new Hold(++lastHold, view.offer().device(), holder, need(view, request), untilMs);
    holds.add(hold);
    return hold;
  }

  OfferView of(Hold hold) {
    return offers.values().stream()
        .filter(view -> view.offer().device().equals(hold.device()))
        .findAny()
        .orElseThrow();
  }

  void move(OfferView taken, Request request, int sign) {
    for (OfferView view : List.copyOf(offers.values())) {
      if (!view.offer().device().equals(taken.offer().device())) {
        continue;
      }
      BigInteger price = taken.offer().price();
      BigInteger volume =
          sign < 0 ? view.volumeLeft().subtract(price) : view.volumeLeft().add(price);
      int jobs = Math.clamp((long) view.concurrentLeft() + sign, 0, view.offer().concurrentMax());
      int cards = taken.hardware().shared() ? 0 : need(taken, request);
      int left = Math.clamp(view.cardsLeft() + (long) sign * cards, 0, view.hardware().cards());
      put(view.withRoom(volume.max(BigInteger.ZERO), jobs, left));
    }
  }

  /** After one who pays took room: the youngest holds give way until the others are covered. */
  void makeRoom(OfferView taken) {
    while (true) {
      OfferView now = offers.get(taken.offerHash());
      List<Hold> here = holdsOf(now);
      BigInteger volume = now.offer().price().multiply(BigInteger.valueOf(here.size()));
      boolean covered =
          here.size() <= now.concurrentLeft()
              && volume.compareTo(now.volumeLeft()) <= 0
              && (now.hardware().shared() || heldPlaces(now) <= now.cardsLeft());
      if (covered || here.isEmpty()) {
        return;
      }
      holds.remove(here.stream().max(Comparator.comparingLong(Hold::id)).orElseThrow());
    }
  }
}
