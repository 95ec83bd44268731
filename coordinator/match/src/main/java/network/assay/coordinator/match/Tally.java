package network.assay.coordinator.match;

import java.math.BigInteger;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the offers that fail one condition have to say, gathered in constant space. */
final class Tally {
  private static final int LISTED_MAX = 4;
  private static final int VALUES_MAX = 64;

  int count;
  long bits;
  int busy;
  int sold;
  int held;
  int partly;

  /** Lowest price band noted. */
  int band = Integer.MAX_VALUE;

  private long least = Long.MAX_VALUE;
  private long most = Long.MIN_VALUE;
  private @Nullable BigInteger price;
  private final TreeSet<String> values = new TreeSet<>();

  void number(long value) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }

  long least() {
    return least;
  }

  long most() {
    return most;
  }

  void price(BigInteger value) {
    if (price == null || value.compareTo(price) < 0) {
      price = value;
    }
  }

  /** The cheapest. */
  BigInteger price() {
    return price == null ? BigInteger.ZERO : price;
  }

  /** Keeps the first values in their order, so that the answer hangs on no order of offers. */
  void value(String value) {
    values.add(value);
    if (values.size() > VALUES_MAX) {
      values.removeLast();
    }
  }

  /** A few of the values: a refusal is read by a person. */
  String listed() {
    if (values.isEmpty()) {
      return "none";
    }
    String text = String.join(" or ", values.stream().limit(LISTED_MAX).toList());
    int more = values.size() - LISTED_MAX;
    return more > 0 ? text + " or " + more + " more" : text;
  }
}
