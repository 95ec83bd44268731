package network.assay.coordinator.app;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import network.assay.coordinator.app.agents.OracleTarget;

/**
 * Settings of one coordinator; a JSON file, then variables {@code ASSAY_COORDINATOR_…}.
 *
 * @param rpcUrls the chain's endpoints; two or more are compared where money moves
 * @param deploymentFile the address book that {@code assay deploy} wrote
 * @param dataFolder everything durable of this coordinator: database, key, journal
 * @param keyFile the key that is the orders' matcher and pays gas; made at the first start
 * @param keyPasswordFile for an encrypted key
 * @param databaseUrl {@code jdbc:postgresql:…} of the operator's server; empty for one of our own
 *     in the data folder
 * @param databaseUser for databaseUrl
 * @param databasePasswordFile for databaseUrl
 * @param httpHost where consumers are served; put a TLS proxy before it where that is not loopback
 * @param httpPort 0 for any free one
 * @param grpcHost where agents are served
 * @param grpcPort 0 for any free one
 * @param oracles whom to ask for evidence leaves, in this order
 * @param orderWindowS the orderDeadline that quotes propose, from now
 * @param acceptWindowS what quotes propose; the chain bounds it
 * @param runWindowS likewise
 * @param reportWindowS likewise
 * @param pollIntervalMs pause between two looks at the chain
 * @param webhooksToPrivateHosts also plain http and addresses of the own network; for development
 */
public record CoordinatorConfig(
    List<URI> rpcUrls,
    Path deploymentFile,
    Path dataFolder,
    Optional<Path> keyFile,
    Optional<Path> keyPasswordFile,
    Optional<String> databaseUrl,
    Optional<String> databaseUser,
    Optional<Path> databasePasswordFile,
    Optional<String> httpHost,
    Optional<Integer> httpPort,
    Optional<String> grpcHost,
    Optional<Integer> grpcPort,
    Optional<List<OracleTarget>> oracles,
    Optional<Long> orderWindowS,
    Optional<Long> acceptWindowS,
    Optional<Long> runWindowS,
    Optional<Long> reportWindowS,
    Optional<Long> pollIntervalMs,
    Optional<Boolean> webhooksToPrivateHosts) {
  public static final String PREFIX = "ASSAY_COORDINATOR_";

  /** Everything by default, on free loopback ports: for devnets and tests. */
  public static CoordinatorConfig loopback(
      List<URI> rpcUrls, Path deploymentFile, Path dataFolder, List<OracleTarget> oracles) {
    return new CoordinatorConfig(
        rpcUrls,
        deploymentFile,
        dataFolder,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(0),
        Optional.empty(),
        Optional.of(0),
        Optional.of(oracles),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(100L),
        Optional.of(true));
  }

  /** The same with these HTTP and gRPC ports. */
  public CoordinatorConfig withPorts(int http, int grpc) {
    return new CoordinatorConfig(
        rpcUrls,
        deploymentFile,
        dataFolder,
        keyFile,
        keyPasswordFile,
        databaseUrl,
        databaseUser,
        databasePasswordFile,
        httpHost,
        Optional.of(http),
        grpcHost,
        Optional.of(grpc),
        oracles,
        orderWindowS,
        acceptWindowS,
        runWindowS,
        reportWindowS,
        pollIntervalMs,
        webhooksToPrivateHosts);
  }

  /** The same over this database of others. */
  public CoordinatorConfig withDatabase(String url, String user, Path passwordFile) {
    return new CoordinatorConfig(
        rpcUrls,
        deploymentFile,
        dataFolder,
        keyFile,
        keyPasswordFile,
        Optional.of(url),
        Optional.of(user),
        Optional.of(passwordFile),
        httpHost,
        httpPort,
        grpcHost,
        grpcPort,
        oracles,
        orderWindowS,
        acceptWindowS,
        runWindowS,
        reportWindowS,
        pollIntervalMs,
        webhooksToPrivateHosts);
  }

  /** The same with these windows in the Orders that quotes propose. */
  public CoordinatorConfig withWindows(long orderS, long acceptS, long runS, long reportS) {
    return new CoordinatorConfig(
        rpcUrls,
        deploymentFile,
        dataFolder,
        keyFile,
        keyPasswordFile,
        databaseUrl,
        databaseUser,
        databasePasswordFile,
        httpHost,
        httpPort,
        grpcHost,
        grpcPort,
        oracles,
        Optional.of(orderS),
        Optional.of(acceptS),
        Optional.of(runS),
        Optional.of(reportS),
        pollIntervalMs,
        webhooksToPrivateHosts);
  }
}
