package network.assay.agent.app.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import network.assay.agent.app.AgentConfig;
import network.assay.agent.app.AgentNode;
import network.assay.agent.evidence.TelemetryPlan;
import network.assay.agent.execute.Signed;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.work.EmbeddingLeaves;
import network.assay.contracts.service.NodeCertificate;
import network.assay.oracle.replay.ModelRegistry;
import network.assay.oracle.replay.OnnxModelRunner;
import network.assay.oracle.verify.Domains;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole agent: real contracts on Anvil, real model, real TLS; oracles and coordinator are
 * simulated but judge for real.
 */
class AgentNodeTest {
  private static final long PRICE = 1_000_000;
  private static final long STAKE = 10_000_000;

  @TempDir Path folder;

  private final List<NodeCertificate> certificates = NetServers.certificates();
  private final Secp256k1.PrivateKey providerKey = FakeNet.key("provider");
  private final Secp256k1.PrivateKey consumerKey = FakeNet.key("consumer");

  private AgentConfig config(AnvilMarket market, FakeNet net, NetServers servers) {
    OfferTerms terms =
        new OfferTerms(
            Keccak.hashUtf8("cpu"),
            BigInteger.valueOf(PRICE),
            5,
            600,
            BigInteger.valueOf(100 * PRICE),
            2,
            1,
            Grade.SAMPLED.bit(),
            600);
    return new AgentConfig(
        "agent under test",
        folder.resolve("agent"),
        List.of(market.url),
        market.deployment(),
        net.deviceKey,
        providerKey,
        servers.oracles,
        servers.coordinator,
        certificates.get(4).pin(),
        List.of(ModelRegistry.MINI_LM_FP32),
        terms,
        BigInteger.valueOf(STAKE),
        new TelemetryPlan(100, 300),
        new AgentConfig.Timing(
            1,
            5,
            300,
            3_000,
            new AgentLoop.Rhythm(
                Duration.ofMillis(50), Duration.ofMillis(250), Duration.ofMillis(300))),
        0,
        Optional.empty());
  }

  private Order order(AnvilMarket market, FakeNet net) {
    return new Order(
        consumerKey.address(),
        JobSpec.hash(net.spec.toBytes()),
        Bytes32.ZERO,
        market.matcher(),
        Bytes32.ZERO,
        0,
        Grade.SAMPLED.code(),
        1,
        BigInteger.valueOf(PRICE),
        BigInteger.valueOf(PRICE),
        0,
        1,
        market.nowS() + 120,
        60,
        120,
        60,
        ResultSealing.publicKey(net.resultSecret),
        Address.ZERO,
        0,
        7);
  }

  private static int health(AgentNode node) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.healthPort() + "/health"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void anAgentRegistersStakesWorksAndIsPaid() throws Exception {
    List<Address> oracles =
        IntStream.range(0, 4).mapToObj(i -> FakeNet.key("oracle " + i).address()).toList();
    try (AnvilMarket market =
            new AnvilMarket(folder, oracles, NetServers.oraclePins(certificates));
        OnnxModelRunner models = new OnnxModelRunner()) {
      Domains domains =
          Domains.of(31337, market.deployment().market(), market.deployment().committee());
      FakeNet net =
          new FakeNet(
              models,
              ModelRegistry.MINI_LM_FP32.modelHash(),
              domains,
              NetServers.oraclePins(certificates));
      net.state = JobState.RUNNING;
      market.giveEther(providerKey.address());
      try (NetServers servers = new NetServers(net, certificates)) {
        AgentConfig config = config(market, net, servers);
        assertThatThrownBy(() -> AgentNode.start(config))
            .isInstanceOf(AgentNode.StartFailedException.class)
            .hasMessageContaining("has too few tokens to stake: got 0, want " + STAKE);
        market.giveTokens(providerKey.address(), STAKE);
        market.giveTokens(consumerKey.address(), PRICE);
        runOneJob(market, net, config);
      }
    }
  }

  private void runOneJob(AnvilMarket market, FakeNet net, AgentConfig config) throws Exception {
    try (AgentNode node = AgentNode.start(config)) {
      assertThat(market.contracts.devices().device(net.deviceKey.address()).provider())
          .isEqualTo(providerKey.address());
      assertThat(market.contracts.money().stake(providerKey.address()).staked()).isEqualTo(STAKE);
      Agents.await("an offer", () -> !net.offers.isEmpty());
      Signed<Offer> offer = net.offers.getFirst();
      net.order = order(market, net);
      net.offer = offer;
      net.chainTimeS = market.nowS();
      net.acceptedAtS = net.chainTimeS;
      market.open(net.order, consumerKey, offer);
      net.assignments.add(net.assignment());
      Agents.await("the verdicts", () -> net.verdicts.size() == 4);
      assertThat(net.verdicts.values())
          .allSatisfy(
              v -> assertThat(v.verdict().code()).as("%s", v.findings()).isEqualTo(VerdictCode.OK))
          .noneSatisfy(
              v -> assertThat(v.leaf().telemetryDigest()).isEqualTo(EvidenceLeaf.TELEMETRY_VOID));
      Agents.await("health", () -> node.status().trouble().isEmpty());
      assertThat(health(node)).isEqualTo(200);
    }
    // A restart between work and pay: nothing is registered, staked or accepted again.
    try (AgentNode node = AgentNode.start(config)) {
      assertThat(node.status().jobs()).hasSize(1);
      long jobId = net.assignment().jobId();
      assertThat(market.contracts.market().job(jobId).state()).isEqualTo(JobState.RUNNING);
      market.report(
          net.verdicts.values().iterator().next().verdict(), net.committee, net.oracleKeys);
      Agents.await(
          "the pay",
          () ->
              market
                  .contracts
                  .money()
                  .credit(providerKey.address())
                  .equals(BigInteger.valueOf(PRICE)));
      Agents.await("the end of the job", () -> node.status().jobs().isEmpty());
      assertThat(node.status().revenue().orElseThrow().credit()).isEqualTo(PRICE);
      assertThat(node.status().idle().because()).isEqualTo("no order was joined with its offer");
      assertThat(node.status().recent())
          .singleElement()
          .satisfies(line -> assertThat(line.note()).isEqualTo("SETTLED"));
      assertThat(market.contracts.money().stake(providerKey.address()).locked()).isZero();
      byte[] plain =
          ResultSealing.open(net.resultSecret, jobId, net.order.specHash(), net.delivered);
      assertThat(EmbeddingLeaves.readPlaintext(plain)).hasDimensions(3, 384);
      assertThat(net.signedByDevice).allSatisfy((slot, digests) -> assertThat(digests).hasSize(1));
    }
  }
}
