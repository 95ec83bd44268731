package network.assay.coordinator.match;

import java.util.List;

/** What matching came to. */
public sealed interface Placement {

  /** The cheapest offer that meets every condition. */
  record Match(OfferView offer) implements Placement {}

  /**
   * No offer does.
   *
   * @param refusals one for each condition that some offer fails, those that alone stand in the way
   *     first; empty where there are no offers at all
   * @param offers how many were looked at
   */
  record NoMatch(List<Refusal> refusals, int offers) implements Placement {
    public NoMatch {
      refusals = List.copyOf(refusals);
    }

    /** One sentence for a person. */
    public String sentence() {
      if (offers == 0) {
        return "no device offers anything at the moment";
      }
      Refusal first = refusals.getFirst();
      return "none of %d offers fits: %s left no node (got %s, want %s)"
          .formatted(offers, first.filter(), first.got(), first.want());
    }
  }
}
