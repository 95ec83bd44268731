package network.assay.oracle.node.chain;

import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;

/** The contracts whose EIP-712 domains this node signs and checks in. */
public record Domains(long chainId, Address market, Address settlement, Address committee) {
  public static Domains of(Deployment deployment) {
    return new Domains(
        deployment.chainId(), deployment.market(), deployment.settlement(), deployment.committee());
  }

  /** Domain of what devices sign. */
  public Eip712Domain ofMarket() {
    return Eip712Domain.assay(chainId, market);
  }

  /** What the verifier needs of them. */
  public network.assay.oracle.verify.Domains forVerifier() {
    return network.assay.oracle.verify.Domains.of(chainId, market, committee);
  }

  /** Domain of reports. */
  public Eip712Domain ofSettlement() {
    return Eip712Domain.assay(chainId, settlement);
  }

  /** Domain of what oracles sign among themselves and to devices. */
  public Eip712Domain ofCommittee() {
    return Eip712Domain.assay(chainId, committee);
  }
}
