package network.assay.oracle.node.bond;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.MoneyCalls;
import network.assay.contracts.client.assay.OracleStakeCalls;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.send.TxOutcome;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.OracleRegistration;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.oracle.node.OracleProblem;

/**
 * Carries out an operator's wish, a transaction at a time: what the chain says after each decides
 * the next.
 *
 * <p>A step's name in the sender's journal holds the operator's transaction count, read before the
 * state: after a crash the same step has the same name unless it was mined, and then the state says
 * so. Nothing is paid twice.
 */
final class BondDesk {
  private static final long CONSENT_S = 3_600;
  private static final int STEPS_MAX = 8;

  private final RpcEndpoints rpc;
  private final AssayContracts contracts;
  private final Secp256k1.PrivateKey key;
  private final Address operator;

  /**
   * @param key the oracle's, which consents to its operator
   */
  BondDesk(RpcEndpoints rpc, AssayContracts contracts, Secp256k1.PrivateKey key, Address operator) {
    this.rpc = rpc;
    this.contracts = contracts;
    this.key = key;
    this.operator = operator;
  }

  BondState state() {
    MoneyCalls money = contracts.money();
    OracleStakeCalls stake = contracts.oracleStake();
    return new BondState(
        operator,
        key.address(),
        stake.bond(key.address()),
        stake.params(),
        money.tokenBalance(operator),
        money.allowance(operator, contracts.deployment().vault()),
        money.credit(operator),
        contracts
            .committee()
            .committee(contracts.committee().currentEpoch())
            .keys()
            .contains(key.address()),
        rpc.read("the head", node -> node.head()).timestampS());
  }

  /**
   * @param progress gets a sentence for each step
   * @param patience for each transaction
   */
  BondState carryOut(
      BondWish wish, TransactionSender sender, Consumer<String> progress, Duration patience) {
    for (int i = 0; i < STEPS_MAX; i++) {
      long count = rpc.read("the operator's nonce", node -> node.nonceLatest(operator.hex()));
      BondState now = state();
      Optional<BondStep> next = wish.next(now);
      if (next.isEmpty()) {
        return now;
      }
      progress.accept(next.get().text());
      await(sender, fresh(sender, next.get(), count, now.nowS()), patience);
    }
    throw new OracleProblem(
        "the stake is not as wished after "
            + STEPS_MAX
            + " transactions: is another command at it?");
  }

  /** What the chain refused before it may take now: that is another transaction. */
  private TxIntent fresh(TransactionSender sender, BondStep step, long count, long nowS) {
    String id = "bond " + key.address() + " " + step.getClass().getSimpleName() + " " + count;
    TxIntent intent = intent(step, id, nowS);
    for (int again = 1; wasRefused(sender, intent.id()); again++) {
      intent = intent(step, id + " again " + again, nowS);
    }
    return intent;
  }

  private static boolean wasRefused(TransactionSender sender, String id) {
    return sender
        .status(id)
        .filter(status -> status.phase() == TransactionSender.Status.Phase.REFUSED)
        .isPresent();
  }

  private TxIntent intent(BondStep step, String id, long nowS) {
    MoneyCalls money = contracts.money();
    OracleStakeCalls stake = contracts.oracleStake();
    Address of = key.address();
    return switch (step) {
      case BondStep.Approve(var amount) ->
          money.approve(id, contracts.deployment().vault(), amount);
      case BondStep.Deposit(var amount) -> money.deposit(id, amount);
      case BondStep.Register(var amount) -> register(id, amount, nowS);
      case BondStep.Add(var amount) -> stake.addStake(id, of, amount);
      case BondStep.RequestUnbonding(var amount) -> stake.requestUnbonding(id, of, amount);
      case BondStep.CancelUnbonding() -> stake.cancelUnbonding(id, of);
      case BondStep.Withdraw() -> stake.withdraw(id, of);
      case BondStep.Collect(var amount) -> money.withdraw(id, operator, amount);
      case BondStep.Resign() -> stake.resign(id, of);
    };
  }

  private TxIntent register(String id, BigInteger amount, long nowS) {
    OracleStakeCalls stake = contracts.oracleStake();
    // By the hour: the same command again within it signs, and so sends, the same once more.
    long until = (nowS / CONSENT_S + 2) * CONSENT_S;
    OracleRegistration agreed = new OracleRegistration(operator, key.address(), until);
    return stake.register(id + " until " + until, agreed, amount, agreed.sign(stake.domain(), key));
  }

  private static void await(TransactionSender sender, TxIntent intent, Duration patience) {
    try {
      TxOutcome outcome = sender.submit(intent).get(patience.toSeconds(), TimeUnit.SECONDS);
      var _ = outcome.requireIncluded();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OracleProblem("interrupted; the same command goes on from here", e);
    } catch (TimeoutException e) {
      throw new OracleProblem(
          intent.id()
              + " is not mined after "
              + patience.toSeconds()
              + " s ("
              + sender.health().reason()
              + "); the same command goes on from here",
          e);
    } catch (ExecutionException | TxOutcome.TxFailed e) {
      throw new OracleProblem(String.valueOf(e.getMessage()), e);
    }
  }
}
