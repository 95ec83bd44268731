package network.assay.coordinator.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.follow.ChainFollower;
import network.assay.contracts.client.follow.FollowerConfig;
import network.assay.contracts.client.follow.JdbcCheckpointStore;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcNode;
import network.assay.contracts.client.send.JournalHome;
import network.assay.contracts.client.send.RevertReasons;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Health;
import network.assay.contracts.service.KeyFiles;
import network.assay.contracts.service.NodeCertificate;
import network.assay.coordinator.app.agents.AgentServer;
import network.assay.coordinator.app.agents.AgentService;
import network.assay.coordinator.app.agents.AssignmentHub;
import network.assay.coordinator.app.agents.Deliveries;
import network.assay.coordinator.app.agents.OracleClients;
import network.assay.coordinator.app.api.ApiApplication;
import network.assay.coordinator.app.api.NetworkController.HealthView;
import network.assay.coordinator.app.flow.ChainFeed;
import network.assay.coordinator.app.flow.ChainNews;
import network.assay.coordinator.app.flow.ContractsChain;
import network.assay.coordinator.app.flow.EarlyAccepts;
import network.assay.coordinator.app.flow.Feed;
import network.assay.coordinator.app.flow.Intake;
import network.assay.coordinator.app.flow.JournalledSender;
import network.assay.coordinator.app.flow.Keeper;
import network.assay.coordinator.app.flow.LedFollower;
import network.assay.coordinator.app.flow.Loop;
import network.assay.coordinator.app.flow.OfferDesk;
import network.assay.coordinator.app.flow.OutboxWorker;
import network.assay.coordinator.app.flow.Placer;
import network.assay.coordinator.app.flow.Quotes;
import network.assay.coordinator.app.flow.Rebuilder;
import network.assay.coordinator.app.flow.ReceiptCollector;
import network.assay.coordinator.app.flow.WebhookTarget;
import network.assay.coordinator.app.flow.WebhookWorker;
import network.assay.coordinator.app.store.AnnouncedTransactions;
import network.assay.coordinator.app.store.Bell;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Lost;
import network.assay.coordinator.app.store.Seat;
import network.assay.coordinator.app.store.Seats;
import network.assay.coordinator.app.store.Served;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One coordinator: database, chain, agents, consumers. Several may live in one process, each over
 * its own data folder. Killed at any moment, the next start goes on from database and chain.
 */
public final class CoordinatorNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorNode.class);

  /** What was started, to be closed in the reverse order. */
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  private final Address address;
  private final Bytes32 pin;
  private final Health health = new Health();
  private int httpPort;
  private int grpcPort;

  private CoordinatorNode(Address address, Bytes32 pin) {
    this.address = address;
    this.pin = pin;
  }

  /**
   * Starts a coordinator from files.
   *
   * @throws ConfigProblem where a setting or file does not do
   */
  public static CoordinatorNode start(CoordinatorConfig config) {
    try {
      Deployment at = Deployment.parse(Files.readAllBytes(config.deploymentFile()));
      Path key = config.keyFile().orElse(config.dataFolder().resolve("coordinator.key"));
      return start(
          config,
          at,
          KeyFiles.loadOrGenerate(
              key,
              KeyFiles.password(
                  config.keyPasswordFile(), java.util.Optional.empty(), System.getenv())));
    } catch (IOException e) {
      throw new ConfigProblem("cannot read the address book " + config.deploymentFile(), e);
    }
  }

  /** Starts a coordinator with this address book and key; the files of the config are not read. */
  public static CoordinatorNode start(
      CoordinatorConfig config, Deployment at, Secp256k1.PrivateKey key) {
    NodeCertificate certificate =
        NodeCertificate.loadOrGenerate(config.dataFolder().resolve("coordinator-tls.pem"));
    CoordinatorNode node = new CoordinatorNode(key.address(), certificate.pin());
    try {
      node.run(config, at, key, certificate);
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    started.push(part);
    return part;
  }

  private void run(
      CoordinatorConfig config, Deployment at, Secp256k1.PrivateKey key, NodeCertificate own) {
    Duration poll = Duration.ofMillis(config.pollIntervalMs().orElse(250L));
    LongSupplier clockMs = System::currentTimeMillis;
    // First what fails fast: a wrong chain is told before a database is made.
    RpcEndpoints rpc = opened(RpcEndpoints.open(RpcConfig.of(config.rpcUrls(), at.chainId())));
    Database database = opened(database(config));
    RevertReasons reasons = AssayErrors.reasons();
    ContractsChain chain =
        new ContractsChain(rpc, new AssayContracts(rpc, at), reasons, key.address());
    long head = rpc.read("the head", RpcNode::head).number();
    database.transaction(tx -> {
      Served.claim(tx, at.chainId(), at.market(), key.address());
      Lost.begin(tx, head);
      return true;
    });
    Seats seats = opened(new Seats(database));
    Seat sending = seats.seat("sender");
    JournalHome journal =
        new JournalHome(
            "database", new AnnouncedTransactions(database), sending.transactions(), sending::held);
    TransactionSender sender =
        opened(new TransactionSender(rpc, KeySigner.of(key), journal, sending(poll), reasons));
    Bell bell = opened(new Bell(database));
    OfferDesk desk = new OfferDesk(database, chain, clockMs);
    desk.load();
    desk.onQuotes(quotes -> bell.ring("quote", quotes.stream().map(Bytes32::hex).toList()));
    desk.onTaken(device -> bell.ring("device", Set.of(device.hex())));

    Placer placer = new Placer(database, chain, desk, clockMs);
    OutboxWorker worker =
        opened(
            new OutboxWorker(
                database,
                chain,
                new JournalledSender(sender),
                desk,
                placer,
                clockMs,
                seats.holder()));
    Loop outbox = new Loop("outbox", poll, worker::step);
    AssignmentHub hub = new AssignmentHub(database);
    Intake intake = new Intake(database, chain, desk, clockMs, outbox::wake, hub);
    Keeper keeper = new Keeper(database, chain, desk, placer, clockMs, outbox::wake);
    Deliveries deliveries = new Deliveries(desk, hub);
    Loop deliver = new Loop("assignments", Duration.ofSeconds(2), deliveries::step);
    bell.add(deliveries.ear(deliver::wake));
    ChainNews news = new ChainNews(bell);
    Seat following = seats.seat("follower");
    LedFollower follower =
        opened(
            new LedFollower(
                following,
                () ->
                    follower(
                        following,
                        rpc,
                        at,
                        poll,
                        new Feed(chain, new ChainFeed(news, Optional.of(new Rebuilder(chain)))),
                        news::committed)));
    OracleClients oracles = opened(new OracleClients(config.oracles().orElse(List.of())));
    ReceiptCollector receipts = new ReceiptCollector(database, chain, oracles.questions());
    Seat keeping = seats.seat("keeper");
    Seat collecting = seats.seat("receipts");

    seats.tend();
    sender.start();
    bell.start();
    begin(
        "seats",
        new Loop(
            "seats",
            Seats.TERM.dividedBy(5),
            () -> {
              seats.tend();
              follower.tend();
            }));
    begin("outbox", outbox);
    begin("assignments", deliver);
    begin("keeper", led("keeper", poll.multipliedBy(2), keeping, keeper::step));
    begin("receipts", led("receipts", poll.multipliedBy(2), collecting, receipts::step));
    boolean privateToo = config.webhooksToPrivateHosts().orElse(false);
    WebhookWorker hooks =
        opened(new WebhookWorker(database, privateToo, WebhookTarget.SYSTEM, clockMs));
    begin("webhooks", new Loop("webhooks", Duration.ofSeconds(1), hooks::step));
    begin("database", new Loop("database", Duration.ofSeconds(2), () -> ask(database)));
    health
        .add("chain", rpc::health)
        .add("follower", follower::health)
        .add("sender", sender::health);

    opened(hub::close);
    EarlyAccepts accepts = new EarlyAccepts(database, chain, clockMs, outbox::wake);
    AgentService agents =
        new AgentService(database, desk, hub, accepts, bell, at.marketDomain(), clockMs);
    grpcPort = opened(agentServer(config, agents, own)).port();
    Quotes quotes = new Quotes(chain, desk, windows(config), key::sign);
    httpPort =
        opened(
                ApiApplication.start(
                    new ApiApplication.Parts(
                        database,
                        chain,
                        desk,
                        intake,
                        quotes,
                        bell,
                        privateToo,
                        () -> view(health.report())),
                    config.httpHost().orElse("127.0.0.1"),
                    config.httpPort().orElse(8480)))
            .port();
    LOG.info("coordinator {} serves consumers on {}, agents on {}", address, httpPort, grpcPort);
  }

  /** What one coordinator at a time does. */
  private static Loop led(String name, Duration interval, Seat seat, Runnable step) {
    return new Loop(
        name,
        interval,
        () -> {
          if (seat.held()) {
            step.run();
          }
        });
  }

  private void begin(String name, Loop loop) {
    opened(loop).start();
    health.add(name, loop::health);
  }

  private static Database database(CoordinatorConfig config) {
    if (config.databaseUrl().isEmpty()) {
      return Database.embedded(config.dataFolder().resolve("postgres"));
    }
    String password =
        KeyFiles.password(
                config.databasePasswordFile(), java.util.Optional.empty(), System.getenv())
            .orElse("");
    return Database.external(
        config.databaseUrl().get(), config.databaseUser().orElse("assay"), password);
  }

  private static SenderConfig sending(Duration poll) {
    SenderConfig s = SenderConfig.standard();
    return new SenderConfig(
        s.priorityFeePerGas(),
        s.maxFeePerGasCap(),
        s.gasMarginPercent(),
        s.confirmations(),
        s.finalityBlocks(),
        s.bumpAfter(),
        poll,
        s.inFlightMax());
  }

  private static ChainFollower follower(
      Seat seat, RpcEndpoints rpc, Deployment at, Duration poll, Feed feed, Runnable committed) {
    FollowerConfig f =
        FollowerConfig.of("coordinator", Set.of(at.market(), at.settlement()), at.deployBlock());
    FollowerConfig ours =
        new FollowerConfig(
            f.name(),
            f.addresses(),
            f.startBlock(),
            f.windowBlocks(),
            f.rangeBlocksMax(),
            poll,
            f.staleAfter());
    JdbcCheckpointStore store =
        new JdbcCheckpointStore(
            "coordinator", new AnnouncedTransactions(seat.transactions(), committed));
    return new ChainFollower(rpc, store, feed, ours);
  }

  private static void ask(Database database) {
    if (!database.answers()) {
      throw new IllegalStateException("the database does not answer");
    }
  }

  private static AgentServer agentServer(
      CoordinatorConfig config, AgentService service, NodeCertificate own) {
    return new AgentServer(
        service, own, config.grpcHost().orElse("127.0.0.1"), config.grpcPort().orElse(8481));
  }

  private static Quotes.Windows windows(CoordinatorConfig config) {
    return new Quotes.Windows(
        config.orderWindowS().orElse(900L),
        config.acceptWindowS().orElse(60L),
        config.runWindowS().orElse(600L),
        config.reportWindowS().orElse(600L));
  }

  private static HealthView view(Health.Report report) {
    Map<String, String> components = new LinkedHashMap<>();
    report
        .components()
        .forEach(c -> components.put(c.name(), c.level().name() + ": " + c.reason()));
    return new HealthView(report.level().name(), components);
  }

  /** Where consumers are served. */
  public int httpPort() {
    return httpPort;
  }

  /** Where agents are served. */
  public int grpcPort() {
    return grpcPort;
  }

  /** What agents pin: SHA-256 of our TLS key. */
  public Bytes32 tlsPin() {
    return pin;
  }

  /** The matcher of Orders; needs gas money. */
  public Address address() {
    return address;
  }

  public Health.Report health() {
    return health.report();
  }

  /** Whether everything works now. */
  public boolean isUp() {
    return health.report().level() == HealthReading.Level.UP;
  }

  /** Stops everything, last started first; the database last of all. */
  @Override
  public void close() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (Exception e) {
        LOG.warn("while stopping: {}", e.getMessage());
      }
    }
  }
}
