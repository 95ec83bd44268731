package network.assay.oracle.node.evidence;

import java.util.SortedSet;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.ProtocolException;

/**
 * What must be at hand of a job's bundle without reading it again.
 *
 * @param epoch of the job's Accept
 * @param rows committed rows, at least 1
 */
public record CaseFacts(
    long jobId, long epoch, Bytes32 bundleHash, Address device, Bytes32 workRoot, int rows) {

  static CaseFacts of(long epoch, Bytes32 bundleHash, EvidenceBundle bundle) {
    var commit = bundle.workCommit();
    if (commit.rows() < 1 || commit.rows() > Integer.MAX_VALUE) {
      throw new ProtocolException("OUT_OF_RANGE", "1 to 2^31-1 rows", commit.rows());
    }
    return new CaseFacts(
        commit.jobId(), epoch, bundleHash, commit.device(), commit.workRoot(), (int) commit.rows());
  }

  /** The rows that this seed draws. */
  SortedSet<Integer> drawn(Bytes32 seed) {
    return Draw.rows(seed, jobId, workRoot, rows);
  }
}
