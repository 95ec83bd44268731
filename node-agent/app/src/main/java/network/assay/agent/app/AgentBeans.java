package network.assay.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import network.assay.agent.app.chain.ContractsChain;
import network.assay.agent.app.chain.Onboarding;
import network.assay.agent.app.journal.SqliteJournal;
import network.assay.agent.app.link.Channels;
import network.assay.agent.app.link.GrpcCoordinator;
import network.assay.agent.app.link.GrpcOracles;
import network.assay.agent.app.link.PinnedChannels;
import network.assay.agent.evidence.SystemClock;
import network.assay.agent.execute.AcceptancePolicy;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Gpu;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.agent.execute.Tee;
import network.assay.agent.execute.container.Containers;
import network.assay.agent.gpu.Nvml;
import network.assay.agent.runtime.EmbeddingsRuntime;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.service.Health;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who gets what. Spring closes everything in the reverse order. */
@Configuration(proxyBeanMethods = false)
class AgentBeans {

  /** The caller's hand on the ports. */
  @FunctionalInterface
  interface PortsWrapper {
    Ports wrap(Ports ports);
  }

  @Bean
  SqliteStore store(AgentConfig config) throws IOException {
    Files.createDirectories(config.dataDir());
    return SqliteStore.open(config.dataDir().resolve("agent.db"));
  }

  @Bean
  SqliteJournal journal(SqliteStore store) {
    return new SqliteJournal(store);
  }

  @Bean
  RpcEndpoints rpc(AgentConfig config) {
    return RpcEndpoints.open(RpcConfig.of(config.rpc(), config.deployment().chainId()));
  }

  @Bean
  AssayContracts contracts(RpcEndpoints rpc, AgentConfig config) {
    return new AssayContracts(rpc, config.deployment());
  }

  @Bean
  TransactionSender sender(RpcEndpoints rpc, AgentConfig config, SqliteStore store) {
    TransactionSender sender =
        new TransactionSender(
            rpc,
            KeySigner.of(config.providerKey()),
            store,
            SenderConfig.standard(),
            AssayErrors.reasons());
    sender.start();
    return sender;
  }

  @Bean
  DeviceSigner signer(AgentConfig config, SqliteJournal journal) {
    return new DeviceSigner(config.deviceKey(), config.deployment().marketDomain(), journal);
  }

  @Bean
  EmbeddingsRuntime runtime(AgentConfig config) {
    return EmbeddingsRuntime.load(config.models());
  }

  /** Empty where the operator takes no containers. */
  record ContainerPort(Optional<Containers> containers) {}

  @Bean
  ContainerPort containers(AgentConfig config, SqliteJournal journal) {
    return new ContainerPort(
        config.containers().map(choice -> AgentContainers.open(choice, journal)));
  }

  @Bean
  Gpu gpu() {
    return Nvml.open();
  }

  @Bean
  Tee tee(AgentConfig config, Gpu gpu) {
    return config
        .tee()
        .map(choice -> AgentTee.open(choice, config.deployment().chainId(), new SystemClock(), gpu))
        .orElseGet(Tee::none);
  }

  @Bean
  Channels channels() {
    return new PinnedChannels();
  }

  @Bean
  GrpcOracles oracles(AgentConfig config, Channels channels) {
    return new GrpcOracles(config.oracles(), channels, config.deviceKey().address());
  }

  @Bean
  GrpcCoordinator coordinator(AgentConfig config, Channels channels, DeviceSigner signer) {
    return new GrpcCoordinator(
        channels.open(config.coordinator(), config.coordinatorPin()),
        signer,
        new SystemClock(),
        config.name());
  }

  @Bean
  Ports ports(
      EmbeddingsRuntime runtime,
      Gpu gpu,
      Tee tee,
      SqliteJournal journal,
      RpcEndpoints rpc,
      AssayContracts contracts,
      TransactionSender sender,
      GrpcOracles oracles,
      GrpcCoordinator coordinator,
      ContainerPort containers) {
    return new Ports(
        runtime,
        AcceptancePolicy.takeAll(),
        gpu,
        tee,
        new SystemClock(),
        journal,
        new ContractsChain(rpc, contracts, sender),
        oracles,
        coordinator,
        containers.containers());
  }

  @Bean
  AgentService service(
      AgentConfig config,
      Ports ports,
      PortsWrapper wrapper,
      DeviceSigner signer,
      AssayContracts contracts,
      TransactionSender sender)
      throws PortException, InterruptedException {
    return AgentService.start(
        config,
        ports,
        wrapper::wrap,
        signer,
        new Onboarding(contracts, sender, config.deviceKey()),
        contracts.market().params().bucketS());
  }

  @Bean
  Health health(AgentService service, RpcEndpoints rpc, TransactionSender sender) {
    return new Health()
        .add("agent", service::health)
        .add("rpc", rpc::health)
        .add("transactions", sender::health);
  }

  @Bean
  HealthServer healthServer(AgentConfig config, Health health, AgentService service) {
    return new HealthServer(config.healthPort(), health, service::status, service);
  }
}
