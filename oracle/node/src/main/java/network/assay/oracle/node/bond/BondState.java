package network.assay.oracle.node.bond;

import java.math.BigInteger;
import network.assay.contracts.client.assay.OracleParams;
import network.assay.contracts.client.assay.OracleStakeCalls;
import network.assay.contracts.protocol.Address;

/**
 * What the chain says of one key's stake and of the money that its operator has for it. Amounts are
 * token base units.
 *
 * @param operator whose command this is; {@code bond.operator()} may be somebody else
 * @param key the oracle's
 * @param tokens in the operator's wallet
 * @param allowance of them that the vault may take
 * @param credit of the operator in the vault
 * @param nowS chain time of the newest block
 */
record BondState(
    Address operator,
    Address key,
    OracleStakeCalls.Bond bond,
    OracleParams params,
    BigInteger tokens,
    BigInteger allowance,
    BigInteger credit,
    boolean seated,
    long nowS) {
  boolean isRegistered() {
    return !bond.operator().equals(Address.ZERO);
  }
}
