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
  private @Nullable BigInteger least;
  private @Nullable BigInteger most;
  private final TreeSet<String> values = new TreeSet<>();

  void number(BigInteger value) {
    if (least == null || value.compareTo(least) < 0) {
      least = value;
    }
    if (most == null || value.compareTo(most) > 0) {
      most = value;
    }
  }

  void number(long value) {
    number(BigInteger.valueOf(value));
  }

  BigInteger least() {
    return least == null ? BigInteger.ZERO : least;
  }

  BigInteger most() {
    return most == null ? BigInteger.ZERO : most;
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
