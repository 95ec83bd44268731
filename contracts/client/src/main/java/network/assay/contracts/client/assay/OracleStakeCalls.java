package network.assay.contracts.client.assay;

import java.math.BigInteger;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.OracleRegistration;
import network.assay.contracts.protocol.Signature;

/** OracleStake: what oracles have to lose, and how they are paid. Amounts are token base units. */
public final class OracleStakeCalls {
  private final ContractReader reader;
  private final Address contract;
  private final long chainId;

  OracleStakeCalls(ContractReader reader, Address contract, long chainId) {
    this.reader = reader;
    this.contract = contract;
    this.chainId = chainId;
  }

  /**
   * Stake behind an oracle's key.
   *
   * @param operator who put it there and is paid; zero where the key is not registered
   * @param staked all of it, unbonding included
   * @param availableAt when what unbonds may leave, chain time; 0 where nothing does
   * @param punished the key contradicted itself and is out for ever
   */
  public record Bond(
      Address operator,
      BigInteger staked,
      BigInteger unbonding,
      long availableAt,
      boolean punished) {
    /** What answers and is not on its way out. */
    public BigInteger active() {
      return staked.subtract(unbonding);
    }
  }

  /** The domain in which a key signs its {@link OracleRegistration}. */
  public Eip712Domain domain() {
    return Eip712Domain.assay(chainId, contract);
  }

  public OracleParams params() {
    Words in = reader.read("oracle parameters", contract, Abi.call("params"));
    return new OracleParams(in.u96(), in.u96(), in.u32(), in.u32(), in.u32(), in.u32());
  }

  public Bond bond(Address key) {
    Words in = reader.read("bond of " + key, contract, Abi.call("bondOf", Abi.address(key)));
    return new Bond(in.address(), in.u96(), in.u96(), in.u40(), in.bool());
  }

  /** Sent by the operator, out of his credit; signed by the key. */
  public TxIntent register(
      String id, OracleRegistration registration, BigInteger amount, Signature keySignature) {
    return TxIntent.call(
        id,
        contract,
        Abi.call(
            "register",
            Abi.struct(registration),
            Abi.u96(amount),
            Abi.bytes(keySignature.toArray())));
  }

  /** More stake behind a registered key, out of its operator's credit. */
  public TxIntent addStake(String id, Address key, BigInteger amount) {
    return TxIntent.call(id, contract, Abi.call("addStake", Abi.address(key), Abi.u96(amount)));
  }

  /** From then on `amount` waits to be withdrawn, and answers until it is. */
  public TxIntent requestUnbonding(String id, Address key, BigInteger amount) {
    return TxIntent.call(
        id, contract, Abi.call("requestUnbonding", Abi.address(key), Abi.u96(amount)));
  }

  public TxIntent cancelUnbonding(String id, Address key) {
    return TxIntent.call(id, contract, Abi.call("cancelUnbonding", Abi.address(key)));
  }

  /** What waited long enough becomes the operator's credit. */
  public TxIntent withdraw(String id, Address key) {
    return TxIntent.call(id, contract, Abi.call("withdraw", Abi.address(key)));
  }

  /** Takes the key out of every committee, for ever. */
  public TxIntent resign(String id, Address key) {
    return TxIntent.call(id, contract, Abi.call("resign", Abi.address(key)));
  }

  /** Shares what came in among the oracles; anyone. */
  public TxIntent pay(String id) {
    return TxIntent.call(id, contract, Abi.call("pay"));
  }

  /** Removes a seated key whose stake is too small, once the first committee's time is over. */
  public TxIntent dropUnbonded(String id, Address key) {
    return TxIntent.call(id, contract, Abi.call("dropUnbonded", Abi.address(key)));
  }
}
