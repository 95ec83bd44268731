package network.assay.coordinator.match;

import java.util.List;
import network.assay.contracts.protocol.Offer;

/**
 * The hard conditions, in the order in which they are asked. A refusal names the one that left no
 * node.
 */
public enum Filter {
  UNIT {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return slot.view.offer().unit() == request.unit();
    }

    @Override
    String got(Request request, long nowS) {
      return "unit " + request.unit();
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.value(String.valueOf(slot.view.offer().unit()));
    }

    @Override
    String want(Tally tally) {
      return "unit " + tally.listed();
    }
  },
  DEVICE_CLASS {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return request.deviceClass().isZero()
          || request.deviceClass().equals(slot.view.offer().deviceClass());
    }

    @Override
    String got(Request request, long nowS) {
      return "device class " + request.deviceClass();
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.value(slot.view.offer().deviceClass().hex());
    }

    @Override
    String want(Tally tally) {
      return "device class " + tally.listed();
    }
  },
  GPU_MODEL {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return request.hardware().gpuModels().isEmpty()
          || request.hardware().gpuModels().contains(slot.view.hardware().gpuModel());
    }

    @Override
    String got(Request request, long nowS) {
      return request.hardware().models();
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      String model = slot.view.hardware().gpuModel();
      tally.value(model.isEmpty() ? "a node that does not say" : model);
    }

    @Override
    String want(Tally tally) {
      return tally.listed();
    }
  },
  GPU_COUNT {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      int cards = request.hardware().cards();
      Hardware has = slot.view.hardware();
      return cards == 0 || (!has.shared() && cards <= has.cards());
    }

    @Override
    String got(Request request, long nowS) {
      return request.hardware().cards() + " cards in one node";
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.number(slot.view.hardware().shared() ? 0 : slot.view.hardware().cards());
    }

    @Override
    String want(Tally tally) {
      return tally.most() == 0
          ? "a share of a card: these nodes give no whole one"
          : "at most " + tally.most() + " cards";
    }
  },
  VRAM {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      long has = slot.view.hardware().vramBytes();
      return request.hardware().vramMinBytes() <= has && has <= request.hardware().vramMaxBytes();
    }

    @Override
    String got(Request request, long nowS) {
      long max = request.hardware().vramMaxBytes();
      String upTo = max == Long.MAX_VALUE ? "or more" : "to " + max + " bytes";
      return request.hardware().vramMinBytes() + " " + upTo + " of VRAM a card";
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.number(slot.view.hardware().vramBytes());
    }

    @Override
    String want(Tally tally) {
      return tally.least() == tally.most()
          ? "what includes " + tally.least() + " bytes"
          : "what includes some of " + tally.least() + " to " + tally.most() + " bytes";
    }
  },
  COMPUTE_CAPABILITY {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return request.hardware().computeCapabilityMin() <= slot.view.hardware().computeCapability();
    }

    @Override
    String got(Request request, long nowS) {
      return "compute capability " + capability(request.hardware().computeCapabilityMin());
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.number(slot.view.hardware().computeCapability());
    }

    @Override
    String want(Tally tally) {
      return "at most " + capability(tally.most());
    }
  },
  REGION {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return request.regions() == 0 || (request.regions() & slot.view.offer().regions()) != 0;
    }

    @Override
    String got(Request request, long nowS) {
      return "regions " + hex(request.regions());
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.bits |= slot.view.offer().regions();
    }

    @Override
    String want(Tally tally) {
      return "regions out of " + hex(tally.bits);
    }
  },
  TEE {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return request.hardware().teeMin().compareTo(slot.view.hardware().tee()) <= 0;
    }

    @Override
    String got(Request request, long nowS) {
      return "a TEE of " + request.hardware().teeMin();
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.number(slot.view.hardware().tee().level());
    }

    @Override
    String want(Tally tally) {
      return "at most " + Tee.of((int) tally.most());
    }
  },
  GRADE {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return (slot.view.offer().grades() & request.grade().bit()) != 0;
    }

    @Override
    String got(Request request, long nowS) {
      return "grade " + request.grade();
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.bits |= slot.view.offer().grades();
    }

    @Override
    String want(Tally tally) {
      return "a grade out of bits " + hex(tally.bits);
    }
  },
  DURATION {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      Offer offer = slot.view.offer();
      return offer.durationMinS() <= request.runWindowS()
          && request.runWindowS() <= offer.durationMaxS();
    }

    @Override
    String got(Request request, long nowS) {
      return "a run window of " + request.runWindowS() + " s";
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.number(slot.group.durationMinS);
      tally.number(slot.group.durationMaxS);
    }

    @Override
    String want(Tally tally) {
      return "what some offer of %d to %d s holds".formatted(tally.least(), tally.most());
    }
  },
  MODEL {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return request.model().isZero() || slot.view.models().contains(request.model());
    }

    @Override
    String got(Request request, long nowS) {
      return "model " + request.model();
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      slot.view.models().forEach(model -> tally.value(model.hex()));
    }

    @Override
    String want(Tally tally) {
      return "model " + tally.listed();
    }
  },
  EXPIRY {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return nowS <= slot.view.offer().expiry();
    }

    @Override
    String got(Request request, long nowS) {
      return "chain time " + nowS;
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.number(slot.view.offer().expiry());
    }

    @Override
    String want(Tally tally) {
      return "a fresh offer; the last one ended at " + tally.most();
    }
  },
  REPUTATION {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return slot.reputation >= request.reputationMin();
    }

    @Override
    String got(Request request, long nowS) {
      return "a reputation of " + request.reputationMin();
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      tally.number(slot.reputation);
    }

    @Override
    String want(Tally tally) {
      return "at most " + tally.most();
    }
  },
  PRICE {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      // The market refuses a price of zero: nothing would be at stake.
      return slot.view.offer().price().signum() > 0
          && slot.view.offer().price().compareTo(request.priceMax()) <= 0;
    }

    @Override
    String got(Request request, long nowS) {
      return "priceMax " + request.priceMax();
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      if (slot.band <= tally.band) { // only the cheapest is of interest
        tally.band = slot.band;
        tally.price(slot.view.offer().price());
      }
    }

    @Override
    String want(Tally tally) {
      return "at least " + tally.price();
    }

    @Override
    String sentence(Refusal refusal) {
      return refusal.want().replace("at least ", "the cheapest asks ")
          + refusal.got().replace("priceMax ", ", you allow ");
    }
  },
  EXCLUDED {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return !request.excludedDevices().contains(slot.view.offer().device());
    }

    @Override
    String got(Request request, long nowS) {
      return request.excludedDevices().size() + " devices that already failed this order";
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {}

    @Override
    String want(Tally tally) {
      return "another device";
    }
  },
  OPERATOR {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return !request.excludedOperators().contains(slot.view.operator());
    }

    @Override
    String got(Request request, long nowS) {
      return request.excludedOperators().size() + " owners whose devices failed this order";
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {}

    @Override
    String want(Tally tally) {
      return "a device of another owner";
    }
  },
  CAPACITY {
    @Override
    boolean admits(Slot slot, Request request, long nowS) {
      return !slot.setAside && slot.open >= need(slot, request);
    }

    @Override
    String got(Request request, long nowS) {
      int cards = request.hardware().cards();
      return cards <= 1 ? "one more job" : "one more job with " + cards + " cards";
    }

    @Override
    void note(Tally tally, Slot slot, Request request) {
      if (slot.bare == 0) {
        tally.sold += slot.sold ? 1 : 0;
        tally.busy += slot.sold ? 0 : 1;
      } else if (slot.bare >= need(slot, request)) {
        tally.held++; // by quotes, or for a job that waits for the whole node
      } else {
        tally.partly++;
      }
    }

    @Override
    String want(Tally tally) {
      return "a device with room: %d busy, %d with too few cards free, %d held by quotes, %d with their volume sold"
          .formatted(tally.busy, tally.partly, tally.held, tally.sold);
    }
  };

  /** Conditions that say the same to all offers of one {@link Kind}. */
  static final List<Filter> OF_KIND =
      List.of(
          UNIT, DEVICE_CLASS, GPU_MODEL, GPU_COUNT, VRAM, COMPUTE_CAPABILITY, TEE, GRADE, MODEL);

  /** One bit of an int for each. */
  @SuppressWarnings("EnumOrdinal") // nothing outlives the process
  int bit() {
    return 1 << ordinal();
  }

  /** Whether the offer passes; a pure function of its arguments. */
  abstract boolean admits(Slot slot, Request request, long nowS);

  /** What the request says about this condition. */
  abstract String got(Request request, long nowS);

  /** Gathers what an offer that fails says about this condition. */
  abstract void note(Tally tally, Slot slot, Request request);

  /** What would have let in some of the offers that were noted. */
  abstract String want(Tally tally);

  /** Got and want for a person. */
  String sentence(Refusal refusal) {
    return "you ask " + refusal.got() + ", there is " + refusal.want();
  }

  /** A node that never had so many cards fails by their count, not by what is free of them. */
  private static int need(Slot slot, Request request) {
    int cards = request.hardware().cards();
    return slot.shared || cards <= 1 ? 1 : Math.min(cards, slot.view.hardware().cards());
  }

  private static String hex(long set) {
    return "0x" + Long.toHexString(set);
  }

  private static String capability(long tenths) {
    return tenths / 10 + "." + tenths % 10;
  }
}
