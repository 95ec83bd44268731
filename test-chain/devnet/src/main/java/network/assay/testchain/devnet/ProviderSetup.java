package network.assay.testchain.devnet;

import java.math.BigInteger;
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
 */
public record ProviderSetup(
    String name,
    String deviceClass,
    BigInteger price,
    int concurrentMax,
    UnaryOperator<Ports> ports,
    boolean simulatesTee) {
  /** One without trusted hardware. */
  public ProviderSetup(
      String name,
      String deviceClass,
      BigInteger price,
      int concurrentMax,
      UnaryOperator<Ports> ports) {
    this(name, deviceClass, price, concurrentMax, ports, false);
  }

  /** One that does what it says. */
  public static ProviderSetup honest(
      String name, String deviceClass, BigInteger price, int concurrentMax) {
    return new ProviderSetup(name, deviceClass, price, concurrentMax, ports -> ports);
  }

  /** The same with a simulated TEE. */
  public ProviderSetup withSimulatedTee() {
    return new ProviderSetup(name, deviceClass, price, concurrentMax, ports, true);
  }
}
