package network.assay.contracts.protocol;

/** Proof of possession with which a provider registers a device key. */
public record DeviceRegistration(
    Address provider, Address device, Bytes32 deviceClass, Bytes32 descriptorHash, long expiry)
    implements TypedStruct {
  public static final StructType TYPE =
      StructType.of(
          "DeviceRegistration(address provider,address device,bytes32 deviceClass,"
              + "bytes32 descriptorHash,uint40 expiry)");

  public DeviceRegistration {
    var _ = TYPE.encode(provider, device, deviceClass, descriptorHash, expiry);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static DeviceRegistration fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new DeviceRegistration(
        (Address) v[0], (Address) v[1], (Bytes32) v[2], (Bytes32) v[3], (long) v[4]);
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {provider, device, deviceClass, descriptorHash, expiry};
  }
}
