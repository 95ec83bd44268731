package network.assay.coordinator.match;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import network.assay.contracts.protocol.Address;
import org.jspecify.annotations.Nullable;

/** Live holds by id, device, holder and end. */
final class Holds {
  /** What one holder may keep from others for nothing. */
  static final int OF_HOLDER_MAX = 4;

  private final Map<Long, Hold> byId = new HashMap<>();
  private final Map<Address, List<Hold>> byDevice = new HashMap<>();
  private final Map<String, Deque<Hold>> byHolder = new HashMap<>();
  private final TreeSet<Hold> byEnd =
      new TreeSet<>(Comparator.comparingLong(Hold::untilMs).thenComparingLong(Hold::id));
  private long last;

  Hold add(Address device, String holder, int places, long untilMs) {
    Hold hold = new Hold(++last, device, holder, places, untilMs);
    byId.put(hold.id(), hold);
    byDevice.computeIfAbsent(device, d -> new ArrayList<>(2)).add(hold);
    byHolder.computeIfAbsent(holder, who -> new ArrayDeque<>(OF_HOLDER_MAX)).add(hold);
    byEnd.add(hold);
    return hold;
  }

  /** The hold that must go before this holder may have another. */
  Optional<Hold> beforeOneMore(String holder) {
    Deque<Hold> his = byHolder.get(holder);
    return his == null || his.size() < OF_HOLDER_MAX
        ? Optional.empty()
        : Optional.of(his.getFirst());
  }

  Optional<Hold> find(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** A device's, oldest first. */
  List<Hold> of(Address device) {
    return List.copyOf(byDevice.getOrDefault(device, List.of()));
  }

  /** A holder's, oldest first. */
  List<Hold> by(String holder) {
    Deque<Hold> his = byHolder.get(holder);
    return his == null ? List.of() : List.copyOf(his);
  }

  int size() {
    return byId.size();
  }

  void remove(Hold hold) {
    if (byId.remove(hold.id()) == null) {
      return;
    }
    byEnd.remove(hold);
    byDevice.computeIfPresent(
        hold.device(), (device, all) -> all.remove(hold) && all.isEmpty() ? null : all);
    byHolder.computeIfPresent(
        hold.holder(), (who, all) -> all.remove(hold) && all.isEmpty() ? null : all);
  }

  /** Removes and returns a hold whose time is over. */
  @Nullable Hold pollEnded(long nowMs) {
    if (byEnd.isEmpty() || byEnd.getFirst().untilMs() > nowMs) {
      return null;
    }
    Hold ended = byEnd.getFirst();
    remove(ended);
    return ended;
  }
}
