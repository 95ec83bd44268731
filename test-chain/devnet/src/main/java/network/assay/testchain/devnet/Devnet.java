package network.assay.testchain.devnet;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import network.assay.agent.app.AgentNode;
import network.assay.agent.app.AgentSettings;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.Deployer;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.Config;
import network.assay.contracts.service.NodeCertificate;
import network.assay.coordinator.app.CoordinatorConfig;
import network.assay.coordinator.app.CoordinatorNode;
import network.assay.coordinator.client.ConsumerClient;
import network.assay.oracle.node.OracleConfig;
import network.assay.oracle.node.OracleNode;

/** A whole network on this machine. Everything that it starts ends with it, last started first. */
public final class Devnet implements AutoCloseable {
  static final BigInteger CONSUMER_DOLLARS = BigInteger.valueOf(1_000_000_000);
  private static final BigInteger PROVIDER_DOLLARS = BigInteger.valueOf(200_000_000);

  /** More than the longest job and its dispute take. */
  private static final long UNBONDING_S = 6 * 3_600;

  private final DevnetLayout layout;
  private final Progress progress;
  private final DevnetFiles files;
  private final List<ProviderSetup> providers;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Map<String, AgentNode> agents = new LinkedHashMap<>();
  private final List<OracleNode> oracles = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // set by start, before anybody sees this object
  private TestChain chain;

  @SuppressWarnings("NullAway.Init")
  private RpcEndpoints rpc;

  @SuppressWarnings("NullAway.Init")
  private AssayContracts contracts;

  private Devnet(Path folder, List<ProviderSetup> providers, Progress progress) {
    this.layout = new DevnetLayout(folder);
    this.progress = progress;
    this.providers = List.copyOf(providers);
    this.files = new DevnetFiles(layout);
  }

  /**
   * Starts chain, contracts and accounts, and writes every role's configuration; starts no role.
   *
   * @param folder empty or new
   */
  public static Devnet prepare(
      TestChain.Kind kind, Path folder, List<ProviderSetup> providers, Progress progress) {
    return prepare(
        (data, funder) -> TestChain.start(kind, data, funder), folder, providers, progress);
  }

  private static Devnet prepare(
      BiFunction<Path, Address, TestChain> start,
      Path folder,
      List<ProviderSetup> providers,
      Progress progress) {
    Devnet devnet = new Devnet(folder, providers, progress);
    try {
      devnet.startChain(start);
      devnet.deploy();
      devnet.writeFiles();
      return devnet;
    } catch (RuntimeException e) {
      devnet.close();
      throw e;
    }
  }

  /** Prepares and starts every role in this process, side by side. */
  public static Devnet start(
      TestChain.Kind kind, Path folder, List<ProviderSetup> providers, Progress progress) {
    return started(prepare(kind, folder, providers, progress));
  }

  /** The same on an Anvil that mines each transaction at once: for measuring what is ours. */
  public static Devnet startInstant(Path folder, List<ProviderSetup> providers, Progress progress) {
    return started(prepare(TestChain::startInstant, folder, providers, progress));
  }

  private static Devnet started(Devnet devnet) {
    try {
      devnet.startRoles();
      return devnet;
    } catch (RuntimeException e) {
      devnet.close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    synchronized (started) {
      started.push(part);
    }
    return part;
  }

  private void startChain(BiFunction<Path, Address, TestChain> start) {
    Secp256k1.PrivateKey funder = layout.key("funder");
    chain = opened(start.apply(layout.chain(), funder.address()));
    rpc = opened(RpcEndpoints.open(RpcConfig.of(List.of(chain.rpc()), TestChain.CHAIN_ID)));
    progress.say("chain: " + chain.version() + " at " + chain.rpc());
  }

  private void deploy() {
    Secp256k1.PrivateKey funder = layout.key("funder");
    SqliteStore store = opened(SqliteStore.open(layout.folder().resolve("funder.db")));
    TransactionSender sender =
        opened(
            new TransactionSender(
                rpc, KeySigner.of(funder), store, quick(), AssayErrors.reasons()));
    sender.start();
    Deployment deployment = new Deployer(rpc, sender).deploy(plan(funder.address()));
    contracts = new AssayContracts(rpc, deployment);
    try {
      Files.write(layout.deployment(), deployment.toJson());
    } catch (IOException e) {
      throw new DevnetException("cannot write " + layout.deployment(), e);
    }
    progress.say("contracts: deployed, committee of " + DevnetFiles.ORACLES + " registered");
    Funding funding = new Funding(sender);
    List<Address> paying =
        new ArrayList<>(files.oracles().stream().map(DevnetFiles.OracleSeat::address).toList());
    paying.add(layout.key("coordinator").address());
    providers.forEach(p -> paying.add(providerAddress(p.name())));
    funding.gasMoney(paying);
    funding.dollars(contracts, List.of(consumer().address()), CONSUMER_DOLLARS);
    funding.dollars(
        contracts,
        providers.stream().map(p -> providerAddress(p.name())).toList(),
        PROVIDER_DOLLARS);
    funding.bonds(
        contracts, files.oracleKeys(), rpc.read("the time", node -> node.head().timestampS()));
    progress.say("accounts: funded; the consumer has test dollars and no gas money");
  }

  private static SenderConfig quick() {
    SenderConfig s = SenderConfig.standard();
    return new SenderConfig(
        s.priorityFeePerGas(),
        s.maxFeePerGasCap(),
        s.gasMarginPercent(),
        1,
        s.finalityBlocks(),
        s.bumpAfter(),
        Duration.ofMillis(50),
        32);
  }

  private DeploymentPlan plan(Address account) {
    return new DeploymentPlan(
        Optional.empty(),
        account,
        layout.key("insurance").address(),
        layout.key("treasury").address(),
        files.oracles().stream().map(DevnetFiles.OracleSeat::address).toList(),
        files.oracles().stream().map(DevnetFiles.OracleSeat::pin).toList(),
        UNBONDING_S,
        MarketParams.development());
  }

  private void writeFiles() {
    files.writeOracles(chain.rpc(), providers.stream().anyMatch(ProviderSetup::simulatesTee));
    files.writeCoordinator(chain.rpc());
    Bytes32 pin =
        NodeCertificate.loadOrGenerate(
                DevnetFiles.made(layout.coordinator()).resolve("coordinator-tls.pem"))
            .pin();
    providers.forEach(provider -> files.writeAgent(provider, chain.rpc(), pin));
  }

  private void startRoles() {
    List<Callable<Void>> tasks = new ArrayList<>();
    tasks.add(() -> startCoordinator());
    files.oracles().forEach(seat -> tasks.add(() -> startOracle(seat.index())));
    var _ = Parallel.all(tasks);
    progress.say(
        "oracles: " + DevnetFiles.ORACLES + " up; coordinator at " + files.coordinatorUrl());
    List<Callable<Void>> agentTasks = new ArrayList<>();
    providers.forEach(provider -> agentTasks.add(() -> startAgent(provider)));
    var _ = Parallel.all(agentTasks);
    progress.say("agents: " + providers.size() + " registered and staked");
  }

  @SuppressWarnings("NullAway") // Void has no other value
  private Void startCoordinator() {
    var _ =
        opened(
            CoordinatorNode.start(
                Config.load(
                    layout.coordinatorConfig(),
                    CoordinatorConfig.PREFIX,
                    Map.of(),
                    CoordinatorConfig.class)));
    return null;
  }

  @SuppressWarnings("NullAway") // Void has no other value
  private Void startOracle(int index) throws IOException {
    OracleNode node =
        opened(OracleNode.start(OracleConfig.read(layout.oracleConfig(index), Map.of())));
    synchronized (oracles) {
      oracles.add(node);
    }
    return null;
  }

  @SuppressWarnings("NullAway") // Void has no other value
  private Void startAgent(ProviderSetup provider) {
    AgentNode node =
        opened(
            AgentNode.start(
                AgentSettings.load(layout.agentConfig(provider.name()), Map.of()),
                provider.ports()));
    synchronized (agents) {
      agents.put(provider.name(), node);
    }
    return null;
  }

  public DevnetLayout layout() {
    return layout;
  }

  public TestChain chain() {
    return chain;
  }

  public RpcEndpoints rpc() {
    return rpc;
  }

  public AssayContracts contracts() {
    return contracts;
  }

  public List<ProviderSetup> providers() {
    return providers;
  }

  public int oracleCount() {
    return files.oracles().size();
  }

  public URI coordinatorUrl() {
    return files.coordinatorUrl();
  }

  public Secp256k1.PrivateKey consumer() {
    return layout.key("consumer");
  }

  public Address providerAddress(String name) {
    return layout.key("provider-" + name).address();
  }

  /** A consumer of this network with its own wallet. */
  public ConsumerClient consumerClient() {
    return new ConsumerClient(
        files.coordinatorUrl(), contracts.deployment(), KeySigner.of(consumer()), layout.orders());
  }

  @Override
  public void close() {
    while (true) {
      AutoCloseable part;
      synchronized (started) {
        if (started.isEmpty()) {
          return;
        }
        part = started.pop();
      }
      try {
        part.close();
      } catch (Exception e) {
        progress.say("while stopping: " + e.getMessage());
      }
    }
  }
}
