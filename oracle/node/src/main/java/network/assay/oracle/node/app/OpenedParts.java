package network.assay.oracle.node.app;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.KeyFiles;
import network.assay.contracts.service.NodeCertificate;
import network.assay.oracle.node.OracleConfig;
import network.assay.oracle.node.OracleParts;
import network.assay.oracle.node.chain.FollowedChain;
import network.assay.oracle.node.peer.PeerLinks.Endpoint;
import network.assay.oracle.node.peer.PinnedTls;
import network.assay.oracle.replay.OnnxModelRunner;
import network.assay.oracle.verify.EvidenceVerifier;
import network.assay.oracle.verify.attest.job.HardwareRules;

/**
 * What a configuration names, opened: keys, file, chain, models. The engine closes chain and file;
 * the rest closes here.
 */
public final class OpenedParts implements AutoCloseable {
  private final OracleParts parts;
  private final Bytes32 pin;
  private final RpcEndpoints rpc;
  private final OnnxModelRunner models;
  private final ExecutorService calls;

  private OpenedParts(
      OracleParts parts,
      Bytes32 pin,
      RpcEndpoints rpc,
      OnnxModelRunner models,
      ExecutorService calls) {
    this.parts = parts;
    this.pin = pin;
    this.rpc = rpc;
    this.models = models;
    this.calls = calls;
  }

  OracleParts parts() {
    return parts;
  }

  public Bytes32 pin() {
    return pin;
  }

  /** Opens it all; throws {@link ConfigProblem} with a sentence where something is not as named. */
  public static OpenedParts open(OracleConfig config) {
    Secp256k1.PrivateKey key =
        KeyFiles.load(
            config.oracleKeyFile(),
            KeyFiles.password(config.oracleKeyPasswordFile(), Optional.empty(), Map.of()));
    NodeCertificate tls = NodeCertificate.load(config.tlsFile());
    Deployment deployment = deployment(config);
    RpcEndpoints rpc = RpcEndpoints.open(RpcConfig.of(config.rpcUrls(), deployment.chainId()));
    try {
      return open(config, key, tls, deployment, rpc);
    } catch (RuntimeException e) {
      rpc.close();
      throw e;
    }
  }

  private static OpenedParts open(
      OracleConfig config,
      Secp256k1.PrivateKey key,
      NodeCertificate tls,
      Deployment deployment,
      RpcEndpoints rpc) {
    SqliteStore store = SqliteStore.open(config.dataFolder().resolve("oracle.db"));
    try {
      TransactionSender sender =
          new TransactionSender(
              rpc, KeySigner.of(key), store, SenderConfig.standard(), AssayErrors.reasons());
      FollowedChain chain =
          new FollowedChain(
              new AssayContracts(rpc, deployment),
              store,
              rpc,
              sender,
              config.confirmationsBlocks());
      ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
      Optional<HardwareRules> hardware =
          config.attestation().map(a -> OpenedHardware.open(a, deployment.chainId()));
      OnnxModelRunner models = new OnnxModelRunner();
      OracleParts parts =
          new OracleParts(
              key,
              store,
              chain,
              new EvidenceVerifier(models, hardware)::assess,
              hardware,
              new PinnedTls(tls, calls),
              endpoints(config),
              config.ingressListen(),
              config.peerListen(),
              config.openTimeoutMs(),
              config.timings(),
              config.verifyThreads(),
              config.retentionS());
      return new OpenedParts(parts, tls.pin(), rpc, models, calls);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** The address book that a configuration names. */
  public static Deployment deployment(OracleConfig config) {
    try {
      return Deployment.parse(Files.readAllBytes(config.deploymentFile()));
    } catch (IOException e) {
      throw new ConfigProblem(
          "cannot read the address book " + config.deploymentFile() + ": " + e.getMessage(), e);
    } catch (ProtocolException e) {
      throw new ConfigProblem(
          "the address book " + config.deploymentFile() + ": " + e.getMessage(), e);
    }
  }

  private static Map<Address, Endpoint> endpoints(OracleConfig config) {
    Map<Address, Endpoint> endpoints = new TreeMap<>();
    config
        .peers()
        .forEach(
            p -> endpoints.put(p.oracle(), new Endpoint(p.address().host(), p.address().port())));
    return endpoints;
  }

  /** Closes everything, where no engine came to own chain and file. */
  public void abandon() {
    parts.chain().close();
    parts.store().close();
    close();
  }

  @Override
  public void close() {
    models.close();
    calls.shutdownNow();
    rpc.close();
  }
}
