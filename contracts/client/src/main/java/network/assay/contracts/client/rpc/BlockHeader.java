package network.assay.contracts.client.rpc;

import java.math.BigInteger;

/**
 * What we use of a block's header.
 *
 * @param timestampS chain time, Unix seconds
 * @param baseFeePerGas wei per gas; 0 where the chain has none
 * @param logsBloom 256 bytes as 0x hexadecimal
 */
public record BlockHeader(
    long number,
    String hash,
    String parentHash,
    long timestampS,
    BigInteger baseFeePerGas,
    long gasLimit,
    String logsBloom) {
  public BlockRef ref() {
    return new BlockRef(number, hash);
  }
}
