package network.assay.oracle.node;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.wire.JobView;
import network.assay.contracts.wire.OracleStatus;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.chain.ChainException;
import network.assay.oracle.node.chain.ChainInbox;
import network.assay.oracle.node.committee.CommitteeDesk;
import network.assay.oracle.node.evidence.Cases;
import network.assay.oracle.node.evidence.EvidenceDesk;
import network.assay.oracle.node.evidence.EvidenceIntake;
import network.assay.oracle.node.evidence.Upkeep;
import network.assay.oracle.node.evidence.Verifications;
import network.assay.oracle.node.ingress.IngressService;
import network.assay.oracle.node.ingress.JobViews;
import network.assay.oracle.node.loop.EventLoop;
import network.assay.oracle.node.loop.Turn;
import network.assay.oracle.node.peer.Directory;
import network.assay.oracle.node.peer.PeerLinks;
import network.assay.oracle.node.peer.PeerService;
import network.assay.oracle.node.peer.Servers;
import network.assay.oracle.node.store.CommitteeStore;
import network.assay.oracle.node.store.NodeIdentity;
import network.assay.oracle.node.store.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running oracle: wires the parts, starts them in order, stops them in the other. Decides
 * nothing.
 */
public final class OracleEngine implements AutoCloseable, ChainInbox.Reader {
  private static final Logger LOG = LoggerFactory.getLogger(OracleEngine.class);

  private final OracleParts parts;
  private final Metrics metrics = new Metrics();
  private final Directory directory = new Directory();
  private final ExecutorService background;
  private final ScheduledExecutorService clock;
  private final EventLoop loop;
  private final PeerLinks links;
  private final Cases cases;
  private final Verifications verifications;
  private final EvidenceDesk evidence;
  private final CommitteeDesk committees;
  private final Upkeep upkeep;
  private final JobViews views;
  private final Servers servers;
  private boolean begun;

  private OracleEngine(OracleParts parts) throws IOException {
    this.parts = parts;
    Chain chain = parts.chain();
    Address self = parts.key().address();
    parts.store().migrate(Schema.COMPONENT, Schema.STEPS);
    parts
        .store()
        .inTransaction(tx -> {
          NodeIdentity.claim(tx, self, chain.domains());
          return true;
        });
    background = Executors.newVirtualThreadPerTaskExecutor();
    clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon(true).name("assay-clock").factory());
    loop =
        new EventLoop(
            "loop-" + self.hex().substring(2, 8),
            parts.store(),
            () -> metrics.count("events_failed"));
    links =
        new PeerLinks(
            parts.peers(),
            parts.transport(),
            directory,
            chain,
            self,
            Servers.peerBytesMax(),
            metrics,
            this::peerConnected);
    cases = new Cases(() -> chain.head().timestampS(), metrics);
    committees =
        new CommitteeDesk(
            new CommitteeDesk.Parts(
                loop,
                chain,
                cases,
                links,
                links,
                background,
                parts.key(),
                parts.timings(),
                metrics));
    verifications =
        new Verifications(
            loop,
            cases,
            parts.store(),
            self,
            chain,
            parts.judge(),
            links,
            committees::observe,
            parts.verifyThreads(),
            metrics);
    committees.onDisagreement(verifications::judgeAgain);
    committees.onLateDecision(this::onReportAccepted);
    evidence =
        new EvidenceDesk(
            loop,
            cases,
            verifications,
            links,
            chain.domains(),
            parts.key(),
            parts.openTimeoutMs(),
            metrics);
    upkeep =
        new Upkeep(
            loop,
            cases,
            verifications,
            chain,
            links,
            self,
            background,
            committees::forget,
            parts.retentionS());
    views = new JobViews(parts.store());
    EvidenceIntake intake =
        new EvidenceIntake(loop, evidence, cases, chain, parts.key(), links, parts.hardware());
    servers =
        Servers.start(
            parts.transport(),
            directory,
            at(parts.ingressListen()),
            at(parts.peerListen()),
            new IngressService(intake, views, this::status, clock, metrics),
            new PeerService(intake, committees, loop, chain, directory, parts.store(), self),
            metrics);
    metrics.gauge("loop_backlog", loop::backlog);
    metrics.gauge("height", committees::height);
  }

  private static Servers.HostPort at(OracleConfig.Listen listen) {
    return new Servers.HostPort(listen.host(), listen.port());
  }

  /**
   * Starts everything. What the node did before is taken up as soon as the chain's first block is
   * here.
   */
  public static OracleEngine start(OracleParts parts) throws IOException {
    OracleEngine engine = new OracleEngine(parts);
    engine.loop.start();
    engine.parts.chain().start(new ChainInbox(engine.loop, engine));
    engine.links.start();
    return engine;
  }

  /**
   * Oracles may rotate while this one is away, so every epoch seen on chain is learned, and each
   * seat taken that is due.
   */
  private void begin(Turn turn) {
    Chain chain = parts.chain();
    long newest = chain.currentEpoch();
    for (long epoch = 1; epoch <= newest; epoch++) {
      directory.learn(chain.committee(epoch));
    }
    Set<Long> seats = new TreeSet<>(CommitteeStore.epochs(turn.tx()));
    seats.add(newest);
    seats.forEach(epoch -> committees.sit(turn, chain.committee(epoch)));
    evidence.restore(turn);
    upkeep.start();
    begun = true;
    LOG.info("oracle {} takes part from block {}", address(), chain.head().block());
  }

  @Override
  public void onHead(Turn turn, Chain.Head head) {
    try {
      if (!begun) {
        begin(turn);
      }
      committees.block(turn, head.timestampS());
    } catch (ChainException e) {
      LOG.debug(
          "not yet: {}", e.getMessage()); // the block with the first committee is still to come
    }
  }

  @Override
  public void onReportAccepted(Turn turn, long epoch, long seq) {
    committees.reported(turn, epoch, seq);
    CommitteeStore.decision(turn.tx(), epoch, seq)
        .map(decision -> CommitteeDesk.outcome(decision.message()))
        .ifPresent((Outcome outcome) -> cases.reported(turn, outcome));
    metrics.count("reports_accepted");
  }

  @Override
  public void onJobMoved(Turn turn, long jobId, String event) {
    upkeep.check(turn, jobId);
  }

  @Override
  public void onEpoch(Turn turn, long epoch) {
    Committee committee = parts.chain().committee(epoch);
    directory.learn(committee);
    if (begun) {
      committees.sit(turn, committee);
    }
  }

  private void peerConnected(Address oracle) {
    var _ = loop.offer(turn -> upkeep.connected(turn, oracle));
  }

  public Address address() {
    return parts.key().address();
  }

  public int ingressPort() {
    return servers.ingressPort();
  }

  public int peerPort() {
    return servers.peerPort();
  }

  public Metrics metrics() {
    return metrics;
  }

  /** What this oracle knows of a job. */
  public JobView job(long jobId) {
    return views.of(jobId);
  }

  /** Health, epoch, height, peers. */
  public OracleStatus status() {
    return new OracleHealth(parts, loop, links, committees, metrics).status();
  }

  @Override
  public void close() {
    for (AutoCloseable part :
        List.<AutoCloseable>of(
            servers, links, parts.chain(), verifications, loop, background, clock, parts.store())) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("while stopping: {}", e.getMessage());
      }
    }
  }
}
