package network.assay.oracle.node.evidence;

import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;

/** Where a certified bundle is fetched from that this node does not have: the other members. */
@FunctionalInterface
public interface BundleSource {
  /**
   * Asks members one after another until bytes with this hash came. Blocks; at most {@code
   * EvidenceBundle.BYTES_MAX} bytes are taken of each.
   */
  Optional<byte[]> fetch(long epoch, long jobId, Bytes32 bundleHash);
}
