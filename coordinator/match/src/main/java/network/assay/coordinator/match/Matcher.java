package network.assay.coordinator.match;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import network.assay.coordinator.match.Placement.Match;
import network.assay.coordinator.match.Placement.NoMatch;

/** Chooses the cheapest offer that meets every condition. */
public final class Matcher {
  private static final Filter[] FILTERS = Filter.values();

  private Matcher() {}

  /**
   * Matches over offers in any order.
   *
   * @param nowS chain time, Unix seconds
   */
  public static Placement match(Request request, Collection<OfferView> offers, long nowS) {
    OfferView best = null;
    for (OfferView view : offers) {
      if (fits(view, request, nowS)
          && (best == null || OfferView.CHEAPEST_FIRST.compare(view, best) < 0)) {
        best = view;
      }
    }
    return best == null ? refuse(request, offers, nowS) : new Match(best);
  }

  /** Whether the offer meets every condition. */
  public static boolean fits(OfferView view, Request request, long nowS) {
    for (Filter filter : FILTERS) {
      if (!filter.admits(view, request, nowS)) {
        return false;
      }
    }
    return true;
  }

  static NoMatch refuse(Request request, Collection<OfferView> offers, long nowS) {
    Map<Filter, List<OfferView>> failing = new EnumMap<>(Filter.class);
    Map<Filter, List<OfferView>> alone = new EnumMap<>(Filter.class);
    for (OfferView view : offers) {
      List<Filter> failed = new ArrayList<>(FILTERS.length);
      for (Filter filter : FILTERS) {
        if (!filter.admits(view, request, nowS)) {
          failed.add(filter);
          failing.computeIfAbsent(filter, f -> new ArrayList<>()).add(view);
        }
      }
      if (failed.size() == 1) {
        alone.computeIfAbsent(failed.getFirst(), f -> new ArrayList<>()).add(view);
      }
    }
    return new NoMatch(refusals(request, nowS, failing, alone), offers.size());
  }

  private static List<Refusal> refusals(
      Request request,
      long nowS,
      Map<Filter, List<OfferView>> failing,
      Map<Filter, List<OfferView>> alone) {
    List<Refusal> out = new ArrayList<>();
    failing.forEach((filter, views) -> {
      List<OfferView> near = alone.getOrDefault(filter, List.of());
      String want = filter.want(near.isEmpty() ? views : near);
      out.add(new Refusal(filter, filter.got(request, nowS), want, views.size(), near.size()));
    });
    // A condition that alone keeps an offer out is the one worth changing.
    out.sort(
        Comparator.comparing((Refusal refusal) -> refusal.alone() == 0)
            .thenComparing(Refusal::filter));
    return out;
  }
}
