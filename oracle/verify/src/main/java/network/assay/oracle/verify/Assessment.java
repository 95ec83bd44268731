package network.assay.oracle.verify;

import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.PackedVerdict;

/** What an oracle makes of one job's evidence. */
public sealed interface Assessment {

  /** Every check that was made, in order. */
  List<Checked> findings();

  /** What a check found, or nothing where it was not made. */
  default Optional<Finding> finding(Check check) {
    return findings().stream()
        .filter(made -> made.check() == check)
        .map(Checked::finding)
        .reduce((first, last) -> last);
  }

  /**
   * The bundle does not bind anybody: no honest oracle acknowledges it, and nothing follows from
   * it.
   */
  record Unusable(List<Checked> findings) implements Assessment {}

  /**
   * A verdict with the leaf that binds the evidence behind it.
   *
   * @param verdict INCONCLUSIVE while something is missing: whoever waits may assess again with
   *     more
   */
  record Judged(List<Checked> findings, PackedVerdict verdict, EvidenceLeaf leaf)
      implements Assessment {}
}
