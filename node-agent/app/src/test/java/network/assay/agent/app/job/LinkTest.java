package network.assay.agent.app.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import network.assay.agent.app.link.Endpoint;
import network.assay.agent.app.link.GrpcCoordinator;
import network.assay.agent.app.link.GrpcOracles;
import network.assay.agent.app.link.PinnedChannels;
import network.assay.agent.evidence.SystemClock;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Gpu;
import network.assay.agent.execute.NodeHardware;
import network.assay.agent.execute.PortException;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.TelemetrySample;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.service.NodeCertificate;
import network.assay.oracle.verify.Domains;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's gRPC clients against real servers with TLS and pinned keys, on loopback. */
class LinkTest {
  @TempDir Path folder;

  private final List<NodeCertificate> certificates = NetServers.certificates();
  private final WordRuntime runtime = new WordRuntime();
  private final FakeNet net =
      new FakeNet(
          runtime,
          WordRuntime.MODEL,
          Domains.of(
              31337,
              Address.fromHex("0x" + "11".repeat(20)),
              Address.fromHex("0x" + "22".repeat(20))),
          NetServers.oraclePins(certificates));
  private final DeviceSigner signer =
      new DeviceSigner(net.deviceKey, net.market, (slot, digest) -> {});
  private NetServers servers;

  @BeforeEach
  void listen() throws Exception {
    servers = new NetServers(net, certificates);
  }

  @AfterEach
  void hangUp() {
    servers.close();
  }

  private GrpcCoordinator coordinator(Bytes32 pin) {
    return new GrpcCoordinator(
        new PinnedChannels().open(servers.coordinator, pin), signer, new SystemClock(), "a test");
  }

  private GrpcOracles oracles(Map<Address, Endpoint> at) {
    return new GrpcOracles(at, new PinnedChannels(), net.deviceKey.address());
  }

  @Test
  void aWholeJobOverTheWireEndsOk() {
    try (GrpcCoordinator coordinator = coordinator(certificates.get(4).pin());
        GrpcOracles oracles = oracles(servers.oracles);
        Agents.Life _ =
            new Agents.Life(
                net,
                folder.resolve("agent.db"),
                runtime,
                ports -> ports.withCoordinator(coordinator).withOracles(oracles))) {
      net.assignments.add(net.assignment());
      Agents.await("a report", () -> net.facts(null).state() == JobState.REPORTED);
      assertThat(net.verdicts.values())
          .allSatisfy(v -> assertThat(v.verdict().code()).isEqualTo(VerdictCode.OK));
      Agents.await("the result", () -> net.delivered.length > 0);
      Agents.await("live telemetry", () -> !net.liveBatches.isEmpty());
      Agents.await("progress", () -> net.progress.contains("EVIDENCE"));
      assertThat(net.offers).isNotEmpty();
    }
  }

  @Test
  void theCoordinatorHearsWhatTheNodeHas() throws Exception {
    try (GrpcCoordinator coordinator = coordinator(certificates.get(4).pin())) {
      coordinator.publish(
          signer.offer(net.offer()),
          List.of(),
          new NodeHardware(
              List.of(
                  new Gpu.Card("GPU-1", "NVIDIA H200", 150L << 30, 90),
                  new Gpu.Card("x".repeat(200), "?", TelemetrySample.UNKNOWN_U64)),
              true,
              2,
              "570.1",
              List.of("podman/4.3.1")));
      var told = net.toldHardware;
      assertThat(told.getCards(0).getUuid()).isEqualTo("GPU-1");
      assertThat(told.getCards(0).getModel()).isEqualTo("NVIDIA H200");
      assertThat(told.getCards(0).getVramBytes()).isEqualTo(150L << 30);
      assertThat(told.getCards(0).getComputeCapability()).isEqualTo(90);
      assertThat(told.getCards(1).getUuid()).hasSize(96);
      assertThat(told.getCards(1).getVramBytes()).as("unknown").isZero();
      assertThat(told.getShared()).isTrue();
      assertThat(told.getTee()).isEqualTo(2);
      assertThat(told.getDriverVersion()).isEqualTo("570.1");
      assertThat(told.getEnginesList()).containsExactly("podman/4.3.1");
    }
  }

  @Test
  void aCoordinatorWithAnotherKeyIsNotTalkedTo() {
    try (GrpcCoordinator coordinator = coordinator(Keccak.hashUtf8("another key"))) {
      assertThatThrownBy(() -> coordinator.input(1, 100))
          .isInstanceOf(PortException.class)
          .hasMessageStartingWith("coordinator: UNAVAILABLE");
    }
  }

  @Test
  void anOracleBehindAnothersAddressIsNotTalkedTo() {
    Address first = net.committee.keys().get(0);
    Address second = net.committee.keys().get(1);
    try (GrpcOracles oracles = oracles(Map.of(first, servers.oracles.get(second)))) {
      assertThatThrownBy(() -> oracles.nonce(net.committee, first, 1))
          .isInstanceOf(PortException.class)
          .hasMessageContaining("UNAVAILABLE");
      assertThatThrownBy(() -> oracles.nonce(net.committee, second, 1))
          .isInstanceOf(PortException.class)
          .hasMessageContaining("has no address in our configuration");
    }
  }

  @Test
  void anInputLongerThanTheSpecificationSaysIsCutOff() {
    net.input = new byte[10_000];
    try (GrpcCoordinator coordinator = coordinator(certificates.get(4).pin())) {
      assertThatThrownBy(() -> coordinator.input(1, 9_999))
          .isInstanceOf(PortException.class)
          .hasMessageContaining("want an input of 9999 bytes, got more");
    }
  }

  @Test
  void aRefusalOfAnOracleArrivesWithItsReason() {
    try (GrpcOracles oracles = oracles(servers.oracles)) {
      Address oracle = net.committee.keys().getFirst();
      // Four chunks, refused after the last: whoever answers early must not stall the upload.
      assertThatThrownBy(() -> oracles.bundle(net.committee, oracle, 1, new byte[700_000]))
          .isInstanceOf(PortException.class)
          .hasMessageContaining("FAILED_PRECONDITION refused");
    }
  }
}
