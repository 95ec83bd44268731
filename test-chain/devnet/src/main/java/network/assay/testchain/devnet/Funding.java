package network.assay.testchain.devnet;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.OracleStakeCalls;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.send.TxOutcome;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.OracleRegistration;
import network.assay.contracts.protocol.Secp256k1;

/** Gives a development network's accounts gas money and test dollars. */
final class Funding {
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);
  private static final BigInteger GAS_MONEY = ETHER.multiply(BigInteger.valueOf(100));
  private static final long TIMEOUT_S = 60;
  private static final long BOND_CONSENT_S = 3_600;
  private static final long BOND_GAS = 400_000;

  private final TransactionSender sender;

  Funding(TransactionSender sender) {
    this.sender = sender;
  }

  void gasMoney(List<Address> accounts) {
    sendAll(
        accounts.stream()
            .map(account -> TxIntent.pay("gas money " + account, account, GAS_MONEY))
            .toList());
  }

  void dollars(AssayContracts contracts, List<Address> accounts, BigInteger amount) {
    sendAll(
        accounts.stream()
            .map(account -> contracts.money().faucet("dollars " + account, account, amount))
            .toList());
  }

  /** Puts the least stake behind each oracle's key; the funder answers for all of them. */
  void bonds(AssayContracts contracts, List<Secp256k1.PrivateKey> oracles, long nowS) {
    OracleStakeCalls stake = contracts.oracleStake();
    BigInteger each = stake.params().bondMin();
    BigInteger all = each.multiply(BigInteger.valueOf(oracles.size()));
    Address operator = sender.address();
    Address vault = contracts.deployment().vault();
    List<TxIntent> intents = new ArrayList<>();
    intents.add(contracts.money().faucet("dollars for bonds", operator, all));
    intents.add(contracts.money().approve("approve bonds", vault, all));
    intents.add(contracts.money().deposit("deposit bonds", all).withGas(BOND_GAS));
    for (Secp256k1.PrivateKey key : oracles) {
      OracleRegistration agreed =
          new OracleRegistration(operator, key.address(), nowS + BOND_CONSENT_S);
      intents.add(
          stake
              .register("bond " + key.address(), agreed, each, agreed.sign(stake.domain(), key))
              .withGas(BOND_GAS));
    }
    sendAll(intents);
  }

  private void sendAll(List<TxIntent> intents) {
    List<CompletableFuture<TxOutcome>> sent = new ArrayList<>();
    intents.forEach(intent -> sent.add(sender.submit(intent)));
    for (CompletableFuture<TxOutcome> outcome : sent) {
      try {
        var _ = outcome.get(TIMEOUT_S, TimeUnit.SECONDS).requireIncluded();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DevnetException("interrupted while accounts were funded", e);
      } catch (ExecutionException | TimeoutException e) {
        throw new DevnetException("accounts could not be funded: " + e.getMessage(), e);
      }
    }
  }
}
