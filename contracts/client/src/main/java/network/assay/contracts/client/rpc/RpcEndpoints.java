package network.assay.contracts.client.rpc;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import network.assay.contracts.client.HealthReading;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All configured endpoints of one chain.
 *
 * <p>{@link #read} needs one answer and fails over; {@link #compareRead} is for whatever moves
 * money: with two or more endpoints configured it wants the same answer, about the same block, from
 * two of them, and refuses otherwise.
 *
 * <p>Assumptions. Breaks safety: all endpoints lie alike. Breaks liveness: none (with one endpoint)
 * or fewer than two (where answers are compared) can be reached.
 */
public final class RpcEndpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RpcEndpoints.class);

  /** Endpoints of one chain are seldom further apart; below the common height hashes must agree. */
  private static final int HEAD_SKEW_MAX = 16;

  private final RpcConfig config;
  private final List<Slot> slots;

  /** One endpoint, and until when it is left alone after failures. */
  private static final class Slot {
    final RpcNode node;
    volatile int failures;
    volatile long retryAtNanos = System.nanoTime();
    volatile String lastError = "not asked yet";
    volatile boolean chainChecked;

    Slot(RpcNode node) {
      this.node = node;
    }
  }

  private RpcEndpoints(RpcConfig config) {
    this.config = config;
    this.slots = config.urls().stream().map(url -> new Slot(new RpcNode(url, config))).toList();
  }

  /**
   * Connects and checks the chain id of every endpoint that answers; one that does not answer yet
   * is checked before its first use.
   *
   * @throws RpcException.WrongChain where one endpoint serves another chain
   * @throws RpcException.Unavailable where none answers
   */
  public static RpcEndpoints open(RpcConfig config) {
    RpcEndpoints endpoints = new RpcEndpoints(config);
    try {
      endpoints.checkStart();
      return endpoints;
    } catch (RuntimeException e) {
      endpoints.close();
      throw e;
    }
  }

  /**
   * Asks an endpoint which chain it serves: for commands whose user named only urls. A process that
   * moves money by itself has the chain id in its configuration.
   */
  public static long askChainId(URI url) {
    try (RpcNode node = new RpcNode(url, RpcConfig.of(List.of(url), 1))) {
      return node.chainId();
    }
  }

  private void checkStart() {
    List<String> errors = new ArrayList<>();
    for (Slot slot : slots) {
      try {
        checkChain(slot);
      } catch (RpcException.WrongChain e) {
        throw e;
      } catch (RpcException e) {
        failed(slot, e);
        errors.add(String.valueOf(e.getMessage()));
      }
    }
    if (errors.size() == slots.size()) {
      throw new RpcException.Unavailable(
          "no RPC endpoint answers: " + String.join("; ", errors), null);
    }
    if (slots.size() == 1) {
      LOG.warn(
          "only one RPC endpoint is configured ({}): reads that move money are not compared",
          slots.getFirst().node.name());
    }
  }

  private void checkChain(Slot slot) {
    if (!slot.chainChecked) {
      long got = slot.node.chainId();
      if (got != config.chainId()) {
        throw new RpcException.WrongChain(
            slot.node.name() + " serves chain " + got + ", want chain " + config.chainId());
      }
      slot.chainChecked = true;
    }
  }

  public long chainId() {
    return config.chainId();
  }

  public int size() {
    return slots.size();
  }

  /**
   * Asks one endpoint, all calls of {@code ask} the same one, and fails over to the next: at most
   * roundsMax rounds over the list with back-off between them. An error answer of the node (a
   * revert, an invalid parameter) is not retried.
   */
  public <T> T read(String what, Function<RpcNode, T> ask) {
    Duration pause = config.backoffFirst();
    @Nullable RpcException last = null;
    for (int round = 0; round < config.roundsMax(); round++) {
      if (round > 0) {
        sleep(pause);
        pause = min(pause.multipliedBy(2), config.backoffMax());
      }
      for (Slot slot : byHealth()) {
        try {
          return once(slot, ask);
        } catch (RpcException e) {
          if (isFinal(e)) {
            throw e;
          }
          last = e;
        }
      }
    }
    throw new RpcException.Unavailable(
        "cannot read "
            + what
            + " after "
            + config.roundsMax()
            + " rounds over "
            + slots.size()
            + " endpoints: "
            + (last == null ? "no answer" : last.getMessage()),
        last);
  }

  /** What {@link #compareRead} hands to its question: the endpoint, and the height to ask about. */
  public record Question(RpcNode node, long blockNumber) {}

  /**
   * Asks two endpoints about the same block and returns what both said; with one endpoint
   * configured it is a plain read.
   *
   * @param ask must ask about {@link Question#blockNumber()}, not about "latest", and return a
   *     value with equals
   * @throws RpcException.Disagreement where the answers or the block's hashes differ
   * @throws RpcException.Unavailable where fewer than two endpoints answer
   */
  public <T> T compareRead(String what, Function<Question, T> ask) {
    if (slots.size() == 1) {
      return read(what, node -> ask.apply(new Question(node, node.headNumber())));
    }
    Duration pause = config.backoffFirst();
    @Nullable RpcException last = null;
    for (int round = 0; round < config.roundsMax(); round++) {
      if (round > 0) {
        sleep(pause);
        pause = min(pause.multipliedBy(2), config.backoffMax());
      }
      List<Head> heads = heads();
      if (heads.size() < 2) {
        last =
            new RpcException.Unavailable(
                "want two endpoints to compare, got " + heads.size(), null);
        continue;
      }
      try {
        return compared(what, ask, heads.get(0), heads.get(1));
      } catch (RpcException.ErrorAnswer e) {
        throw e;
      } catch (RpcException e) {
        last =
            e; // a disagreement may be a reorganisation in passing: it must survive every round to
        // be believed
      }
    }
    if (last instanceof RpcException.Disagreement) {
      throw last;
    }
    throw new RpcException.Unavailable(
        "cannot compare "
            + what
            + " between two of "
            + slots.size()
            + " endpoints: "
            + (last == null ? "no answer" : last.getMessage()),
        last);
  }

  private record Head(Slot slot, BlockHeader header) {}

  private List<Head> heads() {
    List<Head> heads = new ArrayList<>();
    for (Slot slot : byHealth()) {
      try {
        heads.add(new Head(slot, once(slot, RpcNode::head)));
      } catch (RpcException e) {
        LOG.debug("left out of a comparison: {}", e.getMessage());
      }
    }
    return heads;
  }

  private <T> T compared(String what, Function<Question, T> ask, Head a, Head b) {
    long height = Math.min(a.header.number(), b.header.number());
    if (Math.max(a.header.number(), b.header.number()) - height > HEAD_SKEW_MAX) {
      throw new RpcException.Unavailable(
          a.slot.node.name()
              + " is at block "
              + a.header.number()
              + " and "
              + b.slot.node.name()
              + " at "
              + b.header.number()
              + ", want at most "
              + HEAD_SKEW_MAX
              + " apart",
          null);
    }
    String hashA = hashAt(a.slot, height);
    String hashB = hashAt(b.slot, height);
    if (!hashA.equals(hashB)) {
      throw disagreement("the hash of block " + height, a, hashA, b, hashB);
    }
    T one = once(a.slot, node -> ask.apply(new Question(node, height)));
    T two = once(b.slot, node -> ask.apply(new Question(node, height)));
    if (!Objects.equals(one, two)) {
      throw disagreement(what + " at block " + height, a, one, b, two);
    }
    if (!hashAt(a.slot, height).equals(hashA)) {
      throw new RpcException.Unavailable(
          "block " + height + " changed while " + what + " was compared", null);
    }
    return one;
  }

  private String hashAt(Slot slot, long height) {
    return once(slot, node -> node.header(height))
        .map(BlockHeader::hash)
        .orElseThrow(() ->
            new RpcException.Unavailable(
                slot.node.name() + " has no block " + height + " any more", null));
  }

  private static RpcException.Disagreement disagreement(
      String what, Head a, Object one, Head b, Object two) {
    return new RpcException.Disagreement(
        "endpoints disagree about "
            + what
            + ": "
            + a.slot.node.name()
            + " says "
            + one
            + ", "
            + b.slot.node.name()
            + " says "
            + two);
  }

  /** eth_call at one block, compared where two endpoints are configured. */
  public String compareCall(String what, CallRequest message) {
    return compareRead(what, q -> q.node().call(message, q.blockNumber()));
  }

  /** eth_getBalance would be asked at "latest"; pinned to the compared block. Wei. */
  public BigInteger compareBalance(String address) {
    return compareRead(
        "the balance of " + address,
        q ->
            q.node()
                .call(
                    "eth_getBalance",
                    List.of(address, RpcHex.ofQuantity(q.blockNumber())),
                    node -> RpcHex.quantity(Answers.string(node, "balance"))));
  }

  /**
   * Hands a signed transaction to every endpoint.
   *
   * @return empty where at least one took it or had it already; otherwise the most telling refusal
   */
  public Optional<RpcException> broadcast(String signedTransaction) {
    @Nullable RpcException refusal = null;
    boolean taken = false;
    for (Slot slot : byHealth()) {
      try {
        once(slot, node -> node.sendRaw(signedTransaction));
        taken = true;
      } catch (RpcException.ErrorAnswer e) {
        taken |= isKnown(e);
        refusal = e;
      } catch (RpcException e) {
        refusal = refusal == null ? e : refusal;
      }
    }
    return taken ? Optional.empty() : Optional.ofNullable(refusal);
  }

  private static boolean isKnown(RpcException.ErrorAnswer e) {
    String message = e.nodeMessage().toLowerCase(java.util.Locale.ROOT);
    return message.contains("already known")
        || message.contains("already imported")
        || message.contains("known transaction");
  }

  /**
   * UP: all answer; DEGRADED: some, or too few to compare; DOWN: none has answered since its last
   * failure.
   */
  public HealthReading health() {
    List<String> bad =
        slots.stream()
            .filter(s -> s.failures > 0 || !s.chainChecked)
            .map(s -> s.node.name() + ": " + s.lastError)
            .toList();
    if (bad.isEmpty()) {
      return HealthReading.up(slots.size() + " of " + slots.size() + " RPC endpoints answer");
    }
    String reason = String.join("; ", bad);
    return bad.size() == slots.size() ? HealthReading.down(reason) : HealthReading.degraded(reason);
  }

  private <T> T once(Slot slot, Function<RpcNode, T> ask) {
    try {
      checkChain(slot);
      T answer = ask.apply(slot.node);
      slot.failures = 0;
      slot.retryAtNanos = System.nanoTime();
      return answer;
    } catch (RpcException.ErrorAnswer e) {
      if (e.isRateLimit()) {
        failed(slot, e);
      } else {
        slot.failures = 0; // it answered; that the answer is an error is the question's matter
      }
      throw e;
    } catch (RpcException e) {
      failed(slot, e);
      throw e;
    }
  }

  private void failed(Slot slot, RpcException e) {
    int failures = Math.min(slot.failures + 1, 20);
    long pauseMs =
        Math.min(
            config.backoffFirst().toMillis() << (failures - 1), config.backoffMax().toMillis());
    slot.lastError = String.valueOf(e.getMessage());
    slot.retryAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
    slot.failures = failures;
  }

  /**
   * In configured order, those that are in back-off last: with nothing else to ask they are asked
   * all the same.
   */
  private List<Slot> byHealth() {
    long now = System.nanoTime();
    return slots.stream()
        .sorted(Comparator.comparing(slot -> slot.failures > 0 && slot.retryAtNanos - now > 0))
        .toList();
  }

  private static boolean isFinal(RpcException e) {
    return switch (e) {
      case RpcException.ErrorAnswer answer -> !answer.isRateLimit();
      case RpcException.Unavailable u -> false;
      case RpcException.Malformed m -> false;
      case RpcException.Disagreement d -> true;
      case RpcException.WrongChain w -> false; // another endpoint may serve the right one
    };
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcException.Unavailable("interrupted while waiting to ask again", e);
    }
  }

  @Override
  public void close() {
    slots.forEach(slot -> slot.node.close());
  }
}
