package network.assay.contracts.client.assay;

import java.math.BigInteger;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;

/** Token, TokenVault and StakeManager: where money is. Amounts are token base units. */
public final class MoneyCalls {
  private final ContractReader reader;
  private final Deployment at;

  MoneyCalls(ContractReader reader, Deployment at) {
    this.reader = reader;
    this.at = at;
  }

  /**
   * A provider's stake.
   *
   * @param staked all of it, locked and unbonding included
   * @param availableAt when what unbonds may leave, chain time; 0 where nothing does
   */
  public record Stake(
      BigInteger staked, BigInteger locked, BigInteger unbonding, long availableAt) {}

  public BigInteger tokenBalance(Address account) {
    return reader
        .read("token balance", at.token(), Abi.call("balanceOf", Abi.address(account)))
        .unsigned(256);
  }

  public BigInteger allowance(Address owner, Address spender) {
    return reader
        .read(
            "allowance",
            at.token(),
            Abi.call("allowance", Abi.address(owner), Abi.address(spender)))
        .unsigned(256);
  }

  /**
   * EIP-3009: whether the nonce was used or cancelled. A reason to refuse, never a proof of
   * payment.
   */
  public boolean authorizationUsed(Address authorizer, Bytes32 nonce) {
    return reader
        .read(
            "authorisation state",
            at.token(),
            Abi.call("authorizationState", Abi.address(authorizer), Abi.bytes32(nonce)))
        .bool();
  }

  public BigInteger credit(Address account) {
    return reader
        .read("credit", at.vault(), Abi.call("creditOf", Abi.address(account)))
        .unsigned(256);
  }

  public BigInteger ledger(Address module) {
    return reader
        .read("ledger", at.vault(), Abi.call("ledgerOf", Abi.address(module)))
        .unsigned(256);
  }

  public BigInteger burned() {
    return reader.read("burned", at.vault(), Abi.call("burned")).unsigned(256);
  }

  /** What slashes took and nobody has flushed yet: it will be burned, and credited to insurance. */
  public record Slashed(BigInteger toBurn, BigInteger toInsurance) {}

  public Slashed slashedNotFlushed() {
    Words in = reader.read("slashed", at.stake(), Abi.call("slashedNotFlushed"));
    return new Slashed(in.unsigned(128), in.unsigned(128));
  }

  /** Burns, and credits to insurance, what slashes took. */
  public TxIntent flushSlashed(String id) {
    return TxIntent.call(id, at.stake(), Abi.call("flushSlashed"));
  }

  public Stake stake(Address provider) {
    Words in = reader.read("stake", at.stake(), Abi.call("stakeOf", Abi.address(provider)));
    return new Stake(in.u96(), in.u96(), in.u96(), in.u40());
  }

  public BigInteger freeStake(Address provider) {
    return reader
        .read("free stake", at.stake(), Abi.call("freeStakeOf", Abi.address(provider)))
        .u96();
  }

  public Address insurance() {
    return reader.read("insurance account", at.stake(), Abi.call("insurance")).address();
  }

  public TxIntent approve(String id, Address spender, BigInteger amount) {
    return TxIntent.call(
        id, at.token(), Abi.call("approve", Abi.address(spender), Abi.u256(amount)));
  }

  /** The test token's open faucet; no real token has it. */
  public TxIntent faucet(String id, Address to, BigInteger amount) {
    return TxIntent.call(id, at.token(), Abi.call("faucet", Abi.address(to), Abi.u256(amount)));
  }

  public TxIntent deposit(String id, BigInteger amount) {
    return TxIntent.call(id, at.vault(), Abi.call("deposit", Abi.u256(amount)));
  }

  public TxIntent withdraw(String id, Address to, BigInteger amount) {
    return TxIntent.call(id, at.vault(), Abi.call("withdraw", Abi.address(to), Abi.u256(amount)));
  }

  public TxIntent addStake(String id, BigInteger amount) {
    return TxIntent.call(id, at.stake(), Abi.call("stake", Abi.u96(amount)));
  }

  public TxIntent requestUnbonding(String id, BigInteger amount) {
    return TxIntent.call(id, at.stake(), Abi.call("requestUnbonding", Abi.u96(amount)));
  }

  public TxIntent withdrawUnbonded(String id) {
    return TxIntent.call(id, at.stake(), Abi.call("withdrawUnbonded"));
  }
}
