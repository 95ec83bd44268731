package network.assay.agent.app;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.agent.app.job.AgentLoop;
import network.assay.agent.app.job.OfferTerms;
import network.assay.agent.app.link.Endpoint;
import network.assay.agent.evidence.TelemetryPlan;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.oracle.replay.ModelId;

/**
 * Everything that one agent needs to know. What all parties must agree on is in {@code deployment}
 * and on chain; the rest is this operator's own.
 *
 * @param name shown to people by the coordinator, at most 64 characters
 * @param dataDir holds the one SQLite file; one process at a time
 * @param rpc at least one endpoint; two or more are compared for anything that moves money
 * @param deviceKey signs offers and work
 * @param providerKey registers, stakes, pays gas and is paid
 * @param oracles where each oracle listens for agents, by its signing address; their TLS keys stand
 *     on chain
 * @param coordinatorPin SHA-256 of the coordinator's TLS SubjectPublicKeyInfo
 * @param models what is loaded and offered
 * @param stake what is staked at least, token base units
 * @param healthPort on loopback; 0 picks one, see {@link AgentNode#healthPort}
 * @param tee trusted hardware; without it nothing is offered at grade ATTESTED
 * @param containers of strangers, at grade ACCEPTED alone: their consumer's word decides whether
 *     they are paid; empty for none
 */
public record AgentConfig(
    String name,
    Path dataDir,
    List<URI> rpc,
    Deployment deployment,
    Secp256k1.PrivateKey deviceKey,
    Secp256k1.PrivateKey providerKey,
    Map<Address, Endpoint> oracles,
    Endpoint coordinator,
    Bytes32 coordinatorPin,
    List<ModelId> models,
    OfferTerms offer,
    BigInteger stake,
    TelemetryPlan telemetry,
    Timing timing,
    int healthPort,
    Optional<AgentTee.Choice> tee,
    Optional<AgentContainers.Choice> containers) {

  /** Of an agent that takes no containers. */
  public AgentConfig(
      String name,
      Path dataDir,
      List<URI> rpc,
      Deployment deployment,
      Secp256k1.PrivateKey deviceKey,
      Secp256k1.PrivateKey providerKey,
      Map<Address, Endpoint> oracles,
      Endpoint coordinator,
      Bytes32 coordinatorPin,
      List<ModelId> models,
      OfferTerms offer,
      BigInteger stake,
      TelemetryPlan telemetry,
      Timing timing,
      int healthPort,
      Optional<AgentTee.Choice> tee) {
    this(
        name,
        dataDir,
        rpc,
        deployment,
        deviceKey,
        providerKey,
        oracles,
        coordinator,
        coordinatorPin,
        models,
        offer,
        stake,
        telemetry,
        timing,
        healthPort,
        tee,
        Optional.empty());
  }

  /**
   * This operator's patience.
   *
   * @param acceptMarginS an Accept is not sent later than this before acceptUntil
   * @param runMarginS before runUntil, when unfinished work is given up and finished work is posted
   *     on chain
   * @param patienceMs for oracles that are late once a quorum has answered
   * @param patienceMaxMs for a quorum of telemetry nonces
   */
  public record Timing(
      long acceptMarginS,
      long runMarginS,
      long patienceMs,
      long patienceMaxMs,
      AgentLoop.Rhythm rhythm) {
    public static Timing standard() {
      return new Timing(3, 15, 500, 10_000, AgentLoop.Rhythm.standard());
    }
  }

  public AgentConfig {
    rpc = List.copyOf(rpc);
    oracles = Map.copyOf(oracles);
    models = List.copyOf(models);
    if (rpc.isEmpty() || oracles.isEmpty() || models.isEmpty()) {
      throw new IllegalArgumentException(
          "want at least one RPC endpoint, one oracle and one model, got "
              + rpc.size()
              + ", "
              + oracles.size()
              + " and "
              + models.size());
    }
    if (deviceKey.address().equals(providerKey.address())) {
      throw new IllegalArgumentException(
          "want two keys, so that the owner's can stay cold: device and provider are both "
              + deviceKey.address());
    }
    if (stake.signum() < 0 || healthPort < 0 || healthPort > 65_535) {
      throw new IllegalArgumentException(
          "want a stake ≥ 0 and a port from 0 to 65535, got " + stake + " and " + healthPort);
    }
  }
}
