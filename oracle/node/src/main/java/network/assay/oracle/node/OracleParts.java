package network.assay.oracle.node;

import java.util.Map;
import java.util.Optional;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.evidence.Judge;
import network.assay.oracle.node.peer.PeerLinks;
import network.assay.oracle.node.peer.PeerTransport;
import network.assay.oracle.report.Timings;
import network.assay.oracle.verify.attest.job.HardwareRules;

/**
 * What one engine is made of, opened and checked.
 *
 * @param hardware what is asked of hardware evidence; none: no order for ATTESTED gets a verdict
 * @param peers by signing key; may contain the node itself
 */
public record OracleParts(
    Secp256k1.PrivateKey key,
    SqliteStore store,
    Chain chain,
    Judge judge,
    Optional<HardwareRules> hardware,
    PeerTransport transport,
    Map<Address, PeerLinks.Endpoint> peers,
    OracleConfig.Listen ingressListen,
    OracleConfig.Listen peerListen,
    long openTimeoutMs,
    Timings timings,
    int verifyThreads,
    long retentionS) {
  public OracleParts {
    peers = Map.copyOf(peers);
  }
}
