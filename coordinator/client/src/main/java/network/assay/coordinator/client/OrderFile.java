package network.assay.coordinator.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Order;

/**
 * What a consumer must not lose of one order: kept on disk before anything is sent.
 *
 * @param resultSecret the one-time X25519 key that opens the result; never leaves this machine
 */
public record OrderFile(
    String orderHash, String spec, Map<String, String> order, String resultSecret) {
  public Order toOrder() {
    return Order.fromWords(Order.TYPE.wordsFromText(order));
  }

  JobSpec toSpec() {
    return JobSpec.parse(spec.getBytes(StandardCharsets.UTF_8));
  }

  Bytes32 secret() {
    return Bytes32.fromHex(resultSecret);
  }

  @Override
  public String toString() {
    return "OrderFile(" + orderHash + ")";
  }
}
