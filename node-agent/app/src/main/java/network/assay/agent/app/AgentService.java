package network.assay.agent.app;

import java.security.SecureRandom;
import java.util.function.UnaryOperator;
import network.assay.agent.app.chain.Onboarding;
import network.assay.agent.app.job.AgentLoop;
import network.assay.agent.app.job.JobBook;
import network.assay.agent.app.job.OfferDesk;
import network.assay.agent.execute.DeviceProfile;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Policy;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;

/** The agent at work: onboarding first, then the loop. */
final class AgentService implements AutoCloseable {
  private static final int RECENT_JOBS = 20;

  private final AgentConfig config;
  private final Ports ports;
  private final AgentLoop loop;

  private AgentService(AgentConfig config, Ports ports, AgentLoop loop) {
    this.config = config;
    this.ports = ports;
    this.loop = loop;
  }

  /**
   * Starts working.
   *
   * @param wrap the caller's hand on the ports
   * @param bucketS from the market's parameters
   */
  static AgentService start(
      AgentConfig config,
      Ports plain,
      UnaryOperator<Ports> wrap,
      DeviceSigner signer,
      Onboarding onboarding,
      long bucketS)
      throws PortException, InterruptedException {
    Ports ports = wrap.apply(plain);
    onboarding.register(
        config.offer().deviceClass(), Keccak.hashUtf8(config.name()), ports.chain().chainTimeS());
    onboarding.stake(config.stake());
    AgentLoop loop =
        new AgentLoop(
            ports, config.timing().rhythm(), l -> book(config, ports, signer, bucketS, l));
    OfferDesk offers =
        new OfferDesk(
            config.offer(),
            signer,
            ports.coordinator(),
            ports.chain(),
            ports.clock(),
            ports.runtime().models());
    loop.start(offers);
    return new AgentService(config, ports, loop);
  }

  private static JobBook book(
      AgentConfig config, Ports ports, DeviceSigner signer, long bucketS, AgentLoop loop) {
    Deployment deployment = config.deployment();
    DeviceProfile self =
        new DeviceProfile(
            signer.device(),
            config.providerKey().address(),
            deployment.marketDomain(),
            deployment.committeeDomain());
    AgentConfig.Timing timing = config.timing();
    Policy policy =
        new Policy(
            timing.acceptMarginS(),
            timing.runMarginS(),
            bucketS,
            timing.patienceMs(),
            timing.patienceMaxMs());
    byte[] boot = new byte[Bytes32.SIZE];
    new SecureRandom().nextBytes(boot);
    return new JobBook(
        self,
        policy,
        ports,
        signer,
        config.telemetry(),
        Bytes32.of(boot),
        config.offer().concurrentMax(),
        loop.executor(),
        loop.clock());
  }

  HealthReading health() {
    String trouble = loop.trouble();
    return trouble.isEmpty()
        ? HealthReading.up(loop.book().lines().size() + " unfinished jobs")
        : HealthReading.degraded(trouble);
  }

  AgentStatus status() {
    return new AgentStatus(
        config.name(),
        config.deviceKey().address(),
        config.providerKey().address(),
        ports.gpu().describe(),
        ports.tee().describe(),
        loop.trouble(),
        loop.book().lines(),
        loop.book().recent(RECENT_JOBS));
  }

  @Override
  public void close() {
    loop.close();
  }
}
