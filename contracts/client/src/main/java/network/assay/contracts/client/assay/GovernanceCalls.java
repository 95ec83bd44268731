package network.assay.contracts.client.assay;

import java.math.BigInteger;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;

/**
 * Governance: OpenZeppelin's access manager, which is every contract's governor, and the timelock,
 * which alone administers it.
 *
 * <p>Two ways lead through it. A role (rotator, emergency) calls {@link #schedule} and, after its
 * delay, {@link #execute} on the manager. A proposer calls {@link #propose}, and anyone, after the
 * timelock's, {@link #carryOut}.
 */
public final class GovernanceCalls {
  private static final int CALL_BYTES_MAX = 1 << 16;

  private final ContractReader reader;
  private final Address manager;
  private final Address timelock;

  GovernanceCalls(ContractReader reader, Address manager, Address timelock) {
    this.reader = reader;
    this.manager = manager;
    this.timelock = timelock;
  }

  /** Every contract's governor. */
  public Address manager() {
    return manager;
  }

  public Address timelock() {
    return timelock;
  }

  /** Seconds that a proposal waits. */
  public long timelockDelayS() {
    return reader
        .read("the timelock's delay", timelock, Abi.call("getMinDelay"))
        .unsigned(63)
        .longValueExact();
  }

  /** Announces a call of a role that waits, as soon as it may be. */
  public TxIntent schedule(String id, TxIntent call) {
    return TxIntent.call(id, manager, Abi.call("schedule", target(call), data(call), Abi.u48(0)));
  }

  /** Makes the manager do a call: at once for a role without delay, else as scheduled. */
  public TxIntent execute(String id, TxIntent call) {
    return TxIntent.call(id, manager, Abi.call("execute", target(call), data(call)));
  }

  /**
   * Announces a call that the manager shall do, to the timelock.
   *
   * @param salt tells equal proposals apart
   */
  public TxIntent propose(String id, TxIntent call, Bytes32 salt, long delayS) {
    return TxIntent.call(
        id,
        timelock,
        Abi.call(
            "schedule",
            Abi.address(manager),
            Abi.u256(BigInteger.ZERO),
            data(execute(id, call)),
            Abi.bytes32(Bytes32.ZERO),
            Abi.bytes32(salt),
            Abi.u256(BigInteger.valueOf(delayS))));
  }

  /** Does what was proposed, once it has waited; anyone. */
  public TxIntent carryOut(String id, TxIntent call, Bytes32 salt) {
    return TxIntent.call(
        id,
        timelock,
        Abi.call(
            "execute",
            Abi.address(manager),
            Abi.u256(BigInteger.ZERO),
            data(execute(id, call)),
            Abi.bytes32(Bytes32.ZERO),
            Abi.bytes32(salt)));
  }

  private static org.web3j.abi.datatypes.Type<?> target(TxIntent call) {
    return Abi.address(
        call.to().orElseThrow(() -> new IllegalArgumentException("a call has a target")));
  }

  private static org.web3j.abi.datatypes.Type<?> data(TxIntent call) {
    return Abi.bytes(Hex.decode(call.data(), CALL_BYTES_MAX));
  }
}
