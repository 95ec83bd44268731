package network.assay.oracle.node.evidence;

import network.assay.contracts.wire.PeerMessage;

/** Where messages to other oracles go; never blocks, may drop. */
public interface PeerOut {
  /** To every other member of the epoch's committee. */
  void broadcast(long epoch, PeerMessage message);

  /** To one member by its index in that committee. */
  void send(long epoch, int index, PeerMessage message);
}
