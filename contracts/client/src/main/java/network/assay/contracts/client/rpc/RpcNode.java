package network.assay.contracts.client.rpc;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One endpoint. Every method is one call, never retried here.
 *
 * <p>Assumptions, safety: none; what an endpoint says is compared ({@link
 * RpcEndpoints#compareRead}) or checked (hashes) where it matters. Liveness: it answers within the
 * configured time.
 *
 * <p>All methods throw {@link RpcException.Unavailable}, {@link RpcException.Malformed} or {@link
 * RpcException.ErrorAnswer}.
 */
public final class RpcNode implements AutoCloseable {
  /** Headers asked for in one batch: a few kilobytes each. */
  public static final int BATCH_MAX = 100;

  private final String name;
  private final BoundedHttpService service;

  RpcNode(URI url, RpcConfig config) {
    // Paths, queries and user names hold access keys at some providers: they never reach a log.
    this.name =
        url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    this.service = new BoundedHttpService(url, config);
  }

  /** Scheme, host and port. */
  public String name() {
    return name;
  }

  public long chainId() {
    return call(
        "eth_chainId", List.of(), node -> RpcHex.quantityLong(Answers.string(node, "chain id")));
  }

  public long headNumber() {
    return call(
        "eth_blockNumber",
        List.of(),
        node -> RpcHex.quantityLong(Answers.string(node, "block number")));
  }

  public BlockHeader head() {
    return call("eth_getBlockByNumber", List.of("latest", false), Answers::header);
  }

  /** Empty where the node has no block of that height. */
  public Optional<BlockHeader> header(long number) {
    Optional<BlockHeader> header =
        callOptional(
            "eth_getBlockByNumber", List.of(RpcHex.ofQuantity(number), false), Answers::header);
    if (header.isPresent() && header.get().number() != number) {
      throw new RpcException.Malformed(
          name + " gave block " + header.get().number() + " for block " + number, null);
    }
    return header;
  }

  /** Empty where the node does not know the block. */
  public Optional<BlockHeader> header(String blockHash) {
    return callOptional("eth_getBlockByHash", List.of(blockHash, false), Answers::header);
  }

  /**
   * Headers by height, in the order asked, empty entries where there is no such block. At most
   * {@link #BATCH_MAX}.
   */
  public List<Optional<BlockHeader>> headers(List<Long> numbers) {
    if (numbers.isEmpty()) {
      return List.of();
    }
    if (numbers.size() > BATCH_MAX) {
      throw new IllegalArgumentException(
          "want at most " + BATCH_MAX + " headers, got " + numbers.size());
    }
    BatchRequest batch = new BatchRequest(service);
    for (long number : numbers) {
      batch.add(request("eth_getBlockByNumber", List.of(RpcHex.ofQuantity(number), false)));
    }
    return guarded("eth_getBlockByNumber", () -> readBatch(batch, numbers));
  }

  private List<Optional<BlockHeader>> readBatch(BatchRequest batch, List<Long> numbers)
      throws IOException {
    List<? extends Response<?>> responses = service.sendBatch(batch).getResponses();
    if (responses.size() != numbers.size()) {
      throw new IllegalArgumentException(
          "want " + numbers.size() + " answers to a batch, got " + responses.size());
    }
    List<Optional<BlockHeader>> headers = new ArrayList<>();
    for (int i = 0; i < responses.size(); i++) {
      // A batch may be answered in any order: web3j sorts by id, and the height below would show it
      // if it did not.
      Optional<BlockHeader> header =
          result("eth_getBlockByNumber", (JsonResponse) responses.get(i)).map(Answers::header);
      if (header.isPresent() && header.get().number() != numbers.get(i)) {
        throw new IllegalArgumentException(
            "want block " + numbers.get(i) + ", got " + header.get().number());
      }
      headers.add(header);
    }
    return headers;
  }

  /**
   * Logs of the addresses in one block, by the block's hash. A vanished block is an error on some
   * nodes and empty on others.
   */
  public List<ChainLog> logsOf(String blockHash, Collection<String> addresses) {
    Map<String, Object> filter = Map.of("blockHash", blockHash, "address", List.copyOf(addresses));
    return call("eth_getLogs", List.of(filter), Answers::logs);
  }

  /** Logs of the addresses in blocks from..to, both included; to must not lie past the head. */
  public List<ChainLog> logs(long from, long to, Collection<String> addresses) {
    Map<String, Object> filter =
        Map.of(
            "fromBlock",
            RpcHex.ofQuantity(from),
            "toBlock",
            RpcHex.ofQuantity(to),
            "address",
            List.copyOf(addresses));
    return call("eth_getLogs", List.of(filter), Answers::logs);
  }

  /** As {@link #logs(long, long, Collection)}, only those whose first topic is one of these. */
  public List<ChainLog> logs(
      long from, long to, Collection<String> addresses, Collection<String> firstTopics) {
    Map<String, Object> filter =
        Map.of(
            "fromBlock",
            RpcHex.ofQuantity(from),
            "toBlock",
            RpcHex.ofQuantity(to),
            "address",
            List.copyOf(addresses),
            "topics",
            List.of(List.copyOf(firstTopics)));
    return call("eth_getLogs", List.of(filter), Answers::logs);
  }

  /** Empty while the transaction is not in a block. */
  public Optional<TxReceipt> receipt(String transactionHash) {
    return callOptional("eth_getTransactionReceipt", List.of(transactionHash), Answers::receipt);
  }

  /**
   * Transactions of the account in blocks up to the head: the next nonce, if nothing is pending.
   */
  public long nonceLatest(String address) {
    return call(
        "eth_getTransactionCount",
        List.of(address, "latest"),
        node -> RpcHex.quantityLong(Answers.string(node, "nonce")));
  }

  /** Transactions of the account up to and with the given block. */
  public long nonceAt(String address, long blockNumber) {
    return call(
        "eth_getTransactionCount",
        List.of(address, RpcHex.ofQuantity(blockNumber)),
        node -> RpcHex.quantityLong(Answers.string(node, "nonce")));
  }

  /** Wei. */
  public BigInteger balance(String address) {
    return call(
        "eth_getBalance",
        List.of(address, "latest"),
        node -> RpcHex.quantity(Answers.string(node, "balance")));
  }

  /** The account's code, "0x" where it has none. */
  public String code(String address) {
    return call(
        "eth_getCode",
        List.of(address, "latest"),
        node -> Answers.data(Answers.string(node, "code")));
  }

  /** The code as of a block. */
  public String code(String address, long blockNumber) {
    return call(
        "eth_getCode",
        List.of(address, RpcHex.ofQuantity(blockNumber)),
        node -> Answers.data(Answers.string(node, "code")));
  }

  /** Executes at the head. A revert is an {@link RpcException.ErrorAnswer} with its data. */
  public String call(CallRequest message) {
    return call(
        "eth_call",
        List.of(message.json(), "latest"),
        node -> Answers.data(Answers.string(node, "result")));
  }

  /** Executes on top of the given block. */
  public String call(CallRequest message, long blockNumber) {
    return call(
        "eth_call",
        List.of(message.json(), RpcHex.ofQuantity(blockNumber)),
        node -> Answers.data(Answers.string(node, "result")));
  }

  public long estimateGas(CallRequest message) {
    return call(
        "eth_estimateGas",
        List.of(message.json()),
        node -> RpcHex.quantityLong(Answers.string(node, "gas")));
  }

  /** Hands a signed transaction over; returns the hash that the node computed. */
  public String sendRaw(String signedTransaction) {
    return call(
        "eth_sendRawTransaction",
        List.of(signedTransaction),
        node -> RpcHex.hash(Answers.string(node, "hash")));
  }

  /**
   * Any other method; the answer must not be null. For development chains (evm_mine and the like).
   */
  public <T> T call(String method, List<?> params, Function<JsonNode, T> parse) {
    return callOptional(method, params, parse)
        .orElseThrow(
            () -> new RpcException.Malformed(name + " answered " + method + " with null", null));
  }

  /** Like {@link #call(String, List, Function)} where null means "not known". */
  public <T> Optional<T> callOptional(String method, List<?> params, Function<JsonNode, T> parse) {
    Request<?, JsonResponse> request = request(method, params);
    return guarded(
        method,
        () -> {
          JsonResponse response = service.send(request, JsonResponse.class);
          if (response.getId() != request.getId() && !response.hasError()) {
            throw new IllegalArgumentException(
                "want the answer to question " + request.getId() + ", got " + response.getId());
          }
          return result(method, response).map(parse);
        });
  }

  private Request<?, JsonResponse> request(String method, List<?> params) {
    return new Request<>(method, params, service, JsonResponse.class);
  }

  private Optional<JsonNode> result(String method, JsonResponse response) {
    Response.@Nullable Error error = response.getError();
    if (error != null) {
      throw new RpcException.ErrorAnswer(
          name,
          method,
          error.getCode(),
          clip(String.valueOf(error.getMessage()), 1_000),
          revertData(error));
    }
    @Nullable JsonNode result = response.getResult();
    return result == null || result.isNull() ? Optional.empty() : Optional.of(result);
  }

  private static @Nullable String revertData(Response.Error error) {
    @Nullable String data = error.getData();
    if (data == null) {
      return null;
    }
    // web3j keeps the JSON text of the member, quotes included.
    String bare =
        data.length() > 1 && data.startsWith("\"") ? data.substring(1, data.length() - 1) : data;
    try {
      return Answers.data(bare);
    } catch (IllegalArgumentException e) {
      return null; // prose such as "Reverted 0x": nothing to decode
    }
  }

  private interface Ask<T> {
    T run() throws IOException;
  }

  private <T> T guarded(String method, Ask<T> ask) {
    try {
      return ask.run();
    } catch (BoundedHttpService.TooLarge e) {
      throw new RpcException.Malformed(
          name + " answered " + method + " with an " + e.getMessage(), e);
    } catch (IOException e) {
      throw new RpcException.Unavailable(
          name + " gave no answer to " + method + ": " + clip(String.valueOf(e.getMessage()), 300),
          e);
    } catch (JacksonException e) {
      throw new RpcException.Malformed(
          name
              + " answered "
              + method
              + " with something that is no JSON-RPC answer: "
              + clip(e.getOriginalMessage(), 300),
          e);
    } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
      throw new RpcException.Malformed(
          name
              + " answered "
              + method
              + " with a malformed value: "
              + clip(String.valueOf(e.getMessage()), 300),
          e);
    }
  }

  private static String clip(String text, int charsMax) {
    return text.length() <= charsMax ? text : text.substring(0, charsMax) + "…";
  }

  @Override
  public void close() {
    service.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
