package network.assay.agent.app.job;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.assay.agent.execute.Signed;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.Deployer;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.MarketCalls;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;

/**
 * The real contracts on a real Anvil, and whoever else is needed: deployer, consumer, matcher,
 * reporter.
 */
final class AnvilMarket implements AutoCloseable {
  private static final long CHAIN_ID = 31337;
  private static final String HUNDRED_ETHER_WEI = "0x56bc75e2d63100000";

  /** Anvil's published first development key; worth nothing anywhere. */
  private static final Secp256k1.PrivateKey FUNDED =
      Secp256k1.PrivateKey.of(
          Hex.decode("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", 32));

  final URI url;
  final RpcEndpoints rpc;
  final AssayContracts contracts;
  private final Process process;
  private final SqliteStore store;
  private final TransactionSender sender;
  private int intents;

  AnvilMarket(Path folder, List<Address> oracles, List<Bytes32> pins) throws IOException {
    process =
        new ProcessBuilder(
                binary(),
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--hardfork",
                "osaka",
                "--chain-id",
                "" + CHAIN_ID,
                "--block-time",
                "1")
            .redirectErrorStream(true)
            .start();
    url = URI.create("http://" + address(process));
    rpc = RpcEndpoints.open(RpcConfig.of(List.of(url), CHAIN_ID));
    store = SqliteStore.open(folder.resolve("market.db"));
    sender =
        new TransactionSender(
            rpc, KeySigner.of(FUNDED), store, SenderConfig.standard(), AssayErrors.reasons());
    sender.start();
    DeploymentPlan plan =
        new DeploymentPlan(
            Optional.empty(),
            sender.address(),
            FakeNet.key("insurance").address(),
            FakeNet.key("treasury").address(),
            oracles,
            pins,
            86_400,
            MarketParams.development());
    contracts = new AssayContracts(rpc, new Deployer(rpc, sender).deploy(plan));
  }

  private static String binary() {
    String named = System.getenv("ASSAY_ANVIL");
    if (named != null) {
      return named;
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path binary = folder.resolve("contracts/node_modules/.bin/anvil");
      if (Files.isExecutable(binary)) {
        return binary.toString();
      }
    }
    throw new IllegalStateException(
        "want contracts/node_modules/.bin/anvil (npm ci in contracts/) or $ASSAY_ANVIL, got neither");
  }

  private static String address(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("Listening on ")) {
        // A full pipe would stop the process.
        Thread.ofVirtual().start(() -> out.lines().forEach(ignored -> {}));
        return line.substring("Listening on ".length()).trim();
      }
    }
    throw new IOException("anvil ended before it listened");
  }

  Deployment deployment() {
    return contracts.deployment();
  }

  long nowS() {
    return rpc.read("time", node -> node.head().timestampS());
  }

  private String id() {
    return "market " + intents++;
  }

  private void send(TxIntent intent) throws Exception {
    var _ = sender.submit(intent).get(30, TimeUnit.SECONDS).requireIncluded();
  }

  void giveEther(Address account) {
    var _ =
        rpc.read(
            "balance",
            node ->
                node.callOptional(
                    "anvil_setBalance", List.of(account.hex(), HUNDRED_ETHER_WEI), n -> n));
  }

  void giveTokens(Address account, long units) throws Exception {
    send(contracts.money().faucet(id(), account, BigInteger.valueOf(units)));
  }

  /** Pays for the order with one wallet signature and joins the offer, as a coordinator does. */
  void open(Order order, Secp256k1.PrivateKey consumer, Signed<Offer> offer) throws Exception {
    long until = nowS() + 600;
    PaymentAuthorization authorization =
        PaymentAuthorization.forOrder(
            order,
            order.digest(deployment().marketDomain()),
            deployment().vault(),
            BigInteger.ZERO,
            BigInteger.valueOf(until));
    MarketCalls.Payment payment =
        new MarketCalls.Payment(0, until, authorization.sign(deployment().tokenDomain(), consumer));
    send(contracts.market().open(id(), order, payment, offer.message(), offer.signature()));
  }

  Address matcher() {
    return sender.address();
  }

  /** Settles a verdict with the signatures of three oracles of four. */
  void report(PackedVerdict verdict, Committee committee, List<Secp256k1.PrivateKey> oracles)
      throws Exception {
    long now = nowS();
    Outcome outcome =
        new Outcome(
            committee.epoch(),
            1,
            now,
            now + 3600,
            List.of(new Outcome.Entry(verdict, EvidenceLeaf.TELEMETRY_VOID)));
    Bytes32 digest = outcome.report().digest(deployment().settlementDomain());
    Map<Integer, Signature> signatures = new HashMap<>();
    for (int i : List.of(0, 2, 3)) {
      signatures.put(i, oracles.get(i).sign(digest));
    }
    send(
        contracts
            .settlement()
            .settle(
                id(),
                outcome.report(),
                outcome.packedVerdicts(),
                List.of(contracts.market().shown(verdict.jobId()).card().orElseThrow()),
                QuorumSignatures.pack(committee, signatures)));
  }

  @Override
  public void close() {
    sender.close();
    store.close();
    rpc.close();
    process.destroy();
  }
}
