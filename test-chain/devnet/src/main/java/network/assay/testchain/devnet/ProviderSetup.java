package network.assay.testchain.devnet;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import network.assay.agent.execute.Ports;

/**
 * One provider of a development network.
 *
 * @param name of its folder and in tables
 * @param deviceClass name of the class that it claims
 * @param price of a job, token base units
 * @param concurrentMax jobs at once
 * @param ports what a dishonest or broken one does differently; identity for an honest one
 * @param simulatesTee whether it offers ATTESTED with the simulator, whose root this network's
 *     oracles then believe
 * @param containers where it takes containers of strangers, and which images it has
 */
public record ProviderSetup(
    String name,
    String deviceClass,
    BigInteger price,
    int concurrentMax,
    UnaryOperator<Ports> ports,
    boolean simulatesTee,
    Optional<ContainerSetup> containers) {

  /**
   * Containers of one provider.
   *
   * @param engine podman, bubblewrap or auto
   * @param state a folder that others may pass
   * @param images folder of OCI layouts
   */
  public record ContainerSetup(String engine, Path state, Path images) {}

  /** One without trusted hardware. */
  public ProviderSetup(
      String name,
      String deviceClass,
      BigInteger price,
      int concurrentMax,
      UnaryOperator<Ports> ports) {
    this(name, deviceClass, price, concurrentMax, ports, false, Optional.empty());
  }

  /** One that does what it says. */
  public static ProviderSetup honest(
      String name, String deviceClass, BigInteger price, int concurrentMax) {
    return new ProviderSetup(name, deviceClass, price, concurrentMax, ports -> ports);
  }

  /** The same with a simulated TEE. */
  public ProviderSetup withSimulatedTee() {
    return new ProviderSetup(name, deviceClass, price, concurrentMax, ports, true, containers);
  }

  /** The same taking containers, too. */
  public ProviderSetup withContainers(ContainerSetup setup) {
    return new ProviderSetup(
        name, deviceClass, price, concurrentMax, ports, simulatesTee, Optional.of(setup));
  }
}
