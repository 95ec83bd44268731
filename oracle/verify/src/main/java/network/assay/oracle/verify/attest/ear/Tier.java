package network.assay.oracle.verify.attest.ear;

import java.util.Locale;
import network.assay.oracle.verify.attest.AttestException;
import tools.jackson.databind.JsonNode;

/**
 * A trustworthiness tier of AR4SI, from best to worst but for NONE, which says that nothing is said
 * and counts as worse than affirming.
 */
public enum Tier {
  /** What was expected (2 to 31, or -32 to -2). */
  AFFIRMING(2),
  /** Nothing is claimed (-1 to 1). */
  NONE(0),
  /** Acceptable only to those who know why (32 to 95, or -96 to -33). */
  WARNING(32),
  /** Not to be trusted (96 to 127, or -128 to -97). */
  CONTRAINDICATED(96);

  private final int number;

  Tier(int number) {
    this.number = number;
  }

  /** The word in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The tier that a value of the trustworthiness vector belongs to. */
  public static Tier of(int value) {
    if (value >= -1 && value <= 1) {
      return NONE;
    }
    if (value >= -32 && value <= 31) {
      return AFFIRMING;
    }
    return value >= -96 && value <= 95 ? WARNING : CONTRAINDICATED;
  }

  /** Reads the word, or the number that stands for it. */
  static Tier parse(JsonNode node) {
    for (Tier tier : values()) {
      boolean word = node.isString() && node.stringValue().equals(tier.label());
      boolean number =
          node.isIntegralNumber() && node.canConvertToInt() && node.intValue() == tier.number;
      if (word || number) {
        return tier;
      }
    }
    throw new AttestException(
        Ear.REASON, "status " + node, "none, affirming, warning or contraindicated");
  }
}
