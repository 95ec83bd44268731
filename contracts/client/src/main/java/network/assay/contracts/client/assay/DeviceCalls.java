package network.assay.contracts.client.assay;

import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.DeviceRegistration;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.StakeDeposit;

/** DeviceRegistry: which device key belongs to which provider. */
public final class DeviceCalls {
  private final ContractReader reader;
  private final Address registry;

  DeviceCalls(ContractReader reader, Address registry) {
    this.reader = reader;
    this.registry = registry;
  }

  /** A registered device; provider zero and index 0 where the key is unknown. */
  public record Device(Address provider, long index, boolean active, Bytes32 deviceClass) {
    public boolean known() {
      return !provider.isZero();
    }
  }

  public Device device(Address device) {
    Words in = reader.read("device " + device, registry, Abi.call("deviceOf", Abi.address(device)));
    return new Device(in.address(), in.u40(), in.bool(), in.bytes32());
  }

  /** Must be sent by the provider named in it. */
  public TxIntent register(String id, DeviceRegistration registration, Signature deviceSignature) {
    return TxIntent.call(
        id,
        registry,
        Abi.call("register", Abi.struct(registration), Abi.bytes(deviceSignature.toArray())));
  }

  /**
   * {@link #register}, and the stake from the provider's wallet, in one transaction.
   *
   * @param payment the token's authorisation whose nonce is the deposit's digest in the
   *     StakeManager's domain
   */
  public TxIntent registerWithStake(
      String id,
      DeviceRegistration registration,
      Signature deviceSignature,
      StakeDeposit deposit,
      MarketCalls.Payment payment) {
    return TxIntent.call(
        id,
        registry,
        Abi.call(
            "registerWithStake",
            Abi.struct(registration),
            Abi.bytes(deviceSignature.toArray()),
            Abi.u96(deposit.amount()),
            Abi.u64(deposit.salt()),
            payment.abi()));
  }

  public TxIntent deactivate(String id, Address device) {
    return TxIntent.call(id, registry, Abi.call("deactivate", Abi.address(device)));
  }
}
