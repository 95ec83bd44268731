package network.assay.oracle.verify;

import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;

/**
 * The signature domains of one deployment.
 *
 * @param market the JobMarket's: devices and consumers sign under it
 * @param committee the OracleCommittee's: oracles sign under it
 */
public record Domains(Eip712Domain market, Eip712Domain committee) {

  /** The domains of contracts on one chain. */
  public static Domains of(long chainId, Address jobMarket, Address oracleCommittee) {
    return new Domains(
        Eip712Domain.assay(chainId, jobMarket), Eip712Domain.assay(chainId, oracleCommittee));
  }
}
