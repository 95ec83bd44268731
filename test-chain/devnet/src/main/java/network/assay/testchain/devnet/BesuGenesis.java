package network.assay.testchain.devnet;

import network.assay.contracts.client.assay.DeploymentSteps;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Hex;

/**
 * The genesis of a QBFT chain with one validator and all forks to Osaka from the start. Source:
 * Besu's QBFT documentation.
 */
final class BesuGenesis {
  private static final String MIX_HASH =
      "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365";

  private BesuGenesis() {}

  static String json(long chainId, Address validator, Address funder) {
    return """
    {
      "config": {
        "chainId": %d,
        "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0, "eip158Block": 0,
        "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0, "istanbulBlock": 0,
        "berlinBlock": 0, "londonBlock": 0, "shanghaiTime": 0, "cancunTime": 0, "pragueTime": 0, "osakaTime": 0,
        "zeroBaseFee": true,
        "qbft": {"blockperiodseconds": 1, "epochlength": 30000, "requesttimeoutseconds": 4}
      },
      "nonce": "0x0", "timestamp": "0x0", "gasLimit": "0x3938700", "difficulty": "0x1",
      "mixHash": "%s",
      "coinbase": "0x0000000000000000000000000000000000000000",
      "extraData": "%s",
      "alloc": {
        "%s": {"balance": "0xd3c21bcecceda1000000"},
        "%s": {"balance": "0x0", "code": "%s"}
      }
    }
    """
        .formatted(
            chainId,
            MIX_HASH,
            Hex.encode(extraData(validator)),
            funder.hex().substring(2),
            DeploymentSteps.DETERMINISTIC_PROXY.hex().substring(2),
            DeploymentSteps.DETERMINISTIC_PROXY_CODE);
  }

  /** RLP of [32-byte vanity, [validator], [], 0, []]. */
  static byte[] extraData(Address validator) {
    byte[] validators = Bytes.start().u8(0xc0 + 21).u8(0x80 + 20).raw(validator).toArray();
    byte[] payload =
        Bytes.start()
            .u8(0x80 + 32)
            .raw(new byte[32])
            .raw(validators)
            .u8(0xc0)
            .u8(0x80)
            .u8(0xc0)
            .toArray();
    return Bytes.start().u8(0xf7 + 1).u8(payload.length).raw(payload).toArray();
  }
}
