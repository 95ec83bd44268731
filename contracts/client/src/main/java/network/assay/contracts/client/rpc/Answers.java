package network.assay.contracts.client.rpc;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Strict parsing of a node's answers. Everything throws IllegalArgumentException with got and want;
 * RpcNode names the endpoint.
 */
final class Answers {
  /**
   * A transaction's logs are bounded by the block's gas: 8 gas a byte leave less than this in any
   * block of ours.
   */
  private static final int DATA_BYTES_MAX = 16 << 20;

  private static final int TOPICS_MAX = 4;

  private Answers() {}

  static BlockHeader header(JsonNode block) {
    return new BlockHeader(
        RpcHex.quantityLong(text(block, "number")),
        RpcHex.hash(text(block, "hash")),
        RpcHex.hash(text(block, "parentHash")),
        RpcHex.quantityLong(text(block, "timestamp")),
        block.hasNonNull("baseFeePerGas")
            ? RpcHex.quantity(text(block, "baseFeePerGas"))
            : BigInteger.ZERO,
        RpcHex.quantityLong(text(block, "gasLimit")),
        RpcHex.fixed(text(block, "logsBloom"), 256));
  }

  static List<ChainLog> logs(JsonNode array) {
    if (!array.isArray()) {
      throw new IllegalArgumentException("want an array of logs, got " + array.getNodeType());
    }
    List<ChainLog> logs = new ArrayList<>(array.size());
    for (JsonNode log : array) {
      logs.add(log(log));
    }
    return logs;
  }

  private static ChainLog log(JsonNode log) {
    JsonNode topicNodes = required(log, "topics");
    if (!topicNodes.isArray() || topicNodes.size() > TOPICS_MAX) {
      throw new IllegalArgumentException(
          "want at most " + TOPICS_MAX + " topics, got " + topicNodes.size());
    }
    List<String> topics = new ArrayList<>(topicNodes.size());
    for (JsonNode topic : topicNodes) {
      topics.add(RpcHex.hash(string(topic, "topic")));
    }
    return new ChainLog(
        RpcHex.address(text(log, "address")),
        topics,
        data(text(log, "data")),
        RpcHex.hash(text(log, "blockHash")),
        RpcHex.quantityLong(text(log, "blockNumber")),
        RpcHex.hash(text(log, "transactionHash")),
        index(text(log, "transactionIndex")),
        index(text(log, "logIndex")));
  }

  static TxReceipt receipt(JsonNode receipt) {
    String status = text(receipt, "status");
    if (!status.equals("0x1") && !status.equals("0x0")) {
      throw new IllegalArgumentException("want a receipt status of 0x0 or 0x1, got " + status);
    }
    @Nullable String created =
        receipt.hasNonNull("contractAddress")
            ? RpcHex.address(text(receipt, "contractAddress"))
            : null;
    return new TxReceipt(
        RpcHex.hash(text(receipt, "transactionHash")),
        status.equals("0x1"),
        RpcHex.quantityLong(text(receipt, "blockNumber")),
        RpcHex.hash(text(receipt, "blockHash")),
        RpcHex.quantityLong(text(receipt, "gasUsed")),
        receipt.hasNonNull("effectiveGasPrice")
            ? RpcHex.quantity(text(receipt, "effectiveGasPrice"))
            : BigInteger.ZERO,
        created,
        logs(required(receipt, "logs")));
  }

  /** Hexadecimal bytes, checked digit by digit and put in lower case. */
  static String data(String text) {
    if (text.length() % 2 != 0 || text.length() < 2 || text.length() / 2 - 1 > DATA_BYTES_MAX) {
      throw new IllegalArgumentException(
          "want 0x and at most " + DATA_BYTES_MAX + " bytes, got " + text.length() + " characters");
    }
    return RpcHex.fixed(text, text.length() / 2 - 1);
  }

  static String string(JsonNode node, String what) {
    if (!node.isString()) {
      throw new IllegalArgumentException(
          "want " + what + " as a string, got " + node.getNodeType());
    }
    return node.asString();
  }

  private static int index(String text) {
    long value = RpcHex.quantityLong(text);
    if (value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("want an index below 2^31, got " + value);
    }
    return (int) value;
  }

  private static JsonNode required(JsonNode object, String field) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("want the field " + field + ", got none");
    }
    return value;
  }

  private static String text(JsonNode object, String field) {
    return string(required(object, field), field);
  }
}
