package network.assay.oracle.report;

import java.util.List;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Outcome;

/**
 * An outcome with its commit certificate: 2f+1 COMMITs of one round. Whoever holds it needs
 * nobody's word for what was decided. Unchecked until {@link Certificates} has said so.
 */
public record Decision(Outcome outcome, List<Signed<Commit>> commits) implements PeerMessage {
  public Decision {
    commits = List.copyOf(commits);
    if (commits.isEmpty() || commits.size() > Committee.SIZE_MAX) {
      throw new IllegalArgumentException(
          "commits: want 1 to " + Committee.SIZE_MAX + ", got " + commits.size());
    }
  }

  public long seq() {
    return outcome.seq();
  }
}
