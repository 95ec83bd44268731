package network.assay.oracle.node.bond;

import java.math.BigInteger;

/** One transaction on the way to a wish. Amounts are token base units. */
sealed interface BondStep {
  /** Lets the vault take from the operator's wallet. */
  record Approve(BigInteger amount) implements BondStep {}

  /** From the wallet to the vault's credit. */
  record Deposit(BigInteger amount) implements BondStep {}

  record Register(BigInteger amount) implements BondStep {}

  record Add(BigInteger amount) implements BondStep {}

  record RequestUnbonding(BigInteger amount) implements BondStep {}

  record CancelUnbonding() implements BondStep {}

  /** From unbonding to the vault's credit. */
  record Withdraw() implements BondStep {}

  /** From the vault's credit to the wallet. */
  record Collect(BigInteger amount) implements BondStep {}

  record Resign() implements BondStep {}

  /** For an operator who watches. */
  default String text() {
    return switch (this) {
      case Approve(var amount) -> "let the vault take " + Dollars.text(amount);
      case Deposit(var amount) -> "pay " + Dollars.text(amount) + " into the vault";
      case Register(var amount) -> "register the key with " + Dollars.text(amount);
      case Add(var amount) -> "add " + Dollars.text(amount) + " to the stake";
      case RequestUnbonding(var amount) -> "ask " + Dollars.text(amount) + " back";
      case CancelUnbonding() -> "take the request back";
      case Withdraw() -> "take what was unbonding out of the stake";
      case Collect(var amount) -> "pay " + Dollars.text(amount) + " out to the wallet";
      case Resign() -> "take the key out of every committee";
    };
  }
}
