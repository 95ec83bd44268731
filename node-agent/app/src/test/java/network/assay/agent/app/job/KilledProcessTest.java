package network.assay.agent.app.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import network.assay.agent.app.AgentCommand;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.service.Json;
import network.assay.contracts.service.KeyFiles;
import network.assay.contracts.service.NodeCertificate;
import network.assay.oracle.replay.ModelRegistry;
import network.assay.oracle.replay.OnnxModelRunner;
import network.assay.oracle.verify.Domains;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code assay agent up} as a process of its own, killed with SIGKILL in the middle of its work and
 * started again.
 */
class KilledProcessTest {
  private static final long PRICE = 1_000_000;

  @TempDir Path folder;

  private final List<NodeCertificate> certificates = NetServers.certificates();
  private final Secp256k1.PrivateKey consumerKey = FakeNet.key("consumer");

  /** Some seconds of work for the real model. */
  private static byte[] longInput() {
    StringBuilder text = new StringBuilder();
    for (int passage = 0; passage < 400; passage++) {
      text.append("Passage ")
          .append(passage)
          .append(": ")
          .append("a sentence that the model has to read. ".repeat(10))
          .append("\n\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private Path configure(AnvilMarket market, FakeNet net, NetServers servers) throws IOException {
    KeyFiles.save(folder.resolve("device.key"), net.deviceKey, Optional.empty());
    KeyFiles.save(folder.resolve("provider.key"), FakeNet.key("provider"), Optional.empty());
    Files.write(folder.resolve("deployment.json"), market.deployment().toJson());
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", "killed");
    config.put("dataFolder", "data");
    config.put("rpc", List.of(market.url.toString()));
    config.put("deploymentFile", "deployment.json");
    config.put("deviceKeyFile", "device.key");
    config.put("providerKeyFile", "provider.key");
    config.put(
        "coordinator",
        Map.of("address", servers.coordinator.toString(), "pin", certificates.get(4).pin().hex()));
    config.put(
        "oracles",
        servers.oracles.entrySet().stream()
            .map(o -> Map.of("oracle", o.getKey().hex(), "address", o.getValue().toString()))
            .toList());
    config.put("models", List.of("all-MiniLM-L6-v2"));
    config.put("deviceClass", "cpu");
    config.put(
        "offer",
        Map.of(
            "price",
            "" + PRICE,
            "durationMinS",
            5,
            "durationMaxS",
            600,
            "volumeMax",
            "" + 100 * PRICE,
            "concurrentMax",
            2,
            "regions",
            1,
            "ttlS",
            600));
    config.put("stake", "" + 10 * PRICE);
    config.put("telemetry", Map.of("sampleMs", 50, "batchMs", 150));
    config.put(
        "timing",
        Map.of("acceptMarginS", 1, "runMarginS", 5, "patienceMs", 300, "patienceMaxMs", 3_000));
    config.put("healthPort", 0);
    Path file = folder.resolve("agent.json");
    Files.writeString(file, Json.writePretty(config));
    return file;
  }

  private static Process up(Path config) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            java.toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            AgentCommand.class.getName(),
            "agent",
            "up",
            "--config",
            config.toString())
        .redirectErrorStream(true)
        .redirectOutput(config.resolveSibling("agent.log").toFile())
        .start();
  }

  @Test
  void anAgentKilledWhileItWorksFinishesTheJobAfterItsRestart() throws Exception {
    List<Address> oracles =
        IntStream.range(0, 4).mapToObj(i -> FakeNet.key("oracle " + i).address()).toList();
    List<Bytes32> pins = NetServers.oraclePins(certificates);
    try (AnvilMarket market = new AnvilMarket(folder, oracles, pins);
        OnnxModelRunner models = new OnnxModelRunner()) {
      Domains domains =
          Domains.of(31337, market.deployment().market(), market.deployment().committee());
      FakeNet net =
          new FakeNet(models, ModelRegistry.MINI_LM_FP32.modelHash(), domains, pins, longInput());
      net.state = JobState.RUNNING;
      market.giveEther(net.provider);
      market.giveTokens(net.provider, 10 * PRICE);
      market.giveTokens(consumerKey.address(), PRICE);
      try (NetServers servers = new NetServers(net, certificates)) {
        killAndRestart(market, net, configure(market, net, servers));
      }
    }
  }

  private void killAndRestart(AnvilMarket market, FakeNet net, Path config) throws Exception {
    Process first = up(config);
    try {
      Agents.await("an offer", () -> !net.offers.isEmpty());
      openJob(market, net);
      Agents.await("work under way", () -> net.liveBatches.size() >= 2);
    } finally {
      first.destroyForcibly();
    }
    assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(net.progress).as("the work was not over").doesNotContain("EVIDENCE");
    Process second = up(config);
    try {
      Agents.await("the verdicts", () -> net.verdicts.size() == 4);
    } finally {
      second.destroy();
      assertThat(second.waitFor(15, TimeUnit.SECONDS)).as("SIGTERM ends it in order").isTrue();
    }
    assertThat(net.verdicts.values())
        .allSatisfy(
            v -> assertThat(v.verdict().code()).as("%s", v.findings()).isEqualTo(VerdictCode.OK));
    assertThat(net.verdicts.values())
        .noneSatisfy(
            v -> assertThat(v.leaf().telemetryDigest()).isEqualTo(EvidenceLeaf.TELEMETRY_VOID));
    assertThat(net.signedByDevice)
        .allSatisfy((slot, digests) -> assertThat(digests).as(slot).hasSize(1));
    assertThat(bootIds(net)).as("one chain of telemetry over both lives").hasSize(2);
    try (BufferedReader log = Files.newBufferedReader(config.resolveSibling("agent.log"))) {
      assertThat(log.lines())
          .anyMatch(line -> line.startsWith("agent killed is up; health on http://127.0.0.1:"));
    }
  }

  private static Set<Bytes32> bootIds(FakeNet net) {
    return EvidenceBundle.parse(net.bundles.values().iterator().next()).telemetry().stream()
        .map(signed -> signed.batch().bootId())
        .collect(Collectors.toSet());
  }

  private void openJob(AnvilMarket market, FakeNet net) throws Exception {
    net.offer = net.offers.getFirst();
    net.order =
        new Order(
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
    net.chainTimeS = market.nowS();
    net.acceptedAtS = net.chainTimeS;
    market.open(net.order, consumerKey, net.offer);
    net.assignments.add(net.assignment());
  }
}
