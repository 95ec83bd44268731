package network.assay.agent.app;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import network.assay.agent.app.chain.Onboarding;
import network.assay.agent.app.job.AgentLoop;
import network.assay.agent.app.job.JobBook;
import network.assay.agent.app.job.OfferDesk;
import network.assay.agent.execute.AcceptancePolicy;
import network.assay.agent.execute.Chain;
import network.assay.agent.execute.DeviceProfile;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.NodeHardware;
import network.assay.agent.execute.Policy;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.agent.execute.Signed;
import network.assay.agent.execute.container.Containers;
import network.assay.agent.runtime.container.Cdi;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent at work: onboarding first, then the loop. */
final class AgentService implements AgentControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentService.class);
  private static final int RECENT_JOBS = 20;
  private static final int ENGINE_CHARS_MAX = 32;

  private final AgentConfig config;
  private final Ports ports;
  private final AgentLoop loop;
  private final OfferDesk offers;
  private final DeviceSigner signer;
  private final DrainSwitch drain;

  private AgentService(
      AgentConfig config,
      Ports ports,
      AgentLoop loop,
      OfferDesk offers,
      DeviceSigner signer,
      DrainSwitch drain) {
    this.config = config;
    this.ports = ports;
    this.loop = loop;
    this.offers = offers;
    this.signer = signer;
    this.drain = drain;
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
    DrainSwitch drain = new DrainSwitch(config.dataDir());
    Ports ports = drained(wrap.apply(plain), drain);
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
            ready(ports),
            () -> hardware(config, ports),
            drain::isOn);
    loop.start(offers);
    return new AgentService(config, ports, loop, offers, signer, drain);
  }

  /** One that takes a job at a time gives it the whole node; else nobody has a whole card. */
  private static NodeHardware hardware(AgentConfig config, Ports ports) {
    int tee = config.tee().map(choice -> choice.gpus() ? 2 : 1).orElse(0);
    return new NodeHardware(
        ports.gpu().cards(),
        config.offer().concurrentMax() > 1,
        tee,
        ports.gpu().driverVersion(),
        ports.containers().map(here -> List.of(engine(here))).orElse(List.of()));
  }

  /** As {@code podman/4.3.1}. */
  private static String engine(Containers here) {
    String[] words = here.sandbox().describe().split("[ ,]+", -1);
    String name = words.length > 1 ? words[0] + "/" + words[1] : words[0];
    return name.length() <= ENGINE_CHARS_MAX ? name : name.substring(0, ENGINE_CHARS_MAX);
  }

  /** What offers say that this agent has ready: models, and that it runs containers. */
  private static List<Bytes32> ready(Ports ports) {
    List<Bytes32> ready = new ArrayList<>(ports.runtime().models());
    ports.containers().ifPresent(_ -> ready.add(ContainerJob.CAPABILITY));
    return ready;
  }

  /** An offer that is out may still bring jobs: these are declined, and soon tried elsewhere. */
  private static Ports drained(Ports ports, DrainSwitch drain) {
    AcceptancePolicy policy = ports.acceptance();
    return ports.withAcceptance(ticket ->
        drain.isOn() ? Optional.of("this agent is being drained") : policy.decline(ticket));
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
    List<JobBook.JobLine> jobs = loop.book().lines();
    long untilS = standing().map(offer -> offer.message().expiry()).orElse(0L);
    return new AgentStatus(
        config.name(),
        config.deviceKey().address(),
        config.providerKey().address(),
        ports.gpu().describe(),
        CardLine.of(ports.gpu(), cdiNames()),
        ports.tee().describe(),
        loop.trouble(),
        drain.isOn(),
        Idleness.of(loop.trouble(), drain.isOn(), jobs, untilS, offers.trouble()),
        revenue(),
        jobs,
        loop.book().recent(RECENT_JOBS));
  }

  private Optional<Signed<Offer>> standing() {
    return offers.standing(loop.clock().get().chainTimeS());
  }

  private Optional<Chain.Earnings> revenue() {
    try {
      return ports.chain().earnings();
    } catch (PortException e) {
      LOG.debug("revenue: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static SortedSet<String> cdiNames() {
    try {
      return Cdi.standard().names();
    } catch (IOException e) {
      LOG.debug("CDI: {}", e.getMessage());
      return new TreeSet<>();
    }
  }

  @Override
  public void drain(boolean on) {
    drain.set(on);
    LOG.info(on ? "draining: no more jobs are taken" : "jobs are taken again");
  }

  @Override
  public List<OfferLine> offers() {
    return standing().map(offer -> List.of(line(offer.message()))).orElse(List.of());
  }

  private OfferLine line(Offer offer) {
    return new OfferLine(
        offer.digest(signer.market()),
        offer.deviceClass(),
        offer.price(),
        offer.volumeMax(),
        offer.concurrentMax(),
        offer.regions(),
        Arrays.stream(Grade.values())
            .filter(grade -> (offer.grades() & grade.bit()) != 0)
            .map(Grade::name)
            .toList(),
        offer.expiry(),
        offer.nonce());
  }

  @Override
  public void close() {
    loop.close();
  }
}
