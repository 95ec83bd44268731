package network.assay.agent.app;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.agent.app.job.AgentLoop;
import network.assay.agent.app.job.OfferTerms;
import network.assay.agent.app.link.Endpoint;
import network.assay.agent.evidence.TelemetryPlan;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.service.Config;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.KeyFiles;
import network.assay.oracle.replay.ModelId;
import network.assay.oracle.replay.ModelRegistry;

/**
 * The configuration file {@code agent.json} as it stands on disk; {@link AgentConfig} says what
 * each member means. Paths are relative to the file. Every member can be overridden by a variable
 * {@code ASSAY_AGENT_…}.
 *
 * @param deviceClass a name; its keccak256 is the class on chain
 * @param passwordFile for encrypted key files
 */
public record AgentSettings(
    String name,
    String dataFolder,
    List<String> rpc,
    String deploymentFile,
    String deviceKeyFile,
    String providerKeyFile,
    Optional<String> passwordFile,
    CoordinatorAt coordinator,
    List<OracleAt> oracles,
    List<String> models,
    String deviceClass,
    OfferSettings offer,
    BigInteger stake,
    TelemetrySettings telemetry,
    TimingSettings timing,
    int healthPort,
    Optional<TeeSettings> tee,
    Optional<ContainerSettings> containers) {
  static final String PREFIX = "ASSAY_AGENT_";

  /** Containers of strangers; see docs/CONTAINERS.md. The state folder is beside the data. */
  public record ContainerSettings(
      String engine,
      Optional<String> stateFolder,
      List<String> imageFolders,
      Optional<Long> imageBytesMax,
      Optional<Long> cacheBytesMax,
      ContainerLimits most) {
    private static final long IMAGE_BYTES_MAX = 16L << 30;

    AgentContainers.Choice resolve(Path folder, String dataFolder) {
      long image = imageBytesMax.orElse(IMAGE_BYTES_MAX);
      return new AgentContainers.Choice(
          engine,
          folder.resolve(stateFolder.orElse(dataFolder + "/containers")),
          imageFolders.stream().map(folder::resolve).toList(),
          image,
          cacheBytesMax.orElse(4 * image),
          most);
    }
  }

  /** Where the coordinator listens ({@code host:port}) and the SHA-256 of its TLS key. */
  public record CoordinatorAt(String address, Bytes32 pin) {}

  /** An oracle's signing address and where it listens for agents. */
  public record OracleAt(Address oracle, String address) {}

  /** What is offered; amounts are decimal strings of token base units. */
  public record OfferSettings(
      BigInteger price,
      long durationMinS,
      long durationMaxS,
      BigInteger volumeMax,
      int concurrentMax,
      long regions,
      long ttlS) {}

  /** How often to sample and to sign. */
  public record TelemetrySettings(long sampleMs, long batchMs) {}

  /** The machine's trusted hardware; see {@link AgentTee.Choice}. */
  public record TeeSettings(
      String kind,
      Optional<String> collateral,
      Optional<String> simulatorSecretFile,
      Optional<String> simulator,
      Optional<Boolean> gpus,
      Optional<String> eventLog,
      Optional<TpmSettings> tpm) {

    AgentTee.Choice resolve(Path folder) {
      return new AgentTee.Choice(
          kind,
          collateral.map(folder::resolve),
          simulatorSecretFile.map(folder::resolve),
          simulator,
          gpus.orElse(false),
          eventLog.map(folder::resolve),
          tpm.map(one -> one.resolve(folder)));
    }
  }

  /** The machine's TPM beside it; see {@link AgentTee.Tpm}. */
  public record TpmSettings(
      String key, List<Integer> pcrs, List<String> certificates, Optional<String> eventLog) {

    AgentTee.Tpm resolve(Path folder) {
      return AgentTee.Tpm.of(
          key,
          pcrs,
          certificates.stream().map(folder::resolve).toList(),
          eventLog.map(folder::resolve));
    }
  }

  /** This operator's patience. */
  public record TimingSettings(
      long acceptMarginS, long runMarginS, long patienceMs, long patienceMaxMs) {}

  /**
   * Reads the file and everything that it names.
   *
   * @throws ConfigProblem in one sentence, with got and want
   */
  public static AgentConfig load(Path file, Map<String, String> environment) {
    AgentSettings settings = Config.load(file, PREFIX, environment, AgentSettings.class);
    try {
      Path folder = file.toAbsolutePath().getParent();
      return settings.resolve(folder == null ? Path.of("") : folder);
    } catch (IllegalArgumentException e) {
      throw new ConfigProblem(file + ": " + e.getMessage(), e);
    }
  }

  private AgentConfig resolve(Path folder) {
    Optional<String> password =
        KeyFiles.password(passwordFile.map(folder::resolve), Optional.empty(), Map.of());
    Map<Address, Endpoint> at = new LinkedHashMap<>();
    oracles.forEach(oracle -> at.put(oracle.oracle(), Endpoint.parse(oracle.address())));
    return new AgentConfig(
        name,
        folder.resolve(dataFolder),
        rpc.stream().map(URI::create).toList(),
        Deployment.parse(read(folder.resolve(deploymentFile))),
        KeyFiles.load(folder.resolve(deviceKeyFile), password),
        KeyFiles.load(folder.resolve(providerKeyFile), password),
        at,
        Endpoint.parse(coordinator.address()),
        coordinator.pin(),
        models.stream().map(AgentSettings::model).toList(),
        terms(),
        stake,
        new TelemetryPlan(telemetry.sampleMs(), telemetry.batchMs()),
        new AgentConfig.Timing(
            timing.acceptMarginS(),
            timing.runMarginS(),
            timing.patienceMs(),
            timing.patienceMaxMs(),
            AgentLoop.Rhythm.standard()),
        healthPort,
        tee.map(settings -> settings.resolve(folder)),
        containers.map(settings -> settings.resolve(folder, dataFolder)));
  }

  /** Only what this machine can show evidence for; ACCEPTED only of who trusts its consumers. */
  private int grades() {
    return Grade.SAMPLED.bit()
        | (tee.isPresent() ? Grade.ATTESTED.bit() : 0)
        | (containers.isPresent() ? Grade.ACCEPTED.bit() : 0);
  }

  private OfferTerms terms() {
    return new OfferTerms(
        Keccak.hashUtf8(deviceClass),
        offer.price(),
        offer.durationMinS(),
        offer.durationMaxS(),
        offer.volumeMax(),
        offer.concurrentMax(),
        offer.regions(),
        grades(),
        offer.ttlS());
  }

  private static ModelId model(String name) {
    return ModelRegistry.byName(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "want one of the models "
                    + ModelRegistry.known().stream().map(ModelId::name).toList()
                    + ", got "
                    + name));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "want the contracts' address book in " + file + ", which cannot be read", e);
    }
  }
}
