package network.assay.oracle.cli.conformance;

import java.util.Set;

/** Which claims are a relying party's choice, and not part of whether evidence is genuine. */
final class Expected {
  private static final Set<String> CHOICES =
      Set.of("debug", "vmpl", "tcb.status", "measurements", "policy.debug", "policy.grade");

  private Expected() {}

  static boolean isPolicy(String claim) {
    return CHOICES.contains(claim)
        || claim.startsWith("policy.")
        || claim.endsWith(".debug")
        || claim.startsWith("td.attributes")
        || claim.contains("sept-ve");
  }
}
