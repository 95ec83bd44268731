package network.assay.oracle.node.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.wire.PeerMessage;
import network.assay.oracle.node.Metrics;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.committee.CommitteeDesk;
import network.assay.oracle.node.committee.WireCodec;
import network.assay.oracle.node.evidence.BundleSource;
import network.assay.oracle.node.evidence.PeerOut;
import network.assay.oracle.report.Decision;

/** All the ways out to other oracles, by their address. Sending never blocks; asking does. */
public final class PeerLinks
    implements PeerOut, BundleSource, CommitteeDesk.DecisionSource, AutoCloseable {
  /** Where a peer listens. */
  public record Endpoint(String host, int port) {}

  private final Map<Address, PeerLink> links = new TreeMap<>();
  private final Chain chain;
  private final Address self;

  public PeerLinks(
      Map<Address, Endpoint> endpoints,
      PeerTransport transport,
      Directory directory,
      Chain chain,
      Address self,
      int messageBytesMax,
      Metrics metrics,
      Consumer<Address> onConnected) {
    this.chain = chain;
    this.self = self;
    endpoints.forEach((oracle, endpoint) -> {
      if (!oracle.equals(self)) {
        ManagedChannel channel =
            transport
                .toPeer(endpoint.host(), endpoint.port(), pin -> directory.isPinOf(oracle, pin))
                .maxInboundMessageSize(messageBytesMax)
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .build();
        links.put(oracle, new PeerLink(oracle, channel, metrics, onConnected));
      }
    });
    metrics.gauge("peers_connected", this::connected);
    metrics.gauge(
        "peer_messages_waiting", () -> links.values().stream().mapToInt(PeerLink::waiting).sum());
  }

  public void start() {
    links.values().forEach(PeerLink::start);
  }

  /** How many peers there is a live connection to. */
  public int connected() {
    return (int) links.values().stream().filter(PeerLink::connected).count();
  }

  /** How many other members of this committee there is a live connection to. */
  public int connected(Committee committee) {
    return (int)
        links.entrySet().stream()
            .filter(link -> committee.indexOf(link.getKey()) >= 0 && link.getValue().connected())
            .count();
  }

  @Override
  public void broadcast(long epoch, PeerMessage message) {
    for (Address oracle : chain.committee(epoch).keys()) {
      to(oracle).ifPresent(link -> link.add(message));
    }
  }

  @Override
  public void send(long epoch, int index, PeerMessage message) {
    to(chain.committee(epoch).keys().get(index)).ifPresent(link -> link.add(message));
  }

  private Optional<PeerLink> to(Address oracle) {
    return Optional.ofNullable(links.get(oracle));
  }

  @Override
  public Optional<Decision> ask(long epoch, int index, long seq) {
    try {
      return to(chain.committee(epoch).keys().get(index))
          .flatMap(link -> link.decision(epoch, seq))
          .map(WireCodec::decode)
          .filter(decision -> decision.outcome().epoch() == epoch && decision.seq() == seq);
    } catch (ProtocolException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<byte[]> fetch(long epoch, long jobId, Bytes32 bundleHash) {
    List<Address> members = chain.committee(epoch).keys();
    for (Address oracle : members) {
      Optional<byte[]> bytes =
          to(oracle)
              .filter(PeerLink::connected)
              .flatMap(link -> link.bundle(jobId, bundleHash))
              .filter(got -> EvidenceBundle.hash(got).equals(bundleHash));
      if (bytes.isPresent()) {
        return bytes;
      }
    }
    return Optional.empty();
  }

  /** Reads a stored decision's bytes. */
  static network.assay.contracts.wire.Decision parse(byte[] stored) {
    try {
      return network.assay.contracts.wire.Decision.parseFrom(stored);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored decision cannot be read", e);
    }
  }

  Address self() {
    return self;
  }

  @Override
  public void close() {
    links.values().forEach(PeerLink::close);
  }
}
