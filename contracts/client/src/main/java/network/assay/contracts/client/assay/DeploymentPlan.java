package network.assay.contracts.client.assay;

import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;

/**
 * What to deploy.
 *
 * @param token the stablecoin; empty deploys the worthless test dollar
 * @param permit2 Uniswap's Permit2 on this chain; zero: no payments by it
 * @param governors who decides what, and how long it waits
 * @param insurance the account that gets what a slash leaves over; zero: the insurance pool
 * @param treasury the account that gets its share of fees; zero: the governor, the access manager
 * @param keys the first committee's signing addresses, 3f+1
 * @param pins SHA-256 of their TLS keys, by index
 * @param panel who judges appeals where no panel can be drawn, at most 31; none: nobody
 * @param unbondingDelayS how long stake stays slashable after its owner asked for it
 * @param label part of every address: another label deploys the same plan a second time
 */
public record DeploymentPlan(
    Optional<Token> token,
    Address permit2,
    Governors governors,
    Address insurance,
    Address treasury,
    List<Address> keys,
    List<Bytes32> pins,
    List<Address> panel,
    long unbondingDelayS,
    MarketParams params,
    RateParams rate,
    CourtParams court,
    OracleParams oracles,
    FundParams funds,
    String label) {
  /** An existing token with its EIP-712 name and version. */
  public record Token(Address address, String name, String version) {}

  public DeploymentPlan {
    keys = List.copyOf(keys);
    pins = List.copyOf(pins);
    panel = List.copyOf(panel);
  }

  /**
   * For development chains: one account in every governing role, windows of seconds, no panel.
   *
   * @param account proposes, rotates, stops new jobs, attests, publishes
   */
  public DeploymentPlan(
      Optional<Token> token,
      Address account,
      Address insurance,
      Address treasury,
      List<Address> keys,
      List<Bytes32> pins,
      long unbondingDelayS,
      MarketParams params) {
    this(
        token,
        Address.ZERO,
        Governors.development(account),
        insurance,
        treasury,
        keys,
        pins,
        List.of(),
        unbondingDelayS,
        params,
        RateParams.development(),
        CourtParams.development(),
        OracleParams.development(params.overlapS()),
        FundParams.standard(),
        "");
  }
}
