package network.assay.agent.app.job;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import network.assay.agent.app.journal.SqliteJournal;
import network.assay.agent.evidence.SystemClock;
import network.assay.agent.evidence.TelemetryPlan;
import network.assay.agent.execute.AcceptancePolicy;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Gpu;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.NodeHardware;
import network.assay.agent.execute.Policy;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.agent.execute.Tee;
import network.assay.agent.execute.WorkloadRuntime;
import network.assay.agent.gpu.NoGpu;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;

/** Starts agents in a simulated world, over a journal on disk. */
final class Agents {
  private Agents() {}

  /** One life of an agent. */
  static final class Life implements AutoCloseable {
    final AgentLoop loop;
    final Journal journal;
    private final SqliteStore store;

    Life(FakeNet net, Path file, WorkloadRuntime runtime, UnaryOperator<Ports> wrap) {
      store = SqliteStore.open(file);
      Gpu gpu = new NoGpu("a test");
      Ports plain =
          new Ports(
              runtime,
              AcceptancePolicy.takeAll(),
              gpu,
              Tee.none(),
              new SystemClock(),
              new SqliteJournal(store),
              net,
              net,
              net);
      Ports ports = wrap.apply(plain);
      journal = plain.journal();
      DeviceSigner signer = new DeviceSigner(net.deviceKey, net.market, ports.journal());
      Policy policy = new Policy(2, 10, 60, 150, 500);
      byte[] boot = new byte[Bytes32.SIZE];
      new SecureRandom().nextBytes(boot);
      loop =
          new AgentLoop(
              ports,
              new AgentLoop.Rhythm(
                  Duration.ofMillis(20), Duration.ofMillis(40), Duration.ofMillis(100)),
              l ->
                  new JobBook(
                      net.self,
                      policy,
                      ports,
                      signer,
                      new TelemetryPlan(20, 50),
                      Bytes32.of(boot),
                      2,
                      l.executor(),
                      l.clock()));
      OfferTerms terms =
          new OfferTerms(
              Keccak.hashUtf8("class"),
              BigInteger.valueOf(500),
              10,
              3_600,
              BigInteger.valueOf(1_000_000),
              2,
              1,
              Grade.SAMPLED.bit(),
              600);
      try {
        loop.start(
            new OfferDesk(
                terms,
                signer,
                ports.coordinator(),
                ports.chain(),
                ports.clock(),
                runtime.models(),
                () -> NodeHardware.UNKNOWN,
                () -> false));
      } catch (PortException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      loop.close();
      store.close();
    }
  }

  static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("waited 60 s for: " + what);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
