package network.assay.contracts.client.rpc;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message to be executed without being mined.
 *
 * @param from the pretended sender; null for none
 * @param to the contract; null for a creation
 * @param data calldata or init code, 0x
 * @param valueWei wei sent along
 * @param gasLimit gas to run with; 0 for the node's own bound
 */
public record CallRequest(
    @Nullable String from, @Nullable String to, String data, BigInteger valueWei, long gasLimit) {

  /** A read of a contract's view function. */
  public static CallRequest view(String to, String data) {
    return new CallRequest(null, to, data, BigInteger.ZERO, 0);
  }

  Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (from != null) {
      fields.put("from", from);
    }
    if (to != null) {
      fields.put("to", to);
    }
    fields.put("data", data);
    if (valueWei.signum() > 0) {
      fields.put("value", RpcHex.ofQuantity(valueWei));
    }
    if (gasLimit > 0) {
      fields.put("gas", RpcHex.ofQuantity(gasLimit));
    }
    return fields;
  }
}
