package network.assay.contracts.client.assay;

import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;

/**
 * What to deploy.
 *
 * @param token the stablecoin; empty deploys the worthless test dollar
 * @param governor may rotate committees and pause new jobs, nothing else
 * @param insurance the account that gets what a slash leaves over; zero: the insurance pool
 * @param treasury the account that gets fees
 * @param keys the first committee's signing addresses, 3f+1
 * @param pins SHA-256 of their TLS keys, by index
 * @param unbondingDelayS how long stake stays slashable after its owner asked for it
 * @param label part of every address: another label deploys the same plan a second time
 */
public record DeploymentPlan(
    Optional<Token> token,
    Address governor,
    Address insurance,
    Address treasury,
    List<Address> keys,
    List<Bytes32> pins,
    long unbondingDelayS,
    MarketParams params,
    String label) {
  /** An existing token with its EIP-712 name and version. */
  public record Token(Address address, String name, String version) {}

  public DeploymentPlan {
    keys = List.copyOf(keys);
    pins = List.copyOf(pins);
  }

  /** Without a label. */
  public DeploymentPlan(
      Optional<Token> token,
      Address governor,
      Address insurance,
      Address treasury,
      List<Address> keys,
      List<Bytes32> pins,
      long unbondingDelayS,
      MarketParams params) {
    this(token, governor, insurance, treasury, keys, pins, unbondingDelayS, params, "");
  }
}
