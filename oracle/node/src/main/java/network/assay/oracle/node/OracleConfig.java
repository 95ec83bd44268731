package network.assay.oracle.node;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.service.Config;
import network.assay.contracts.service.ConfigProblem;
import network.assay.oracle.report.Timings;

/**
 * What one operator decides about one node; what all must agree on is in the contracts and in
 * docs/PROTOCOL.md. Relative paths are relative to the configuration file.
 *
 * @param dataFolder of the node's one SQLite file
 * @param oracleKeyFile signs for the committee and sends transactions
 * @param oracleKeyPasswordFile for an encrypted key
 * @param tlsFile private key and certificate as PEM; its pin is on chain
 * @param rpcUrls 1 to 8; two or more are compared
 * @param deploymentFile address book of the contracts
 * @param ingressListen host and port for agents; port 0 takes a free one
 * @param peerListen host and port for other oracles
 * @param healthListen loopback host and port for health and metrics
 * @param peers every other oracle with its address, by signing key: an epoch's index may move, a
 *     key does not
 * @param openTimeoutMs patience with an opening after the own reveal; then it counts as withheld
 * @param observationTimeoutMs patience with the others' observations before a job is observed again
 * @param roundTimeoutMs first round of an agreement; doubles
 * @param staggerMs between one oracle's turn to send a report and the next one's
 * @param confirmationsBlocks on top of a report before it counts as there for good
 * @param verifyThreads verifications at once
 * @param retentionS how long closed jobs' evidence is kept, chain seconds
 * @param attestation rules for hardware; without them no order for ATTESTED gets a verdict here
 */
public record OracleConfig(
    Path dataFolder,
    Path oracleKeyFile,
    Optional<Path> oracleKeyPasswordFile,
    Path tlsFile,
    List<URI> rpcUrls,
    Path deploymentFile,
    Listen ingressListen,
    Listen peerListen,
    Listen healthListen,
    List<Peer> peers,
    long openTimeoutMs,
    long observationTimeoutMs,
    long roundTimeoutMs,
    long staggerMs,
    int confirmationsBlocks,
    int verifyThreads,
    long retentionS,
    Optional<Attestation> attestation) {
  /**
   * What is asked of hardware. All oracles of a committee need the same, or they never agree on a
   * leaf.
   *
   * @param policyFile docs/ATTESTATION.md, "Policy"
   * @param tpmRoots PEM or DER of roots whose TPM keys are believed, beside the clouds' pinned ones
   * @param simulatorRootFile PEM of a simulator's root, believed instead of the vendors'
   * @param simulator the whole sentence that allows it
   */
  public record Attestation(
      Path policyFile,
      List<Path> tpmRoots,
      Optional<Path> simulatorRootFile,
      Optional<String> simulator) {
    public Attestation {
      tpmRoots = List.copyOf(tpmRoots);
    }
  }

  /** A local address; port 0 takes a free one. */
  public record Listen(String host, int port) {
    public Listen {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("want a port from 0 to 65535, got " + port);
      }
    }

    /** Reads {@code host:port}. */
    public static Listen parse(String text) {
      int colon = text.lastIndexOf(':');
      try {
        return new Listen(
            text.substring(0, Math.max(0, colon)), Integer.parseInt(text.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("want host:port, got " + text);
      }
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** Where another oracle listens for peers. */
  public record Peer(Address oracle, Listen address) {}

  private static final long MS_MAX = 3_600_000;

  public OracleConfig {
    rpcUrls = List.copyOf(rpcUrls);
    peers = List.copyOf(peers);
    range("openTimeoutMs", openTimeoutMs, 100, MS_MAX);
    range("observationTimeoutMs", observationTimeoutMs, 100, MS_MAX);
    range("roundTimeoutMs", roundTimeoutMs, 100, 60_000);
    range("staggerMs", staggerMs, 10, MS_MAX);
    range("confirmationsBlocks", confirmationsBlocks, 0, 1_000);
    range("verifyThreads", verifyThreads, 1, 256);
    range("retentionS", retentionS, 60, 10L * 365 * 86_400);
    Set<Address> seen = new HashSet<>();
    for (Peer peer : peers) {
      if (!seen.add(peer.oracle())) {
        throw new IllegalArgumentException("peer " + peer.oracle() + " is named twice");
      }
    }
    if (!Set.of("127.0.0.1", "::1", "localhost").contains(healthListen.host())) {
      throw new IllegalArgumentException(
          "healthListen: want a loopback host, got " + healthListen.host());
    }
  }

  private static void range(String name, long got, long min, long max) {
    if (got < min || got > max) {
      throw new IllegalArgumentException(name + ": want " + min + " to " + max + ", got " + got);
    }
  }

  /** The state machines' patience, from the four timers. */
  public Timings timings() {
    return new Timings(
        roundTimeoutMs,
        Math.max(60_000, roundTimeoutMs),
        Math.max(100, roundTimeoutMs / 2),
        Math.max(15_000, roundTimeoutMs),
        observationTimeoutMs,
        Math.max(50, roundTimeoutMs / 4),
        staggerMs);
  }

  /**
   * The file's members. Those that may be absent have a standard; an unknown one stops the start.
   */
  private record Settings(
      String dataFolder,
      String oracleKeyFile,
      Optional<String> oracleKeyPasswordFile,
      String tlsFile,
      List<URI> rpcUrls,
      String deploymentFile,
      String ingressListen,
      String peerListen,
      String healthListen,
      List<PeerSettings> peers,
      Optional<Long> openTimeoutMs,
      Optional<Long> observationTimeoutMs,
      Optional<Long> roundTimeoutMs,
      Optional<Long> staggerMs,
      Optional<Integer> confirmationsBlocks,
      Optional<Integer> verifyThreads,
      Optional<Long> retentionS,
      Optional<AttestationSettings> attestation) {}

  private record AttestationSettings(
      String policyFile,
      Optional<List<String>> tpmRoots,
      Optional<String> simulatorRootFile,
      Optional<String> simulator) {}

  private record PeerSettings(Address oracle, String address) {}

  /** Reads a configuration file and the environment's ASSAY_ORACLE_… over it. */
  public static OracleConfig read(Path file, Map<String, String> environment) {
    Settings in = Config.load(file, "ASSAY_ORACLE_", environment, Settings.class);
    Path folder = file.toAbsolutePath().normalize().getParent();
    try {
      return of(in, folder == null ? Path.of("") : folder);
    } catch (IllegalArgumentException e) {
      throw new ConfigProblem("the configuration " + file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  private static OracleConfig of(Settings in, Path folder) {
    return new OracleConfig(
        folder.resolve(in.dataFolder()),
        folder.resolve(in.oracleKeyFile()),
        in.oracleKeyPasswordFile().map(folder::resolve),
        folder.resolve(in.tlsFile()),
        in.rpcUrls(),
        folder.resolve(in.deploymentFile()),
        Listen.parse(in.ingressListen()),
        Listen.parse(in.peerListen()),
        Listen.parse(in.healthListen()),
        in.peers().stream().map(p -> new Peer(p.oracle(), Listen.parse(p.address()))).toList(),
        in.openTimeoutMs().orElse(60_000L),
        in.observationTimeoutMs().orElse(10_000L),
        in.roundTimeoutMs().orElse(2_000L),
        in.staggerMs().orElse(2_000L),
        in.confirmationsBlocks().orElse(2),
        in.verifyThreads().orElse(Math.max(1, Runtime.getRuntime().availableProcessors() / 2)),
        in.retentionS().orElse(30L * 86_400),
        in.attestation()
            .map(a ->
                new Attestation(
                    folder.resolve(a.policyFile()),
                    a.tpmRoots().orElse(List.of()).stream().map(folder::resolve).toList(),
                    a.simulatorRootFile().map(folder::resolve),
                    a.simulator())));
  }
}
