package network.assay.testchain.devnet;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.KeyFiles;
import network.assay.contracts.service.NodeCertificate;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes each role's configuration file, the same ones that an operator would write: every role can
 * also be started from its file.
 */
final class DevnetFiles {
  static final int ORACLES = 4;
  static final BigInteger STAKE = BigInteger.valueOf(100_000_000);

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final DevnetLayout layout;
  private final List<OracleSeat> oracles = new ArrayList<>();
  private final int httpPort = ChainProcess.freePort();
  private final int grpcPort = ChainProcess.freePort();

  /** An oracle's identity and addresses. */
  record OracleSeat(int index, Address address, Bytes32 pin, int ingressPort, int peerPort) {}

  DevnetFiles(DevnetLayout layout) {
    this.layout = layout;
    for (int i = 0; i < ORACLES; i++) {
      Path folder = layout.oracle(i);
      Address address =
          KeyFiles.loadOrGenerate(made(folder).resolve("oracle.key"), Optional.empty()).address();
      Bytes32 pin = NodeCertificate.loadOrGenerate(folder.resolve("tls.pem")).pin();
      oracles.add(
          new OracleSeat(i, address, pin, ChainProcess.freePort(), ChainProcess.freePort()));
    }
  }

  /** Their signing keys, by index. */
  List<Secp256k1.PrivateKey> oracleKeys() {
    return oracles.stream()
        .map(seat ->
            KeyFiles.load(layout.oracle(seat.index()).resolve("oracle.key"), Optional.empty()))
        .toList();
  }

  List<OracleSeat> oracles() {
    return List.copyOf(oracles);
  }

  URI coordinatorUrl() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new DevnetException("cannot make " + folder, e);
    }
  }

  private static void write(Path file, Map<String, Object> content) {
    try {
      made(Objects.requireNonNull(file.getParent()));
      Files.write(file, JSON.writeValueAsBytes(content));
    } catch (IOException e) {
      throw new DevnetException("cannot write " + file, e);
    }
  }

  /**
   * @param simulated whether the oracles believe this network's simulator
   */
  void writeOracles(URI rpc, boolean simulated) {
    for (OracleSeat seat : oracles) {
      List<Map<String, Object>> peers = new ArrayList<>();
      for (OracleSeat other : oracles) {
        if (other.index() != seat.index()) {
          peers.add(
              Map.of("oracle", other.address().hex(), "address", "127.0.0.1:" + other.peerPort()));
        }
      }
      Map<String, Object> config = new LinkedHashMap<>();
      config.put("dataFolder", "data");
      config.put("oracleKeyFile", "oracle.key");
      config.put("tlsFile", "tls.pem");
      config.put("rpcUrls", List.of(rpc.toString()));
      config.put("deploymentFile", layout.deployment().toAbsolutePath().toString());
      config.put("ingressListen", "127.0.0.1:" + seat.ingressPort());
      config.put("peerListen", "127.0.0.1:" + seat.peerPort());
      config.put("healthListen", "127.0.0.1:0");
      config.put("peers", peers);
      config.put("openTimeoutMs", 15_000);
      config.put("observationTimeoutMs", 3_000);
      config.put("roundTimeoutMs", 2_000);
      config.put("staggerMs", 3_000);
      config.put("confirmationsBlocks", 0);
      config.put("verifyThreads", 1);
      if (simulated) {
        config.put("attestation", SimulatedHardware.write(layout));
      }
      write(layout.oracleConfig(seat.index()), config);
    }
  }

  void writeCoordinator(URI rpc) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("rpcUrls", List.of(rpc.toString()));
    config.put("deploymentFile", layout.deployment().toAbsolutePath().toString());
    config.put("dataFolder", layout.coordinator().toAbsolutePath().toString());
    config.put("keyFile", layout.keyFile("coordinator").toAbsolutePath().toString());
    config.put("httpPort", httpPort);
    config.put("grpcPort", grpcPort);
    List<Map<String, Object>> targets = new ArrayList<>();
    oracles.forEach(
        o -> targets.add(Map.of("target", "127.0.0.1:" + o.ingressPort(), "pin", o.pin().hex())));
    config.put("oracles", targets);
    config.put("orderWindowS", 300);
    config.put("acceptWindowS", 8);
    config.put("runWindowS", 120);
    config.put("reportWindowS", 60);
    config.put("pollIntervalMs", 100);
    write(layout.coordinatorConfig(), config);
  }

  void writeAgent(ProviderSetup provider, URI rpc, Bytes32 coordinatorPin) {
    Path folder = made(layout.agent(provider.name()));
    var _ = KeyFiles.loadOrGenerate(folder.resolve("device.key"), Optional.empty());
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", provider.name());
    config.put("dataFolder", "data");
    config.put("rpc", List.of(rpc.toString()));
    config.put("deploymentFile", layout.deployment().toAbsolutePath().toString());
    config.put("deviceKeyFile", "device.key");
    config.put(
        "providerKeyFile",
        layout.keyFile("provider-" + provider.name()).toAbsolutePath().toString());
    config.put(
        "coordinator", Map.of("address", "127.0.0.1:" + grpcPort, "pin", coordinatorPin.hex()));
    List<Map<String, Object>> ingress = new ArrayList<>();
    oracles.forEach(o ->
        ingress.add(
            Map.of("oracle", o.address().hex(), "address", "127.0.0.1:" + o.ingressPort())));
    config.put("oracles", ingress);
    config.put("models", List.of("all-MiniLM-L6-v2"));
    config.put("deviceClass", provider.deviceClass());
    Map<String, Object> offer = new LinkedHashMap<>();
    offer.put("price", provider.price().toString());
    offer.put("durationMinS", 1);
    offer.put("durationMaxS", 3_600);
    offer.put("volumeMax", "1000000000");
    offer.put("concurrentMax", provider.concurrentMax());
    offer.put("regions", 1);
    offer.put("ttlS", 600);
    config.put("offer", offer);
    config.put("stake", STAKE.toString());
    config.put("telemetry", Map.of("sampleMs", 1_000, "batchMs", 2_000));
    config.put(
        "timing",
        Map.of("acceptMarginS", 2, "runMarginS", 15, "patienceMs", 500, "patienceMaxMs", 5_000));
    config.put("healthPort", 0);
    if (provider.simulatesTee()) {
      config.put("tee", SimulatedHardware.tee(layout));
    }
    provider.containers().ifPresent(setup -> config.put("containers", containers(setup)));
    write(layout.agentConfig(provider.name()), config);
  }

  private static Map<String, Object> containers(ProviderSetup.ContainerSetup setup) {
    Map<String, Object> most = new LinkedHashMap<>();
    most.put("cpuMillis", 2_000);
    most.put("memoryBytes", 1L << 30);
    most.put("pidsMax", 512);
    most.put("diskBytes", 256L << 20);
    most.put("filesMax", 10_000);
    most.put("timeMs", 300_000);
    most.put("logBytesMax", 4 << 20);
    return Map.of(
        "engine",
        setup.engine(),
        "stateFolder",
        setup.state().toAbsolutePath().toString(),
        "imageFolders",
        List.of(setup.images().toAbsolutePath().toString()),
        "imageBytesMax",
        64L << 20,
        "cacheBytesMax",
        256L << 20,
        "most",
        most);
  }
}
