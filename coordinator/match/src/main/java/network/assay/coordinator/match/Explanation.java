package network.assay.coordinator.match;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import network.assay.coordinator.match.Placement.NoMatch;

/** Why no offer fits; one look at each offer, and gathered in constant space. */
@SuppressWarnings("EnumOrdinal") // bits of one int for each offer, which nothing outlives
final class Explanation {
  private static final Filter[] FILTERS = Filter.values();

  private final Request request;
  private final long nowS;
  private final Tally[] failing = tallies();
  private final Tally[] alone = tallies();

  /** Offers by the first condition that they fail. */
  private final int[] endedAt = new int[FILTERS.length];

  private int offers;

  private Explanation(Request request, long nowS) {
    this.request = request;
    this.nowS = nowS;
  }

  private static Tally[] tallies() {
    Tally[] out = new Tally[FILTERS.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = new Tally();
    }
    return out;
  }

  static NoMatch of(Request request, Collection<Group> groups, long nowS) {
    Explanation why = new Explanation(request, nowS);
    for (Group group : groups) {
      if (!group.members.isEmpty()) {
        why.look(group);
      }
    }
    return why.result();
  }

  private void look(Group group) {
    int ofShape = failed(Filter.OF_SHAPE, group.members.getFirst());
    for (Slot slot : group.members) {
      look(slot, ofShape | failed(Filter.OF_OFFER, slot));
    }
  }

  private int failed(List<Filter> filters, Slot slot) {
    int bits = 0;
    for (Filter filter : filters) {
      if (!filter.admits(slot, request, nowS)) {
        bits |= 1 << filter.ordinal();
      }
    }
    return bits;
  }

  private void look(Slot slot, int failed) {
    offers++;
    if (failed == 0) {
      return;
    }
    endedAt[Integer.numberOfTrailingZeros(failed)]++;
    boolean one = Integer.bitCount(failed) == 1;
    for (int rest = failed; rest != 0; rest &= rest - 1) {
      Filter filter = FILTERS[Integer.numberOfTrailingZeros(rest)];
      note(failing[filter.ordinal()], filter, slot);
      if (one) {
        note(alone[filter.ordinal()], filter, slot);
      }
    }
  }

  private void note(Tally tally, Filter filter, Slot slot) {
    tally.count++;
    filter.note(tally, slot, request);
  }

  private NoMatch result() {
    List<Refusal> out = new ArrayList<>();
    Filter last = Filter.EXPIRY;
    for (Filter filter : FILTERS) {
      Tally all = failing[filter.ordinal()];
      Tally near = alone[filter.ordinal()];
      if (all.count > 0) {
        String want = filter.want(near.count > 0 ? near : all);
        out.add(new Refusal(filter, filter.got(request, nowS), want, all.count, near.count));
      }
      last = endedAt[filter.ordinal()] > 0 ? filter : last;
    }
    // A condition that alone keeps an offer out is the one worth changing, and of those the last:
    // whoever asks for a card would sooner pay more for it than take another.
    out.sort(
        Comparator.comparing((Refusal refusal) -> refusal.alone() == 0)
            .thenComparing(Refusal::filter, Comparator.reverseOrder()));
    return new NoMatch(out, offers, last, endedAt[last.ordinal()], request.hardware().models());
  }
}
