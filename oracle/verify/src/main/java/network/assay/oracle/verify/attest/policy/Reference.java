package network.assay.oracle.verify.attest.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import network.assay.oracle.verify.attest.Facts;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is accepted: every fact that it names must be as it says. A build of a workload is
 * one reference; a policy has several where several builds are accepted.
 *
 * @param name for people
 * @param facts name of a measurement or identity → what is expected; never empty
 */
public record Reference(String name, Map<String, Expected> facts) {

  /** What one fact must be. */
  public sealed interface Expected {

    /** Whether a fact that was read is as expected. */
    boolean matches(String got);
  }

  /**
   * One of these values.
   *
   * @param values lower-case; an empty set matches nothing
   */
  public record OneOf(Set<String> values) implements Expected {
    /** Copies. */
    public OneOf {
      values = Collections.unmodifiableSet(new TreeSet<>(values));
    }

    @Override
    public boolean matches(String got) {
      return values.contains(got.toLowerCase(java.util.Locale.ROOT));
    }

    @Override
    public String toString() {
      return values.size() == 1 ? values.iterator().next() : "one of " + values;
    }
  }

  /** A whole number that is at least this. */
  public record AtLeast(long min) implements Expected {
    @Override
    public boolean matches(String got) {
      try {
        return !got.isEmpty() && got.length() <= 18 && Long.parseLong(got) >= min;
      } catch (NumberFormatException e) {
        return false;
      }
    }

    @Override
    public String toString() {
      return "at least " + min;
    }
  }

  /** Refuses a reference that expects nothing: it would match everything. */
  public Reference {
    if (facts.isEmpty()) {
      throw new IllegalArgumentException("reference " + name + ": got no facts, want at least one");
    }
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /** The first fact that is not as expected, in words, or null where all are. */
  @Nullable String mismatch(Facts read) {
    for (Map.Entry<String, Expected> wanted : facts.entrySet()) {
      String got = fact(read, wanted.getKey());
      if (got == null) {
        return wanted.getKey() + " is not in the evidence";
      }
      if (!wanted.getValue().matches(got)) {
        return wanted.getKey() + " is " + got;
      }
    }
    return null;
  }

  private static @Nullable String fact(Facts read, String name) {
    String measured = read.measurements().get(name);
    return measured != null ? measured : read.identity().get(name);
  }

  @Override
  public String toString() {
    return name + " " + facts;
  }
}
