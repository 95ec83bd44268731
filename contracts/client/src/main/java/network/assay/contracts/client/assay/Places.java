package network.assay.contracts.client.assay;

import network.assay.contracts.bindings.ContractFactory;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;

/** Where contracts will be, before they are: CREATE, CREATE2, and both one after the other. */
final class Places {
  /**
   * The deterministic deployment proxy, which stands at this address on nearly every chain:
   * calldata is a salt and init code for CREATE2. Source:
   * github.com/Arachnid/deterministic-deployment-proxy.
   */
  static final Address DETERMINISTIC_PROXY =
      Address.fromHex("0x4e59b44847b379578588920ca78fbf26c0b4956c");

  private static final Bytes32 FACTORY_SALT = Keccak.hashUtf8("assay/contract-factory/1");

  /** Greatest init code that EIP-3860 lets through. */
  private static final int INIT_CODE_BYTES_MAX = 49_152;

  /** ContractFactory.PROXY. */
  private static final String PROXY = "0x67363d3d37363d34f03d5260086018f3";

  private Places() {}

  /** The factory, which is the same for everybody. */
  static Address factory() {
    return create2(
        DETERMINISTIC_PROXY,
        FACTORY_SALT,
        Keccak.hash(Hex.decode(factoryInitCode(), INIT_CODE_BYTES_MAX)));
  }

  /** Calldata for {@link #DETERMINISTIC_PROXY} that makes the factory. */
  static String factoryCalldata() {
    return Hex.encode(
        Bytes.start()
            .raw(FACTORY_SALT)
            .raw(Hex.decode(factoryInitCode(), INIT_CODE_BYTES_MAX))
            .toArray());
  }

  private static String factoryInitCode() {
    return prefixed(ContractFactory.BINARY);
  }

  static String prefixed(String binary) {
    return binary.startsWith("0x") ? binary : "0x" + binary;
  }

  /** As ContractFactory.addressOf: the first CREATE of a proxy that CREATE2 made. */
  static Address of(Address deployer, Bytes32 salt) {
    byte[] padded = Bytes.start().raw(new byte[12]).raw(deployer).raw(salt).toArray();
    Address proxy = create2(factory(), Keccak.hash(padded), Keccak.hash(Hex.decode(PROXY, 32)));
    return made(proxy, 1);
  }

  /**
   * CREATE: the last 20 bytes of H(rlp([maker, nonce])). Source: Yellow Paper, (92).
   *
   * @param nonce of the maker, a contract's first is 1; at most 127
   */
  static Address made(Address maker, int nonce) {
    if (nonce < 1 || nonce > 127) {
      throw new IllegalArgumentException("want a nonce of 1 to 127, got " + nonce);
    }
    byte[] rlp = Bytes.start().u8(0xd6).u8(0x94).raw(maker).u8(nonce).toArray();
    return Address.of(Keccak.hash(rlp).toArray(), 12);
  }

  /** CREATE2: the last 20 bytes of H(0xff ‖ maker ‖ salt ‖ H(init code)). Source: EIP-1014. */
  private static Address create2(Address maker, Bytes32 salt, Bytes32 codeHash) {
    byte[] body = Bytes.start().u8(0xff).raw(maker).raw(salt).raw(codeHash).toArray();
    return Address.of(Keccak.hash(body).toArray(), 12);
  }
}
