package network.assay.testchain.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Address;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An Anvil that mines at once and sends for anybody without a signature: the gas of a transaction
 * does not depend on who signed it.
 */
final class GasChain {
  private static final JsonMapper JSON = new JsonMapper();

  private static final int RECEIPT_POLLS_MAX = 5_000;
  private static final long RECEIPT_PAUSE_NS = 1_000_000;

  /** Unix seconds, later than any real start of the chain. */
  private static final long CLOCK_S = 2_000_000_000L;

  private final URI rpc;
  private final HttpClient http;

  /**
   * From here on the chain's clock moves by {@link #pass} alone: which bucket pay falls into, and
   * so what it costs, must not depend on when and how fast the bench runs.
   */
  GasChain(URI rpc, HttpClient http) {
    this.rpc = rpc;
    this.http = http;
    ask("evm_setNextBlockTimestamp", CLOCK_S);
    ask("evm_mine");
    ask("anvil_setBlockTimestampInterval", 0);
  }

  JsonNode ask(String method, Object... params) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("jsonrpc", "2.0");
    request.put("id", 1);
    request.put("method", method);
    request.put("params", List.of(params));
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(rpc)
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode answer = JSON.readTree(response.body());
      if (answer.has("error")) {
        throw new IllegalStateException(method + ": " + answer.get("error"));
      }
      return answer.get("result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends, and returns the gas used by the whole transaction; a revert is an error. */
  long send(Address from, TxIntent intent) {
    ask("anvil_setBalance", from.hex(), "0x56bc75e2d63100000");
    Map<String, String> transaction = new LinkedHashMap<>();
    transaction.put("from", from.hex());
    intent.to().ifPresent(to -> transaction.put("to", to.hex()));
    transaction.put("data", intent.data());
    transaction.put("gas", "0xf00000");
    String hash = ask("eth_sendTransaction", transaction).asString();
    JsonNode receipt = receipt(hash);
    if (!receipt.get("status").asString().equals("0x1")) {
      throw new IllegalStateException(
          intent.id() + " reverted: " + ask("eth_call", transaction, "latest"));
    }
    return number(receipt.get("gasUsed"));
  }

  private JsonNode receipt(String hash) {
    for (int i = 0; i < RECEIPT_POLLS_MAX; i++) {
      JsonNode receipt = ask("eth_getTransactionReceipt", hash);
      if (receipt.isObject()) {
        return receipt;
      }
      LockSupport.parkNanos(RECEIPT_PAUSE_NS);
    }
    throw new IllegalStateException("no receipt of " + hash);
  }

  /** Chain time of the newest block, Unix seconds. */
  long now() {
    return number(ask("eth_getBlockByNumber", "latest", false).get("timestamp"));
  }

  void pass(long seconds) {
    ask("evm_setNextBlockTimestamp", now() + seconds);
    ask("evm_mine");
  }

  private static long number(JsonNode hex) {
    return new BigInteger(hex.asString().substring(2), 16).longValueExact();
  }
}
