package network.assay.oracle.node.evidence;

import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.oracle.node.loop.Turn;

/** Takes this node's judgements into the committee's log. */
@FunctionalInterface
public interface Observing {
  void observe(Turn turn, long epoch, PackedVerdict verdict, Bytes32 leafHash);
}
