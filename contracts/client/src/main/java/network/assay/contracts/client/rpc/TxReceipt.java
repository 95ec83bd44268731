package network.assay.contracts.client.rpc;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a block says about one transaction.
 *
 * @param succeeded status 1; false means that it was mined and reverted
 * @param effectiveGasPrice wei per gas that was paid
 * @param contractAddress where a contract was created; null otherwise
 */
public record TxReceipt(
    String transactionHash,
    boolean succeeded,
    long blockNumber,
    String blockHash,
    long gasUsed,
    BigInteger effectiveGasPrice,
    @Nullable String contractAddress,
    List<ChainLog> logs) {
  public TxReceipt {
    logs = List.copyOf(logs);
  }

  /** What the transaction cost its sender besides its value, in wei. */
  public BigInteger feeWei() {
    return effectiveGasPrice.multiply(BigInteger.valueOf(gasUsed));
  }
}
