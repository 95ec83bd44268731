package network.assay.oracle.node.bond;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import network.assay.oracle.node.OracleProblem;

/**
 * What an operator wants of his stake. A wish names a state, not a change: repeated after an
 * interruption it goes on, repeated afterwards it does nothing.
 */
sealed interface BondWish {
  /** What to do next; empty where all is as wished. Throws where it cannot be had. */
  Optional<BondStep> next(BondState now);

  /** That `total` answers for the key, unbonding not counted. */
  record Stake(BigInteger total) implements BondWish {
    @Override
    public Optional<BondStep> next(BondState now) {
      requireOurs(now);
      BigInteger missing = total.subtract(now.bond().active());
      if (missing.signum() <= 0) {
        return Optional.empty();
      }
      if (total.compareTo(now.params().bondMin()) < 0) {
        throw new OracleProblem(
            "an oracle's key needs at least "
                + Dollars.text(now.params().bondMin())
                + " behind it, got "
                + Dollars.text(total));
      }
      return Optional.of(pay(now, missing));
    }

    private static BondStep pay(BondState now, BigInteger missing) {
      BigInteger deposit = missing.subtract(now.credit());
      if (deposit.signum() > 0) {
        if (now.tokens().compareTo(deposit) < 0) {
          throw new OracleProblem(
              "the operator "
                  + now.operator()
                  + " has "
                  + Dollars.text(now.tokens())
                  + " in the wallet and "
                  + Dollars.text(now.credit())
                  + " in the vault; "
                  + Dollars.text(missing)
                  + " are wanted: send it "
                  + Dollars.text(deposit.subtract(now.tokens())));
        }
        return now.allowance().compareTo(deposit) < 0
            ? new BondStep.Approve(deposit)
            : new BondStep.Deposit(deposit);
      }
      return now.isRegistered() ? new BondStep.Add(missing) : new BondStep.Register(missing);
    }
  }

  /** That only `keep` goes on answering: the rest is asked back, and may leave after the delay. */
  record Unbond(BigInteger keep) implements BondWish {
    @Override
    public Optional<BondStep> next(BondState now) {
      requireRegistered(now);
      BigInteger rest = now.bond().active().subtract(keep);
      if (rest.signum() <= 0) {
        return Optional.empty();
      }
      if (now.bond().availableAt() != 0) {
        throw new OracleProblem(
            Dollars.text(now.bond().unbonding())
                + " are unbonding already, and one request at a time is allowed: withdraw it first"
                + " (assay oracle bond withdraw), or take it back (assay oracle bond rebond)");
      }
      if (now.seated() && keep.compareTo(now.params().bondMin()) < 0) {
        throw new OracleProblem(
            "the key sits in the current committee and keeps at least "
                + Dollars.text(now.params().bondMin())
                + ": wait for the next committee, or leave for ever (assay oracle bond resign)");
      }
      return Optional.of(new BondStep.RequestUnbonding(rest));
    }
  }

  /** That nothing is unbonding. */
  record Rebond() implements BondWish {
    @Override
    public Optional<BondStep> next(BondState now) {
      requireRegistered(now);
      return now.bond().availableAt() == 0
          ? Optional.empty()
          : Optional.of(new BondStep.CancelUnbonding());
    }
  }

  /** That what was unbonding is in the operator's wallet. */
  record Withdraw() implements BondWish {
    @Override
    public Optional<BondStep> next(BondState now) {
      if (now.bond().availableAt() != 0) {
        requireOurs(now);
        long leftS = now.bond().availableAt() - now.nowS();
        if (leftS > 0) {
          throw new OracleProblem(
              Dollars.text(now.bond().unbonding())
                  + " may leave in "
                  + text(Duration.ofSeconds(leftS))
                  + ", and answer until then");
        }
        return Optional.of(new BondStep.Withdraw());
      }
      return now.credit().signum() == 0
          ? Optional.empty()
          : Optional.of(new BondStep.Collect(now.credit()));
    }

    private static String text(Duration left) {
      return left.toDays() > 0
          ? left.toDays() + " d " + left.toHoursPart() + " h"
          : left.toHours() + " h " + left.toMinutesPart() + " min " + left.toSecondsPart() + " s";
    }
  }

  /** That the key sits in no committee any more, for ever. */
  record Resign() implements BondWish {
    @Override
    public Optional<BondStep> next(BondState now) {
      requireRegistered(now);
      return now.seated() ? Optional.of(new BondStep.Resign()) : Optional.empty();
    }
  }

  private static void requireRegistered(BondState now) {
    if (!now.isRegistered()) {
      throw new OracleProblem(
          "no stake is behind the key " + now.key() + " (assay oracle bond stake brings some)");
    }
    requireOurs(now);
  }

  private static void requireOurs(BondState now) {
    if (now.bond().punished()) {
      throw new OracleProblem(
          "the key "
              + now.key()
              + " contradicted itself and is out for ever: make another (assay oracle init)");
    }
    if (now.isRegistered() && !now.bond().operator().equals(now.operator())) {
      throw new OracleProblem(
          "the key "
              + now.key()
              + " is under the operator "
              + now.bond().operator()
              + ", got the operator key of "
              + now.operator());
    }
  }
}
