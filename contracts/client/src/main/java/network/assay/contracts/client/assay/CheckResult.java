package network.assay.contracts.client.assay;

/** What one check of a deployment (or of a machine) found. */
public sealed interface CheckResult {
  /** What was checked, in a few words. */
  String check();

  /** True where something must be mended, or could not be looked at: unknown is never healthy. */
  default boolean isBad() {
    return this instanceof Rejected || this instanceof Inconclusive;
  }

  /** As it should be. */
  record Accepted(String check, String got) implements CheckResult {}

  /** As it may be, but somebody should know. */
  record Noted(String check, String note) implements CheckResult {}

  /** Not as it must be. */
  record Rejected(String check, String got, String want) implements CheckResult {}

  /** Could not be looked at. */
  record Inconclusive(String check, String missing) implements CheckResult {}
}
