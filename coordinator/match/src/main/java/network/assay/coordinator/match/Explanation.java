package network.assay.coordinator.match;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import network.assay.coordinator.match.Placement.NoMatch;
import org.jspecify.annotations.Nullable;

/**
 * Why no offer fits. Shapes that fail twice cost one look, shapes that fail once a count in their
 * index; only the offers of shapes that would do are looked at one by one.
 */
final class Explanation {
  private static final Filter[] FILTERS = Filter.values();

  /** Beyond this many nobody cares how many more another kind of card would do. */
  static final int ALONE_MAX = 1_000;

  /**
   * Offers that are looked at one by one; of a larger market this many say what there is to say,
   * and a request that nothing fits costs less than a millisecond.
   */
  static final int LOOKED_AT_MAX = 4_096;

  private static final int PRICE = Integer.numberOfTrailingZeros(Filter.PRICE.bit());

  private final Query query;
  private final long nowS;

  /** Offers by the first condition that they fail. */
  private final Tally[] first = tallies();

  /** Offers that fail one condition. */
  private final Tally[] alone = tallies();

  private int offers;
  private int looked;

  private Explanation(Query query, long nowS) {
    this.query = query;
    this.nowS = nowS;
  }

  private static Tally[] tallies() {
    Tally[] out = new Tally[FILTERS.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = new Tally();
    }
    return out;
  }

  /**
   * Explains a refusal.
   *
   * @param cheapest what would be chosen at any price; null for nothing
   */
  static NoMatch of(Query query, Collection<Kind> kinds, long nowS, @Nullable Slot cheapest) {
    Explanation why = new Explanation(query, nowS);
    for (Kind kind : kinds) {
      int failed = query.failed(kind);
      for (Group group : kind.groups) {
        why.look(group, failed | query.failed(group));
      }
    }
    if (cheapest != null) {
      why.alone[PRICE].price(cheapest.view.offer().price());
      why.alone[PRICE].count = Math.max(1, why.alone[PRICE].count);
      why.first[PRICE].count = Math.max(1, why.first[PRICE].count);
    }
    return why.result();
  }

  private void look(Group group, int failed) {
    offers += group.members.size();
    if (failed == 0) {
      for (int i = 0; i < group.members.size() && looked < LOOKED_AT_MAX; i++) {
        Slot slot = group.members.get(i);
        look(slot, query.failed(slot, nowS));
        looked++;
      }
      return;
    }
    Slot any = group.members.getFirst();
    note(first, failed, any, group.members.size());
    if (Integer.bitCount(failed) == 1 && enough(failed) > 0) {
      int near = Math.min(group.count(query), enough(failed));
      if (near > 0) {
        note(alone, failed, any, near);
      }
    }
  }

  /** So many more offers that fail only this are worth counting. */
  private int enough(int failed) {
    return ALONE_MAX - alone[Integer.numberOfTrailingZeros(failed)].count;
  }

  private void look(Slot slot, int failed) {
    if (failed != 0) {
      note(first, failed, slot, 1);
      if (Integer.bitCount(failed) == 1) {
        note(alone, failed, slot, 1);
      }
    }
  }

  private void note(Tally[] tallies, int failed, Slot slot, int count) {
    int at = Integer.numberOfTrailingZeros(failed);
    tallies[at].count += count;
    FILTERS[at].note(tallies[at], slot, query.request);
  }

  private NoMatch result() {
    List<Refusal> out = new ArrayList<>();
    Filter last = Filter.EXPIRY;
    int before = 0;
    for (int i = 0; i < FILTERS.length; i++) {
      Filter filter = FILTERS[i];
      if (first[i].count > 0) {
        String want = filter.want(alone[i].count > 0 ? alone[i] : first[i]);
        String got = filter.got(query.request, nowS);
        out.add(new Refusal(filter, got, want, first[i].count, alone[i].count));
        last = filter;
        before = first[i].count;
      }
    }
    // A condition that alone keeps an offer out is the one worth changing, and of those the last:
    // whoever asks for a card would sooner pay more for it than take another.
    out.sort(
        Comparator.comparing((Refusal refusal) -> refusal.alone() == 0)
            .thenComparing(Refusal::filter, Comparator.reverseOrder()));
    return new NoMatch(out, offers, last, before, query.request.hardware().models());
  }
}
