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
 */
public record ProviderSetup(
    String name,
    String deviceClass,
    BigInteger price,
    int concurrentMax,
    UnaryOperator<Ports> ports) {
  /** One that does what it says. */
  public static ProviderSetup honest(
      String name, String deviceClass, BigInteger price, int concurrentMax) {
    return new ProviderSetup(name, deviceClass, price, concurrentMax, ports -> ports);
  }
}
