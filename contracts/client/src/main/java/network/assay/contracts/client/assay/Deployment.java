package network.assay.contracts.client.assay;

import java.util.List;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;

/**
 * The address book of one deployment.
 *
 * @param deployBlock the block before which none of the contracts existed
 * @param tokenName the token's EIP-712 name, and version
 */
public record Deployment(
    long chainId,
    long deployBlock,
    Address token,
    String tokenName,
    String tokenVersion,
    Address devices,
    Address committee,
    Address vault,
    Address stake,
    Address market,
    Address settlement) {
  /** Domain of Offer, Order, Accept, WorkCommit, Fail, Opening, TelemetryBatch, AgentHello. */
  public Eip712Domain marketDomain() {
    return Eip712Domain.assay(chainId, market);
  }

  /** Domain of Report. */
  public Eip712Domain settlementDomain() {
    return Eip712Domain.assay(chainId, settlement);
  }

  /** Domain of DeviceRegistration. */
  public Eip712Domain devicesDomain() {
    return Eip712Domain.assay(chainId, devices);
  }

  /** Domain of what oracles sign to each other and to devices. */
  public Eip712Domain committeeDomain() {
    return Eip712Domain.assay(chainId, committee);
  }

  /** The token's own domain, for EIP-3009. */
  public Eip712Domain tokenDomain() {
    return new Eip712Domain(tokenName, tokenVersion, java.math.BigInteger.valueOf(chainId), token);
  }

  /** The contracts whose events make up the protocol's history. */
  public List<Address> eventSources() {
    return List.of(market, settlement, stake, devices, committee, vault);
  }
}
