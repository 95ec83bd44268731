package network.assay.agent.execute;

import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;

/**
 * Who this agent is.
 *
 * @param device the key that signs offers and work
 * @param provider the account that holds the stake and is paid
 * @param market EIP-712 domain of the JobMarket: chain and contract that our signatures are for
 * @param committee EIP-712 domain of the OracleCommittee: what oracles sign for
 */
public record DeviceProfile(
    Address device, Address provider, Eip712Domain market, Eip712Domain committee) {}
