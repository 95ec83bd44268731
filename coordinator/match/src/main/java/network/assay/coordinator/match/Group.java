package network.assay.coordinator.match;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The offers of one shape, indexed by price band and free places. */
final class Group {
  /** Nodes with more free places than this lie together; none asks for so many. */
  private static final int ROOM_MAX = 63;

  final Shape shape;
  final Kind kind;

  // Of the shape, where every search looks.
  final long regions;
  final long durationMinS;
  final long durationMaxS;
  final int reputationLevel;
  private final boolean shared;

  /** In no order that matters. */
  final List<Slot> members = new ArrayList<>();

  private final List<Band> bands = new ArrayList<>();

  /** Of the cheapest slot with room: most groups need no closer look. */
  private int firstBand = Integer.MAX_VALUE;

  /** One price band: a set of slots for each number of free places. */
  private static final class Band {
    final int number;
    final List<@Nullable NavigableSet<Slot>> byRoom = new ArrayList<>();

    /** Bit i: some slot has i free places. */
    long rooms;

    Band(int number) {
      this.number = number;
      for (int i = 0; i <= ROOM_MAX; i++) {
        byRoom.add(null);
      }
    }

    NavigableSet<Slot> of(int room) {
      NavigableSet<Slot> slots = byRoom.get(room);
      if (slots == null) {
        slots = new TreeSet<>(Slot.BEST_FIRST);
        byRoom.set(room, slots);
      }
      return slots;
    }
  }

  Group(Shape shape, Kind kind) {
    this.shape = shape;
    this.kind = kind;
    this.regions = shape.regions();
    this.durationMinS = shape.durationMinS();
    this.durationMaxS = shape.durationMaxS();
    this.reputationLevel = shape.reputationLevel();
    this.shared = shape.hardware().shared();
  }

  void join(Slot slot) {
    slot.member = members.size();
    members.add(slot);
    slot.group = this;
    index(slot);
  }

  void leave(Slot slot) {
    unindex(slot);
    Slot last = members.removeLast();
    if (last != slot) {
      members.set(slot.member, last);
      last.member = slot.member;
    }
  }

  /** Effects: the slot lies where what is free of it now belongs. */
  void reindex(Slot slot) {
    unindex(slot);
    index(slot);
  }

  private void index(Slot slot) {
    slot.measure();
    slot.room = slot.free();
    slot.fit = slot.fit(slot.room);
    if (slot.room > 0) {
      Band band = band(slot.band);
      int room = Math.min(slot.room, ROOM_MAX);
      band.of(room).add(slot);
      band.rooms |= 1L << room;
    }
  }

  private void unindex(Slot slot) {
    if (slot.room == 0) {
      return;
    }
    int at = find(slot.band);
    Band band = bands.get(at);
    int room = Math.min(slot.room, ROOM_MAX);
    NavigableSet<Slot> slots = band.of(room);
    slots.remove(slot);
    slot.room = 0;
    if (slots.isEmpty()) {
      band.rooms &= ~(1L << room);
      if (band.rooms == 0) {
        bands.remove(at);
        firstBand = bands.isEmpty() ? Integer.MAX_VALUE : bands.getFirst().number;
      }
    }
  }

  /** Index of the band, or where it would be inserted as {@code -1 - index}. */
  private int find(int number) {
    int low = 0;
    int high = bands.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int got = bands.get(middle).number;
      if (got == number) {
        return middle;
      }
      if (got < number) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  private Band band(int number) {
    int at = find(number);
    if (at >= 0) {
      return bands.get(at);
    }
    Band band = new Band(number);
    bands.add(-1 - at, band);
    firstBand = bands.getFirst().number;
    return band;
  }

  /** The better one of {@code best} and the best slot here that admits the query. */
  @Nullable Slot best(Query query, @Nullable Slot best) {
    if (firstBand > query.bandMax || (best != null && firstBand > best.band)) {
      return best;
    }
    for (Band band : bands) {
      if (band.number > query.bandMax || (best != null && band.number > best.band)) {
        break;
      }
      Slot here = best(query, band, best);
      if (here != null) {
        return Slot.better(here, best) ? here : best;
      }
    }
    return best;
  }

  private @Nullable Slot best(Query query, Band band, @Nullable Slot best) {
    long rooms = band.rooms & (-1L << query.places(shared));
    while (rooms != 0) {
      int room =
          shared ? ROOM_MAX - Long.numberOfLeadingZeros(rooms) : Long.numberOfTrailingZeros(rooms);
      rooms &= ~(1L << room);
      if (best != null
          && best.band == band.number
          && room < ROOM_MAX
          && (shared ? -room : room) > best.fit) {
        return null; // and what follows fits worse still
      }
      for (Slot slot : band.of(room)) {
        if (query.admits(slot)) {
          return slot;
        }
      }
    }
    return null;
  }

  /** Slots here that would do if all shapes did; most are counted without a look at each. */
  int count(Query query) {
    int places = Math.min(query.places(shared), shape.hardware().cards());
    int count = 0;
    for (Band band : bands) {
      if (band.number > query.bandMax) {
        break;
      }
      boolean all = query.admitsAll(this, band.number);
      for (long rooms = band.rooms & (-1L << places); rooms != 0; rooms &= rooms - 1) {
        NavigableSet<Slot> slots = band.of(Long.numberOfTrailingZeros(rooms));
        count += all ? slots.size() : admitted(query, slots);
      }
    }
    return count;
  }

  private static int admitted(Query query, NavigableSet<Slot> slots) {
    int count = 0;
    for (Slot slot : slots) {
      count += query.admits(slot) ? 1 : 0;
    }
    return count;
  }
}
