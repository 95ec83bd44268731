package network.assay.coordinator.match;

import java.util.List;
import java.util.Optional;

/** What matching came to. */
public sealed interface Placement {

  /**
   * The offer that serves the request.
   *
   * @param offer as it was when it was chosen
   * @param hold the quote's hold on its room; empty where none was asked
   */
  record Match(OfferView offer, Optional<Hold> hold) implements Placement {
    public Match(OfferView offer) {
      this(offer, Optional.empty());
    }
  }

  /**
   * No offer does.
   *
   * @param refusals one for each condition that some offer fails, those that alone stand in the way
   *     first; empty where there are no offers at all
   * @param offers how many were looked at
   * @param last the condition that left none when all are asked in their order; EXPIRY where there
   *     are no offers
   * @param before offers that met everything before {@code last}
   * @param asked the GPU models asked for, for the sentence
   */
  record NoMatch(List<Refusal> refusals, int offers, Filter last, int before, String asked)
      implements Placement {
    public NoMatch {
      refusals = List.copyOf(refusals);
    }

    /** One sentence for a person: what left no node, and what would have matched. */
    public String sentence() {
      if (offers == 0) {
        return "no device offers anything at the moment";
      }
      Refusal first = refusals.getFirst();
      if (first.alone() > 0) {
        return "none of %d offers fits: %d with %s meet all but %s: %s"
            .formatted(
                offers, first.alone(), asked, first.filter(), first.filter().sentence(first));
      }
      Refusal end =
          refusals.stream().filter(refusal -> refusal.filter() == last).findFirst().orElse(first);
      return "none of %d offers fits: %s left no node of %d that meet what is asked before it: %s"
          .formatted(offers, end.filter(), before, end.filter().sentence(end));
    }
  }
}
