package network.assay.coordinator.client;

import java.util.Map;
import network.assay.contracts.protocol.Bytes32;
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

  Bytes32 secret() {
    return Bytes32.fromHex(resultSecret);
  }

  @Override
  public String toString() {
    return "OrderFile(" + orderHash + ")";
  }
}
