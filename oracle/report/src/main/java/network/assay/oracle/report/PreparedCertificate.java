package network.assay.oracle.report;

import java.util.List;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.Prepare;

/**
 * A value with 2f+1 PREPAREs of one round: what a node is locked on. Unchecked until {@link
 * Certificates} has said so.
 *
 * @param prepares at most one a member
 */
public record PreparedCertificate(Outcome outcome, List<Signed<Prepare>> prepares) {
  public PreparedCertificate {
    prepares = List.copyOf(prepares);
    if (prepares.isEmpty() || prepares.size() > Committee.SIZE_MAX) {
      throw new IllegalArgumentException(
          "prepares: want 1 to " + Committee.SIZE_MAX + ", got " + prepares.size());
    }
  }

  /** The round of its first PREPARE; the checker demands the same of all. */
  public long round() {
    return prepares.getFirst().body().round();
  }
}
