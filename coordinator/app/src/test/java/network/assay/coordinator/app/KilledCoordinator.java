package network.assay.coordinator.app;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import network.assay.contracts.client.assay.Deployment;

/** A coordinator in a process of its own that its test kills. */
public final class KilledCoordinator {
  private KilledCoordinator() {}

  /**
   * Arguments: RPC url, data folder, address book; of a database of others URL and password file.
   */
  public static void main(String[] args) throws Exception {
    CoordinatorConfig config =
        CoordinatorConfig.loopback(
            List.of(URI.create(args[0])), Path.of(args[2]), Path.of(args[1]), List.of());
    if (args.length > 3) {
      config = config.withDatabase(args[3], "assay", Path.of(args[4]));
    }
    Deployment at = Deployment.parse(Files.readAllBytes(config.deploymentFile()));
    CoordinatorNode node = CoordinatorNode.start(config, at, TestNetwork.COORDINATOR);
    System.out.println("READY " + node.httpPort() + " " + node.grpcPort() + " " + node.tlsPin());
    Thread.sleep(Long.MAX_VALUE);
  }
}
