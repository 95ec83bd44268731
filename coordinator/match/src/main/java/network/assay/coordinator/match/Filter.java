package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Offer;

/** The hard conditions, in the order in which a refusal names them. */
public enum Filter {
  EXPIRY {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      return nowS <= view.offer().expiry();
    }

    @Override
    String got(Request request, long nowS) {
      return "chain time " + nowS;
    }

    @Override
    String want(List<OfferView> missing) {
      return "a fresh offer; the last one ended at " + greatest(missing, Offer::expiry);
    }
  },
  UNIT {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      return view.offer().unit() == request.unit();
    }

    @Override
    String got(Request request, long nowS) {
      return "unit " + request.unit();
    }

    @Override
    String want(List<OfferView> missing) {
      return "unit " + distinct(missing, view -> String.valueOf(view.offer().unit()));
    }
  },
  DEVICE_CLASS {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      return request.deviceClass().isZero()
          || request.deviceClass().equals(view.offer().deviceClass());
    }

    @Override
    String got(Request request, long nowS) {
      return "device class " + request.deviceClass();
    }

    @Override
    String want(List<OfferView> missing) {
      return "device class " + distinct(missing, view -> view.offer().deviceClass().hex());
    }
  },
  REGION {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      return request.regions() == 0 || (request.regions() & view.offer().regions()) != 0;
    }

    @Override
    String got(Request request, long nowS) {
      return "regions " + bits(request.regions());
    }

    @Override
    String want(List<OfferView> missing) {
      long union = missing.stream().mapToLong(v -> v.offer().regions()).reduce(0, (a, b) -> a | b);
      return "regions out of " + bits(union);
    }
  },
  GRADE {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      return (view.offer().grades() & request.grade().bit()) != 0;
    }

    @Override
    String got(Request request, long nowS) {
      return "grade " + request.grade();
    }

    @Override
    String want(List<OfferView> missing) {
      long union = missing.stream().mapToLong(v -> v.offer().grades()).reduce(0, (a, b) -> a | b);
      return "a grade out of bits " + bits(union);
    }
  },
  PRICE {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      // The market refuses a price of zero: nothing would be at stake.
      return view.offer().price().signum() > 0
          && view.offer().price().compareTo(request.priceMax()) <= 0;
    }

    @Override
    String got(Request request, long nowS) {
      return "priceMax " + request.priceMax();
    }

    @Override
    String want(List<OfferView> missing) {
      return "at least "
          + missing.stream()
              .map(v -> v.offer().price())
              .min(Comparator.naturalOrder())
              .orElseThrow();
    }
  },
  DURATION {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      return view.offer().durationMinS() <= request.runWindowS()
          && request.runWindowS() <= view.offer().durationMaxS();
    }

    @Override
    String got(Request request, long nowS) {
      return "a run window of " + request.runWindowS() + " s";
    }

    @Override
    String want(List<OfferView> missing) {
      return distinct(
          missing,
          v -> "from " + v.offer().durationMinS() + " to " + v.offer().durationMaxS() + " s");
    }
  },
  MODEL {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      return request.model().isZero() || view.models().contains(request.model());
    }

    @Override
    String got(Request request, long nowS) {
      return "model " + request.model();
    }

    @Override
    String want(List<OfferView> missing) {
      List<String> models =
          missing.stream().flatMap(v -> v.models().stream()).map(Bytes32::hex).distinct().toList();
      return models.isEmpty() ? "a device with that model" : "model " + listed(models);
    }
  },
  EXCLUDED {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      return !request.excludedDevices().contains(view.offer().device());
    }

    @Override
    String got(Request request, long nowS) {
      return request.excludedDevices().size() + " devices that already failed this order";
    }

    @Override
    String want(List<OfferView> missing) {
      return "another device";
    }
  },
  CAPACITY {
    @Override
    boolean admits(OfferView view, Request request, long nowS) {
      return view.concurrentLeft() >= 1 && view.volumeLeft().compareTo(view.offer().price()) >= 0;
    }

    @Override
    String got(Request request, long nowS) {
      return "one more job";
    }

    @Override
    String want(List<OfferView> missing) {
      return "a device with room: "
          + missing.stream().filter(v -> v.concurrentLeft() == 0).count()
          + " busy, "
          + missing.stream().filter(v -> v.concurrentLeft() > 0).count()
          + " with their volume sold";
    }
  };

  private static final int LISTED_MAX = 4;

  /** Whether the offer passes; a pure function of its arguments. */
  abstract boolean admits(OfferView view, Request request, long nowS);

  /** What the request says about this condition. */
  abstract String got(Request request, long nowS);

  /** What would have let in the offers that fail only here; {@code missing} is never empty. */
  abstract String want(List<OfferView> missing);

  private static BigInteger greatest(List<OfferView> views, Function<Offer, Long> member) {
    return views.stream()
        .map(view -> BigInteger.valueOf(member.apply(view.offer())))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static String distinct(List<OfferView> views, Function<OfferView, String> member) {
    return listed(views.stream().map(member).distinct().sorted().toList());
  }

  /** A few of the values: a refusal is read by a person. */
  private static String listed(List<String> values) {
    String text = String.join(" or ", values.subList(0, Math.min(LISTED_MAX, values.size())));
    int more = values.size() - LISTED_MAX;
    return more > 0 ? text + " or " + more + " more" : text;
  }

  private static String bits(long set) {
    return "0x" + Long.toHexString(set);
  }
}
