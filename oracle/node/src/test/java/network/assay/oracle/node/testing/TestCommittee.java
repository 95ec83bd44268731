package network.assay.oracle.node.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.NodeCertificate;
import network.assay.oracle.node.OracleConfig.Listen;
import network.assay.oracle.node.OracleEngine;
import network.assay.oracle.node.OracleParts;
import network.assay.oracle.node.evidence.Judge;
import network.assay.oracle.node.peer.PeerLinks.Endpoint;
import network.assay.oracle.node.peer.PinnedTls;
import network.assay.oracle.report.Timings;
import network.assay.oracle.verify.EvidenceVerifier;
import network.assay.oracle.verify.attest.job.HardwareRules;
import org.jspecify.annotations.Nullable;

/**
 * Oracles over real gRPC, mutual TLS and SQLite files; each can be stopped and started again from
 * its file.
 */
public final class TestCommittee implements AutoCloseable {
  private static final Timings TIMINGS = new Timings(1_000, 8_000, 300, 2_000, 1_500, 200, 400);

  /** What stays of a node while it is stopped. */
  private static final class Member {
    final Secp256k1.PrivateKey key;
    final NodeCertificate tls = NodeCertificate.generate();
    final int peerPort = TestPorts.free();
    final int ingressPort = TestPorts.free();
    Judge judge = new EvidenceVerifier(new ToyModel())::assess;

    /** Set before the start. */
    Optional<HardwareRules> hardware = Optional.empty();

    @Nullable OracleEngine engine;

    Member(int index) {
      key = Secp256k1.PrivateKey.of(Keccak.hashUtf8("oracle " + index).toArray());
    }
  }

  private final Path folder;
  private final TestChain chain = new TestChain();
  private final List<Member> members = new ArrayList<>();
  private final long openTimeoutMs;

  public TestCommittee(Path folder, int n, long openTimeoutMs) {
    this.folder = folder;
    this.openTimeoutMs = openTimeoutMs;
    for (int i = 0; i < n; i++) {
      members.add(new Member(i));
    }
    chain.rotate(
        new Committee(
            1,
            members.stream().map(m -> m.key.address()).toList(),
            members.stream().map(m -> m.tls.pin()).toList()));
  }

  public TestChain chain() {
    return chain;
  }

  public Committee committee() {
    return chain.view().committee(1);
  }

  public int size() {
    return members.size();
  }

  /** Replaces a stopped node's judge. */
  public void judge(int index, Judge judge) {
    members.get(index).judge = judge;
  }

  public void startAll() {
    for (int i = 0; i < members.size(); i++) {
      start(i);
    }
  }

  public OracleEngine start(int index) {
    Member member = members.get(index);
    Map<Address, Endpoint> peers = new TreeMap<>();
    members.forEach(m -> peers.put(m.key.address(), new Endpoint("127.0.0.1", m.peerPort)));
    try {
      member.engine =
          OracleEngine.start(
              new OracleParts(
                  member.key,
                  SqliteStore.open(folder.resolve("oracle-" + index + ".db")),
                  chain.view(),
                  evidence -> member.judge.assess(evidence),
                  member.hardware,
                  new PinnedTls(member.tls, Executors.newVirtualThreadPerTaskExecutor()),
                  peers,
                  new Listen("127.0.0.1", member.ingressPort),
                  new Listen("127.0.0.1", member.peerPort),
                  openTimeoutMs,
                  TIMINGS,
                  2,
                  3_600));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return member.engine;
  }

  public void stop(int index) {
    Member member = members.get(index);
    if (member.engine != null) {
      member.engine.close();
      member.engine = null;
    }
  }

  public OracleEngine engine(int index) {
    return Objects.requireNonNull(members.get(index).engine, "stopped");
  }

  public boolean runs(int index) {
    return members.get(index).engine != null;
  }

  public int ingressPort(int index) {
    return members.get(index).ingressPort;
  }

  public int peerPort(int index) {
    return members.get(index).peerPort;
  }

  public NodeCertificate tls(int index) {
    return members.get(index).tls;
  }

  public Secp256k1.PrivateKey key(int index) {
    return members.get(index).key;
  }

  @Override
  public void close() {
    for (int i = 0; i < members.size(); i++) {
      stop(i);
    }
    chain.close();
  }
}
