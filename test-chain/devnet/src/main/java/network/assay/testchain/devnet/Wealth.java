package network.assay.testchain.devnet;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.MoneyCalls;
import network.assay.contracts.protocol.Address;

/**
 * All that an account owns in test dollars: wallet, credit, stake, and what ripens in buckets. Base
 * units.
 */
final class Wealth {
  private Wealth() {}

  static BigInteger of(AssayContracts contracts, Address account) {
    return contracts
        .money()
        .tokenBalance(account)
        .add(contracts.money().credit(account))
        .add(contracts.money().stake(account).staked())
        .add(contracts.settlement().claimable(account).amount())
        .add(contracts.settlement().pending(account).amount());
  }

  static Map<String, BigInteger> ofAll(Devnet devnet) {
    Map<String, BigInteger> all = new LinkedHashMap<>();
    all.put("consumer", of(devnet.contracts(), devnet.consumer().address()));
    devnet
        .providers()
        .forEach(p -> all.put(p.name(), of(devnet.contracts(), devnet.providerAddress(p.name()))));
    MoneyCalls money = devnet.contracts().money();
    MoneyCalls.Slashed slashed = money.slashedNotFlushed(); // as good as there
    Address insurance = devnet.layout().key("insurance").address();
    all.put("insurance", of(devnet.contracts(), insurance).add(slashed.toInsurance()));
    all.put("burned", money.burned().add(slashed.toBurn()));
    return all;
  }
}
