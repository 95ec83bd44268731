package network.assay.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.wire.NodeCard;
import network.assay.contracts.wire.NodeHardware;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Given a coordinator with a cheap small card and a dear large pair, when a consumer says what his
 * job needs, then it goes there, or he hears which condition left no node.
 */
class HardwareFiltersTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Secp256k1.PrivateKey SMALL = TestNetwork.key("device 1");
  private static final Secp256k1.PrivateKey LARGE = TestNetwork.key("device 2");
  private static final BigInteger CHEAP = BigInteger.valueOf(500_000);
  private static final BigInteger DEAR = TestNetwork.DOLLAR;
  private static final long GIB = 1L << 30;

  @TempDir Path folder;
  private TestNetwork network;
  private CoordinatorNode node;
  private Http http;

  @BeforeEach
  void start() throws Exception {
    network = new TestNetwork(folder);
    up();
    offer(SMALL, CHEAP, hardware("Tesla T4", 1, 16, 75, 0).setShared(true).build());
    offer(
        LARGE,
        DEAR,
        hardware("NVIDIA H100 80GB HBM3", 2, 80, 90, 2)
            .setDriverVersion("570.86.15")
            .addEngines("podman/4.3.1")
            .build());
  }

  private void up() {
    node =
        CoordinatorNode.start(
            CoordinatorConfig.loopback(
                List.of(network.anvil.url()),
                folder.resolve("unused.json"),
                folder.resolve("coordinator"),
                List.of()),
            network.at,
            TestNetwork.COORDINATOR);
    http = new Http(node.httpPort());
  }

  @AfterEach
  void stop() {
    http.close();
    node.close();
    network.close();
  }

  private static NodeHardware.Builder hardware(
      String model, int cards, int vramGib, int capability, int tee) {
    NodeHardware.Builder out = NodeHardware.newBuilder().setTee(tee);
    for (int i = 0; i < cards; i++) {
      out.addCards(
          NodeCard.newBuilder()
              .setUuid("GPU-" + model.hashCode() + "-" + i)
              .setModel(model)
              .setVramBytes(vramGib * GIB)
              .setComputeCapability(capability));
    }
    return out;
  }

  private void offer(Secp256k1.PrivateKey device, BigInteger price, NodeHardware hardware) {
    try (TestAgent agent =
        new TestAgent(node.grpcPort(), node.tlsPin(), network.at.marketDomain(), device)) {
      agent.putOffer(network.offer(device, price), TestNetwork.MODEL.hex(), hardware);
    }
  }

  private Http.Answer quote(Consumer<ObjectNode> ask) throws Exception {
    ObjectNode body = JSON.createObjectNode();
    body.put("spec", new String(TestNetwork.spec().toBytes(), StandardCharsets.UTF_8));
    body.put("grade", "sampled").put("priceMax", DEAR.toString());
    ask.accept(body.putObject("hardware"));
    return http.post("/v1/quotes", body);
  }

  private void goesTo(Secp256k1.PrivateKey device, Consumer<ObjectNode> ask) throws Exception {
    Http.Answer answer = quote(ask);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.text("device")).isEqualTo(device.address().hex());
  }

  private void noneBecauseOf(String filter, String want, Consumer<ObjectNode> ask)
      throws Exception {
    Http.Answer answer = quote(ask);
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text("reason")).isEqualTo("NO_OFFER");
    JsonNode first = answer.json().path("refusals").path(0);
    assertThat(first.path("filter").asString()).as(answer.json().toString()).isEqualTo(filter);
    assertThat(first.path("want").asString()).contains(want);
  }

  @Test
  void everyConditionChoosesAmongTheNodesOfARunningCoordinator() throws Exception {
    goesTo(SMALL, ask -> {});
    goesTo(LARGE, ask -> ask.putArray("gpuModels").add("H100"));
    goesTo(LARGE, ask -> ask.put("vramMin", 40 * GIB));
    goesTo(SMALL, ask -> ask.put("vramMax", 40 * GIB));
    goesTo(LARGE, ask -> ask.put("computeCapabilityMin", "8.0"));
    goesTo(LARGE, ask -> ask.put("tee", "cpu"));
  }

  @Test
  void aRefusalSaysWhichConditionLeftNoNodeAndWhatWouldHaveMatched() throws Exception {
    noneBecauseOf("GPU_MODEL", "h100 or t4", ask -> ask.putArray("gpuModels").add("b200"));
    noneBecauseOf("GPU_COUNT", "at most 2 cards", ask -> ask.put("cards", 4));
    noneBecauseOf("VRAM", String.valueOf(80 * GIB), ask -> ask.put("vramMin", 100 * GIB));
    noneBecauseOf(
        "COMPUTE_CAPABILITY", "at most 9.0", ask -> ask.put("computeCapabilityMin", "10.0"));
    offer(LARGE, DEAR, hardware("NVIDIA H100 PCIe", 2, 80, 90, 1).build());
    noneBecauseOf("TEE", "at most CPU", ask -> ask.put("tee", "cpu-and-gpu"));
    assertThat(quote(ask -> ask.put("colour", "red")).text("reason")).isEqualTo("UNKNOWN_FIELD");
    assertThat(quote(ask -> ask.put("tee", "yes")).text("reason")).isEqualTo("BAD_HARDWARE");
    assertThat(quote(ask -> ask.put("computeCapabilityMin", "nine")).text("reason"))
        .isEqualTo("BAD_HARDWARE");
    assertThat(quote(ask -> ask.put("cards", 63)).text("reason")).isEqualTo("BAD_HARDWARE");
    assertThat(quote(ask -> ask.putArray("gpuModels").add(1)).text("reason"))
        .isEqualTo("WRONG_TYPE");
  }

  @Test
  void whatAJobAsksOutlivesARestartAndItsCardsAreTaken() throws Exception {
    Order order = network.order(DEAR, 1, 60);
    ObjectNode body = network.body(order);
    body.putObject("hardware").put("cards", 2).putArray("gpuModels").add("h100");
    Http.Answer taken = http.post("/v1/jobs", body);
    assertThat(taken.status()).as(taken.json().toString()).isEqualTo(202);
    http.awaitState(taken.text("orderHash"), "ASSIGNED");
    http.close();
    node.close();
    up();
    JsonNode offers = http.get("/v1/network").json().path("offers");
    assertThat(offers.path(1).path("hardware").path("gpuModel").asString()).isEqualTo("h100");
    assertThat(offers.path(1).path("hardware").path("driver").asString()).isEqualTo("570.86.15");
    assertThat(offers.path(1).path("hardware").path("engines").path(0).asString())
        .isEqualTo("podman/4.3.1");
    assertThat(http.get("/v1/jobs/" + taken.text("orderHash")).text("state")).isEqualTo("ASSIGNED");
    noneBecauseOf(
        "CAPACITY", "1 busy", ask -> ask.put("cards", 1).putArray("gpuModels").add("h100"));
    goesTo(SMALL, ask -> {});
  }
}
