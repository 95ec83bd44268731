package network.assay.agent.app.link;

import io.grpc.ManagedChannel;
import network.assay.contracts.protocol.Bytes32;

/** Opens channels to servers that are known by their key, not by a name. */
@FunctionalInterface
public interface Channels {

  /**
   * A channel that speaks only to the server with this key.
   *
   * @param pin SHA-256 of the server's TLS SubjectPublicKeyInfo
   */
  ManagedChannel open(Endpoint endpoint, Bytes32 pin);
}
