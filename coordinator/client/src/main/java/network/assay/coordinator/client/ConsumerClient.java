package network.assay.coordinator.client;

import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.sign.EcdsaSigner;
import network.assay.contracts.protocol.Acceptance;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.StopRequest;
import network.assay.oracle.verify.receipt.ReceiptVerdict;
import network.assay.oracle.verify.receipt.ReceiptVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The consumer's steps. The addresses come from the consumer's own address book, never from the
 * coordinator: a wrong one would only make the signature useless, and money that is signed for can
 * go nowhere but into the escrow of the Order signed for.
 */
public final class ConsumerClient implements AutoCloseable {
  private static final BigInteger SLACK_S = BigInteger.valueOf(60);

  private final CoordinatorApi api;
  private final Deployment deployment;
  private final EcdsaSigner signer;
  private final OrderStore store;
  private final SecureRandom random = new SecureRandom();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();

  /**
   * @param folder where orders and their one-time result keys are kept
   */
  public ConsumerClient(URI coordinator, Deployment deployment, EcdsaSigner signer, Path folder) {
    this.api = new CoordinatorApi(coordinator);
    this.deployment = deployment;
    this.signer = signer;
    this.store = new OrderStore(folder);
  }

  /** A price and the Order that buys at it, not yet paid. */
  public record Quote(
      JobRequest request,
      byte[] spec,
      Order order,
      BigInteger price,
      long validUntilS,
      Bytes32 digest) {}

  /**
   * Asks for a price; refused with the reason for which no offer fits. Binds nobody here; the
   * coordinator's signature over it is checked against the matcher that the order names.
   */
  public Quote quote(JobRequest request) {
    byte[] spec = request.spec().toBytes();
    ObjectNode body = CoordinatorApi.JSON.createObjectNode();
    body.put("spec", new String(spec, StandardCharsets.UTF_8));
    body.put("grade", request.grade().name());
    body.put("deviceClass", request.deviceClass().hex());
    body.put("regions", Long.toString(request.regions()));
    body.put("priceMax", request.priceMax().toString());
    request.hardware().putInto(body);
    JsonNode answer = api.post("/v1/quotes", body);
    Order template = Order.fromWords(Order.TYPE.wordsFromText(texts(answer.path("order"))));
    requireAsAsked(request, spec, template);
    var terms =
        network.assay.contracts.protocol.Quote.fromWords(
            network.assay.contracts.protocol.Quote.TYPE.wordsFromText(
                texts(answer.path("quoteTerms"))));
    Bytes32 digest = terms.digest(deployment.marketDomain());
    Signature signature = Signature.fromHex(answer.path("quoteSignature").asString(""));
    require(
        "quote",
        Secp256k1.recover(digest, signature).equals(Optional.of(template.matcher()))
            && terms.specHash().equals(template.specHash())
            && terms.price().compareTo(template.amount()) <= 0);
    return new Quote(request, spec, template, terms.price(), terms.validUntil(), digest);
  }

  /**
   * The template may propose windows and the matcher; what is bought, and for how much, is the
   * consumer's.
   */
  private static void requireAsAsked(JobRequest request, byte[] spec, Order order) {
    require("specHash", order.specHash().equals(JobSpec.hash(spec)));
    require("grade", order.grade() == request.grade().code());
    require("deviceClass", order.deviceClass().equals(request.deviceClass()));
    require("regions", order.regions() == request.regions());
    require("amount", order.amount().compareTo(request.priceMax()) <= 0);
    require("priceMax", order.priceMax().compareTo(request.priceMax()) <= 0);
    require("lane", order.lane() == 1);
    require("callback", order.callback().isZero() && order.callbackGas() == 0);
  }

  private static void require(String member, boolean holds) {
    if (!holds) {
      throw new ConsumerException(
          "QUOTE_DIFFERS", "the coordinator's order is not what was asked: " + member);
    }
  }

  /** An order that was sent. */
  public record Submitted(Bytes32 orderHash, String jobId) {}

  /** Signs one payment and submits. Sending the same order again changes nothing. */
  public Submitted submit(Quote quote) {
    Bytes32 secret = ResultSealing.newSecret(random);
    Order order = complete(quote.order(), ResultSealing.publicKey(secret));
    Bytes32 orderHash = order.digest(deployment.marketDomain());
    store.keep(
        new OrderFile(
            orderHash.hex(),
            new String(quote.spec(), StandardCharsets.UTF_8),
            order.toText(),
            secret.hex()));
    BigInteger before = BigInteger.valueOf(order.orderDeadline()).add(SLACK_S);
    Signature signature =
        signer.sign(
            PaymentAuthorization.forOrder(
                    order, orderHash, deployment.vault(), BigInteger.ZERO, before)
                .digest(deployment.tokenDomain()));
    JsonNode answer = api.post("/v1/jobs", submission(quote, order, before, signature));
    return new Submitted(orderHash, answer.path("jobId").asString(""));
  }

  private static ObjectNode submission(
      Quote quote, Order order, BigInteger before, Signature signature) {
    ObjectNode body = CoordinatorApi.JSON.createObjectNode();
    body.put("spec", new String(quote.spec(), StandardCharsets.UTF_8));
    body.put("inputBase64", Base64.getEncoder().encodeToString(quote.request().input()));
    order.toText().forEach(body.putObject("order")::put);
    body.put("quote", quote.digest().hex());
    quote.request().hardware().putInto(body);
    ObjectNode payment = body.putObject("payment");
    payment.put("validAfter", "0");
    payment.put("validBefore", before.toString());
    payment.put("signature", signature.hex());
    return body;
  }

  private Order complete(Order t, Bytes32 resultKey) {
    return new Order(
        signer.address(),
        t.specHash(),
        t.offerHash(),
        t.matcher(),
        t.deviceClass(),
        t.regions(),
        t.grade(),
        t.lane(),
        t.amount(),
        t.priceMax(),
        t.feeBpsMax(),
        t.attemptsMax(),
        t.orderDeadline(),
        t.acceptWindowS(),
        t.runWindowS(),
        t.reportWindowS(),
        resultKey,
        t.callback(),
        t.callbackGas(),
        random.nextLong());
  }

  /**
   * An order that is stopped.
   *
   * @param state of its newest attempt
   * @param money what becomes of the money, for programs; {@code sentence} for people
   * @param cancellable whether {@link ChainCancel} brings the money back now
   */
  public record Stopped(
      String jobId,
      String state,
      long deadlineS,
      String money,
      String sentence,
      boolean cancellable) {}

  /**
   * Has the coordinator begin nothing more for an order; again is the same. Moves no money itself.
   */
  public Stopped stop(Bytes32 orderHash) {
    ObjectNode body = CoordinatorApi.JSON.createObjectNode();
    body.put("signature", signer.sign(StopRequest.digest(orderHash)).hex());
    JsonNode answer = api.post("/v1/jobs/" + orderHash.hex() + "/stop", body);
    return new Stopped(
        answer.path("jobId").asString(""),
        answer.path("state").asString(""),
        answer.path("deadlineS").asLong(0),
        answer.path("money").asString(""),
        answer.path("sentence").asString(""),
        answer.path("cancellable").asBoolean(false));
  }

  /** Refused by the coordinator with the reason, where its jobs have a fixed price. */
  public void topUp(String id) {
    var _ = api.post("/v1/jobs/" + id + "/top-up", CoordinatorApi.JSON.createObjectNode());
  }

  /** Where the order stands, by order hash or job id. */
  public JobStatus status(String id) {
    JsonNode node = api.get("/v1/jobs/" + id);
    List<JobStatus.Attempt> attempts = new ArrayList<>();
    for (JsonNode a : node.path("attempts")) {
      attempts.add(
          new JobStatus.Attempt(
              a.path("jobId").asString(""),
              a.path("attempt").asInt(0),
              a.path("state").asString(""),
              a.path("device").asString(""),
              a.path("verdict").asString(""),
              a.path("paid").asString("0"),
              a.path("refunded").asString("0"),
              a.path("hasResult").asBoolean(false),
              a.path("hasReceipt").asBoolean(false),
              a.path("slashed").asBoolean(false),
              lastNote(a.path("timeline"))));
    }
    if (attempts.isEmpty()) {
      throw new ConsumerException("MALFORMED_ANSWER", "the coordinator's job has no attempt");
    }
    return new JobStatus(
        node.path("orderHash").asString(""), node.path("state").asString(""), attempts);
  }

  private static String lastNote(JsonNode timeline) {
    JsonNode last = timeline.isEmpty() ? timeline : timeline.get(timeline.size() - 1);
    return (last.path("what").asString("") + " " + last.path("text").asString("")).strip();
  }

  /** Follows an order until nothing more will happen; says each change to {@code progress}. */
  public JobStatus await(String id, Duration limit, Consumer<JobStatus> progress) {
    long end = System.nanoTime() + limit.toNanos();
    String last = "";
    while (true) {
      JobStatus status = status(id);
      if (accepts(status)) {
        var _ = accept(status.orderHash(), status.newest().jobId());
      }
      String line = status.attempts().toString();
      if (!line.equals(last)) {
        progress.accept(status);
        last = line;
      }
      boolean open =
          !status.settled()
              || (status.newest().verdict().equals("OK") && !status.newest().hasReceipt());
      if (!open) {
        return status;
      }
      if (System.nanoTime() > end) {
        throw new ConsumerException(
            "STILL_OPEN",
            "the job is "
                + status.state()
                + " after "
                + limit.toSeconds()
                + " s; ask again later, nothing is lost");
      }
      pause();
    }
  }

  /** Whether a container's result waits for this consumer's word. */
  private boolean accepts(JobStatus status) {
    JobStatus.Attempt newest = status.newest();
    boolean waits =
        newest.hasResult()
            && newest.verdict().isEmpty()
            && !status.settled()
            && !accepted.contains(newest.jobId());
    return waits
        && store
            .known(status.orderHash())
            .filter(order -> order.toOrder().grade() == Grade.ACCEPTED.code())
            .isPresent();
  }

  /**
   * Takes a container's result: fetches it, decrypts it, checks it against its own roots and what
   * was declared, keeps it on disk, and only then signs. Saying it again changes nothing.
   *
   * @param jobId of the attempt
   */
  public DecryptedResult accept(String orderHash, String jobId) {
    OrderFile order = store.find(orderHash);
    ContainerJob job =
        order
            .toSpec()
            .container()
            .orElseThrow(() ->
                new ConsumerException(
                    "NOTHING_TO_ACCEPT", "only a container's result waits for its consumer"));
    byte[] blob =
        api.bytes("/v1/jobs/" + jobId + "/result", EvidenceBundle.CIPHERTEXT_BYTES_MAX)
            .orElseThrow(
                () -> new ConsumerException("NO_RESULT_YET", "the device has not delivered yet"));
    long id = Long.parseUnsignedLong(jobId);
    DecryptedResult result = DecryptedResult.delivered(order, job, id, blob);
    store.keepResult(orderHash, blob);
    Acceptance acceptance = new Acceptance(id, result.resultHash(blob));
    ObjectNode body = CoordinatorApi.JSON.createObjectNode();
    body.put("resultHash", acceptance.resultHash().hex());
    body.put("signature", signer.sign(acceptance.digest(deployment.marketDomain())).hex());
    JsonNode _ = api.post("/v1/jobs/" + jobId + "/acceptance", body);
    accepted.add(jobId);
    return result;
  }

  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(250));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConsumerException("INTERRUPTED", "interrupted; nothing is lost, ask again", e);
    }
  }

  /** The receipt, checked offline; empty before there is one. */
  public Optional<Receipt> receipt(String id) {
    return api.bytes("/v1/jobs/" + id + "/receipt", Receipt.BYTES_MAX).map(ConsumerClient::checked);
  }

  private static Receipt checked(byte[] json) {
    Receipt receipt = Receipt.parse(json);
    ReceiptVerdict verdict = ReceiptVerifier.verify(receipt, null);
    if (!verdict.accepted()) {
      throw new ConsumerException(
          "BAD_RECEIPT", "the coordinator's receipt fails " + verdict.checks().getLast());
    }
    return receipt;
  }

  /**
   * Fetches, decrypts and checks the result against the receipt's commitment; empty before there is
   * one.
   */
  public Optional<DecryptedResult> result(String orderHash) {
    OrderFile order = store.find(orderHash);
    Optional<Receipt> receipt = receipt(orderHash);
    Optional<byte[]> blob =
        store
            .keptResult(orderHash)
            .or(() ->
                api.bytes(
                    "/v1/jobs/" + orderHash + "/result", EvidenceBundle.CIPHERTEXT_BYTES_MAX));
    if (receipt.isEmpty() || blob.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(DecryptedResult.open(order, receipt.get(), blob.get()));
  }

  /** One line of what happens to a job: a change of state, or what the job itself said. */
  public record LiveLine(String kind, String id, String text) {}

  /**
   * What happens to a job: all that was said so far, and with {@code follow} also what comes, until
   * nothing more will. A stream that breaks is taken up again behind the last line.
   */
  public void live(String id, boolean follow, Consumer<LiveLine> told) {
    String[] last = {""};
    boolean[] over = {false};
    while (!over[0]) {
      try {
        api.stream(
            "/v1/jobs/" + id + "/stream",
            last[0],
            (name, eventId, data) -> {
              LiveLine line = lineOf(name, eventId, data);
              if (name.equals("log")) {
                last[0] = eventId;
              }
              over[0] = name.equals("end") || (name.equals("now") && !follow);
              if (!name.equals("end") && !name.equals("now")) {
                told.accept(line);
              }
              return !over[0];
            });
      } catch (ConsumerException e) {
        if (!follow || !e.reason().equals("COORDINATOR_UNREACHABLE")) {
          throw e;
        }
        pause();
      }
    }
  }

  private static LiveLine lineOf(String name, String id, JsonNode data) {
    String text =
        name.equals("log") ? data.path("text").asString("") : data.path("state").asString("");
    String kind = name.equals("log") ? data.path("kind").asString("") : name;
    return new LiveLine(kind, id, printable(text));
  }

  /** No terminal should take what a stranger's job says as commands. */
  private static String printable(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) && c != '\t' ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Orders made on this machine. */
  public List<OrderFile> orders() {
    return store.all();
  }

  /** Members of a JSON object as text. */
  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> out = new LinkedHashMap<>();
    for (String name : node.propertyNames()) {
      out.put(name, node.path(name).asString(""));
    }
    return out;
  }

  @Override
  public void close() {
    api.close();
  }
}
