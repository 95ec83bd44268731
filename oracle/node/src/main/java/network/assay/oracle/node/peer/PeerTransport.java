package network.assay.oracle.node.peer;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import java.util.function.Predicate;
import network.assay.contracts.protocol.Bytes32;

/**
 * TLS of this node's connections. A pin is the SHA-256 of a SubjectPublicKeyInfo; no certificate
 * authority plays a part.
 */
public interface PeerTransport {
  /** A connection that shows our key and accepts only a server whose pin passes at that moment. */
  ManagedChannelBuilder<?> toPeer(String host, int port, Predicate<Bytes32> serverPins);

  /** A server that demands a client key whose pin passes at that moment. */
  ServerBuilder<?> forPeers(String host, int port, Predicate<Bytes32> clientPins);

  /** A server that shows our key and asks for none. */
  ServerBuilder<?> forAgents(String host, int port);
}
