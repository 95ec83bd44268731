package network.assay.oracle.verify.attest;

import java.util.Map;
import java.util.Set;

/**
 * What a relying party accepts, family by family. A family that is not named is not accepted.
 *
 * @param families rules by family
 */
public record Policy(Map<Family, Rules> families) {

  /**
   * The rules for one family.
   *
   * @param measurements name of a measurement → lower-case hex values that are accepted. A name
   *     that is absent is not asked; a name with an empty set accepts nothing
   * @param tcbStatuses TCB statuses that are accepted, by the vendor's word; empty accepts none
   * @param tcbEvaluationMin smallest TCB evaluation data number of collateral (DCAP); 0 for any
   * @param debugAllowed whether evidence in debug mode is accepted; false everywhere but in tests
   * @param limits numbers that a family's verifier compares, by the names that it documents
   *     ("vmpl.max", "tcb.snp.min", "age.seconds.max"); an absent one has the family's strict
   *     default
   */
  public record Rules(
      Map<String, Set<String>> measurements,
      Set<String> tcbStatuses,
      int tcbEvaluationMin,
      boolean debugAllowed,
      Map<String, Long> limits) {

    /** Copies the sets. */
    public Rules {
      measurements = Map.copyOf(measurements);
      tcbStatuses = Set.copyOf(tcbStatuses);
      limits = Map.copyOf(limits);
    }

    /** Rules with every limit at its default. */
    public Rules(
        Map<String, Set<String>> measurements,
        Set<String> tcbStatuses,
        int tcbEvaluationMin,
        boolean debugAllowed) {
      this(measurements, tcbStatuses, tcbEvaluationMin, debugAllowed, Map.of());
    }
  }

  private static final Rules NOTHING = new Rules(Map.of(), Set.of(), Integer.MAX_VALUE, false);

  /** Copies the rules. */
  public Policy {
    families = Map.copyOf(families);
  }

  /** The rules for a family; those of a family that is not named accept no TCB status. */
  public Rules rules(Family family) {
    return families.getOrDefault(family, NOTHING);
  }

  /** Whether the family is accepted at all. */
  public boolean names(Family family) {
    return families.containsKey(family);
  }

  /**
   * What a production verifier asks where it is told nothing more: every family, TCB up to date or
   * with hardening left to software, no debug; measurements are the caller's to name.
   */
  public static Policy production() {
    Map<Family, Rules> rules = new java.util.EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      rules.put(family, new Rules(Map.of(), Set.of("UpToDate", "SWHardeningNeeded"), 0, false));
    }
    return new Policy(rules);
  }
}
