package network.assay.coordinator.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.coordinator.app.api.NetworkController.HealthView;
import network.assay.coordinator.app.flow.FakeChain;
import network.assay.coordinator.app.flow.Intake;
import network.assay.coordinator.app.flow.OfferDesk;
import network.assay.coordinator.app.flow.Quotes;
import network.assay.coordinator.app.flow.Submission;
import network.assay.coordinator.app.flow.TestDatabase;
import network.assay.coordinator.app.flow.TestParties;
import network.assay.coordinator.app.store.Bell;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.Results;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Every refusal by its name, before anything is stored or sent. */
class ApiTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final FakeChain chain = new FakeChain();
  private final HttpClient http = HttpClient.newHttpClient();
  private Database database;
  private ApiApplication.Running api;

  @BeforeEach
  void start() {
    database = TestDatabase.empty();
    OfferDesk desk = new OfferDesk(database, chain, () -> 7L);
    chain.balances.put(TestParties.CONSUMER.address(), BigInteger.valueOf(1_000));
    TestParties.offers(chain, desk, 1, 10);
    Intake intake = new Intake(database, chain, desk, () -> 7L, () -> {});
    Quotes quotes =
        new Quotes(chain, desk, new Quotes.Windows(600, 30, 60, 60), TestParties.COORDINATOR::sign);
    api =
        ApiApplication.start(
            new ApiApplication.Parts(
                database,
                chain,
                desk,
                intake,
                quotes,
                new Bell(database),
                false,
                () -> new HealthView("UP", Map.of())),
            "127.0.0.1",
            0);
  }

  @AfterEach
  void stop() {
    api.close();
    http.close();
  }

  private record Answer(int status, JsonNode body, String type) {}

  private Answer call(String method, String path, Optional<String> body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path));
    request.method(
        method,
        body.map(HttpRequest.BodyPublishers::ofString)
            .orElseGet(HttpRequest.BodyPublishers::noBody));
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(
        response.statusCode(),
        JSON.readTree(response.body()),
        response.headers().firstValue("content-type").orElse(""));
  }

  private static ObjectNode json(Submission s) {
    ObjectNode out = JSON.createObjectNode();
    out.put("spec", new String(s.spec(), StandardCharsets.UTF_8));
    out.put("inputBase64", Base64.getEncoder().encodeToString(s.input()));
    ObjectNode order = out.putObject("order");
    s.order().toText().forEach(order::put);
    out.putObject("payment")
        .put("validAfter", s.validAfter().toString())
        .put("validBefore", s.validBefore().toString())
        .put("signature", s.payment().hex());
    return out;
  }

  /** The order with members replaced, signed anew. */
  private static ObjectNode with(FakeChain chain, Map<String, String> members) {
    Map<String, String> text = new LinkedHashMap<>(TestParties.order(chain, 20, 1).toText());
    text.putAll(members);
    Order order = Order.fromWords(Order.TYPE.wordsFromText(text));
    return json(TestParties.submission(chain, order));
  }

  private static ObjectNode good(FakeChain chain) {
    return with(chain, Map.of());
  }

  private void expectRefusal(Answer answer, int status, String reason) {
    assertThat(answer.body().path("reason").asString())
        .as(answer.body().toString())
        .isEqualTo(reason);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.type()).startsWith("application/problem+json");
    assertThat(answer.body().path("detail").asString()).isNotEmpty();
    int stored = database.transaction(tx -> Jobs.newest(tx, null, 10)).size();
    int owed = database.transaction(tx -> Outbox.due(tx, 10)).size();
    assertThat(stored + owed).as("orders stored and transactions owed").isZero();
    assertThat(chain.executed).isEmpty();
  }

  private static Arguments order(int status, String reason, String member, String value) {
    BiConsumer<FakeChain, ObjectNode[]> change =
        (chain, body) -> body[0] = with(chain, Map.of(member, value));
    return Arguments.of(reason, status, change);
  }

  private static Arguments body(
      int status, String reason, java.util.function.Consumer<ObjectNode> edit) {
    BiConsumer<FakeChain, ObjectNode[]> change = (chain, body) -> edit.accept(body[0]);
    return Arguments.of(reason, status, change);
  }

  private static Arguments world(
      int status, String reason, java.util.function.Consumer<FakeChain> edit) {
    BiConsumer<FakeChain, ObjectNode[]> change = (chain, body) -> edit.accept(chain);
    return Arguments.of(reason, status, change);
  }

  private static void payment(ObjectNode body, String member, String value) {
    ((ObjectNode) body.get("payment")).put(member, value);
  }

  static Stream<Arguments> refusals() {
    String zero = "0x" + "00".repeat(20);
    FakeChain any = new FakeChain();
    Bytes32 hash = TestParties.order(any, 20, 1).digest(any.deployment().marketDomain());
    return Stream.of(
        order(400, "WRONG_MATCHER", "matcher", zero),
        order(400, "OFFER_NAMED", "offerHash", "0x" + "01".repeat(32)),
        order(400, "UNSUPPORTED_LANE", "lane", "0"),
        order(400, "UNSUPPORTED_CALLBACK", "callback", "0x" + "01".repeat(20)),
        order(400, "UNKNOWN_GRADE", "grade", "6"),
        order(400, "NO_RESULT_KEY", "resultKey", "0x" + "00".repeat(32)),
        order(400, "ZERO_AMOUNT", "amount", "0"),
        order(400, "WRONG_ATTEMPTS", "attemptsMax", "6"),
        order(400, "FEE_BOUND_TOO_LOW", "feeBpsMax", "99"),
        order(400, "WINDOW_OUT_OF_RANGE", "runWindowS", "4"),
        order(409, "ORDER_EXPIRED", "orderDeadline", "1000004"),
        order(400, "ORDER_DEADLINE_TOO_FAR", "orderDeadline", "1086401"),
        order(400, "SPEC_HASH_MISMATCH", "specHash", "0x" + "02".repeat(32)),
        order(409, "NO_OFFER", "priceMax", "9"),
        order(409, "NO_OFFER", "amount", "9"),
        order(409, "BALANCE_TOO_SMALL", "amount", "1001"),
        body(400, "INPUT_LENGTH_MISMATCH", b -> b.put("inputBase64", "AAAA")),
        body(
            400,
            "INPUT_ROOT_MISMATCH",
            b ->
                b.put(
                    "inputBase64",
                    Base64.getEncoder()
                        .encodeToString("ONE passage".getBytes(StandardCharsets.UTF_8)))),
        body(400, "MALFORMED_BASE64", b -> b.put("inputBase64", "!!")),
        body(400, "MISSING_FIELD", b -> b.remove("spec")),
        body(400, "UNKNOWN_FIELD", b -> b.put("priceMaximum", "1")),
        body(400, "MISSING_FIELD", b -> b.remove("payment")),
        body(400, "WRONG_FIELD_COUNT", b -> ((ObjectNode) b.get("order")).remove("salt")),
        body(400, "MALFORMED_SIGNATURE", b -> payment(b, "signature", "0x")),
        body(400, "WRONG_PAYMENT_SIGNATURE", b -> payment(b, "validAfter", "1")),
        body(409, "PAYMENT_NOT_YET_VALID", b -> payment(b, "validAfter", "1000000")),
        body(409, "PAYMENT_EXPIRED", b -> payment(b, "validBefore", "1000005")),
        body(400, "OUT_OF_RANGE", b -> payment(b, "validBefore", "1099511627776")),
        world(503, "NEW_JOBS_PAUSED", c -> c.paused = true),
        world(503, "CHAIN_UNAVAILABLE", c -> c.unavailable = true),
        world(409, "NONCE_USED", c -> c.usedNonces.add(hash)),
        world(409, "ORDER_CONSUMED", c -> c.states.put(JobIds.of(hash, 1), JobState.FUNDED)),
        world(409, "OPEN_WOULD_REVERT", c -> c.revert = Optional.of("Error(blocked payer)")),
        world(409, "BALANCE_TOO_SMALL", c -> c.balances.clear()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void isRefusedByName(String reason, int status, BiConsumer<FakeChain, ObjectNode[]> change)
      throws Exception {
    ObjectNode[] body = {good(chain)};
    change.accept(chain, body);
    expectRefusal(call("POST", "/v1/jobs", Optional.of(body[0].toString())), status, reason);
  }

  private static Deployment changed(Deployment d, long chainId, Address vault, Address market) {
    return new Deployment(
        chainId,
        0,
        d.token(),
        d.tokenName(),
        d.tokenVersion(),
        d.devices(),
        d.committee(),
        vault,
        d.stake(),
        market,
        d.settlement());
  }

  @Test
  void aSignatureForAnotherChainOrContractIsRefused() throws Exception {
    Deployment d = chain.deployment();
    Deployment otherChain = changed(d, 1, d.vault(), d.market());
    Deployment otherVault = changed(d, d.chainId(), d.token(), d.market());
    Deployment otherMarket = changed(d, d.chainId(), d.vault(), d.stake());
    for (Deployment other : java.util.List.of(otherChain, otherVault, otherMarket)) {
      Order order = TestParties.order(chain, 20, 1);
      Submission foreign = TestParties.sign(chain, order, TestParties.CONSUMER, other);
      expectRefusal(
          call("POST", "/v1/jobs", Optional.of(json(foreign).toString())),
          400,
          "WRONG_PAYMENT_SIGNATURE");
    }
    Submission stranger =
        TestParties.sign(chain, TestParties.order(chain, 20, 1), TestParties.key(55), d);
    expectRefusal(
        call("POST", "/v1/jobs", Optional.of(json(stranger).toString())),
        400,
        "WRONG_PAYMENT_SIGNATURE");
  }

  @Test
  void anOversizedBodyIsRefusedBeforeItIsRead() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      socket.setSoTimeout(5_000);
      String head =
          "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000000000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      byte[] answer = in.readNBytes(12);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
    }
    assertThat(chain.reads.get()).as("and before the chain is asked").isLessThan(3);
  }

  /** Nothing here unpacks what a stranger packed: a bomb is bytes like any other. */
  @Test
  void aPackedBodyIsNotUnpacked() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 256; i++) {
        zip.write(zeros);
      }
    }
    assertThat(packed.size()).isLessThan(300_000);
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/v1/jobs"))
                .header("content-encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("MALFORMED_JSON");
  }

  @Test
  void aResultComesInRangesOfBytesWhileItIsTheSame() throws Exception {
    long jobId = taken();
    byte[] sealed = "0123456789".getBytes(StandardCharsets.UTF_8);
    Bytes32 root = keep(jobId, sealed);
    HttpResponse<String> middle = part(jobId, "bytes=2-4", "");
    assertThat(middle.body()).isEqualTo("234");
    assertThat(middle.headers().firstValue("etag")).contains("\"" + root.hex() + "\"");
    HttpResponse<String> rest = part(jobId, "bytes=7-", "\"" + root.hex() + "\"");
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.headers().firstValue("content-range")).contains("bytes 7-9/10");
    assertThat(rest.body()).isEqualTo("789");
    HttpResponse<String> other = part(jobId, "bytes=7-", "\"another\"");
    assertThat(other.statusCode()).isEqualTo(200);
    assertThat(other.body()).isEqualTo("0123456789");
    assertThat(part(jobId, "bytes=10-", "").statusCode()).isEqualTo(416);
    assertThat(part(jobId, "bytes=0-1,3-4", "").body()).isEqualTo("0123456789");
  }

  private long taken() throws Exception {
    Answer answer = call("POST", "/v1/jobs", Optional.of(good(chain).toString()));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
    return Long.parseUnsignedLong(answer.body().path("jobId").asString());
  }

  private Bytes32 keep(long jobId, byte[] sealed) {
    Bytes32 any = Keccak.hashUtf8("any");
    Bytes32 root = ContentRoot.of(sealed);
    WorkCommit commit =
        new WorkCommit(
            jobId,
            TestParties.key(1).address(),
            any,
            Bytes32.ZERO,
            1,
            1,
            any,
            any,
            any,
            root,
            sealed.length);
    Signature signature = commit.sign(chain.deployment().marketDomain(), TestParties.key(1));
    database.transaction(tx -> {
      Results.put(tx, new Results.Result(commit, signature, sealed), root, 1);
      return true;
    });
    return root;
  }

  private HttpResponse<String> part(long jobId, String range, String onlyIf) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + api.port() + "/v1/jobs/" + jobId + "/result"))
            .header("range", range);
    if (!onlyIf.isEmpty()) {
      request.header("if-range", onlyIf);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anOversizedBodyOfUndeclaredLengthIsRefusedAtTheBound() throws Exception {
    byte[] big = new byte[JobController.BODY_BYTES_MAX + 2];
    Arrays.fill(big, (byte) ' ');
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/v1/jobs"))
            .POST(
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(big)))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("BODY_TOO_LARGE");
  }

  @Test
  void whatIsNoJsonIsRefused() throws Exception {
    for (String body :
        java.util.List.of(
            "",
            "[]",
            "null",
            "{\"spec\":1",
            "{\"spec\":\"a\",\"spec\":\"b\"}",
            "{} {}",
            "[".repeat(5_000))) {
      expectRefusal(call("POST", "/v1/jobs", Optional.of(body)), 400, "MALFORMED_JSON");
    }
  }

  @Test
  void aGoodOrderIsTakenOnceAndFound() throws Exception {
    String body = good(chain).toString();
    Answer first = call("POST", "/v1/jobs", Optional.of(body));
    assertThat(first.status()).as(first.body().toString()).isEqualTo(202);
    String jobId = first.body().path("jobId").asString();
    String hash = first.body().path("orderHash").asString();
    Answer second = call("POST", "/v1/jobs", Optional.of(body));
    assertThat(second.status()).isEqualTo(202);
    assertThat(second.body().path("jobId").asString()).isEqualTo(jobId);
    assertThat(second.body().path("fresh").asBoolean()).isFalse();
    for (String id : java.util.List.of(jobId, hash)) {
      Answer got = call("GET", "/v1/jobs/" + id, Optional.empty());
      assertThat(got.status()).isEqualTo(200);
      assertThat(got.body().path("state").asString()).isEqualTo("SUBMITTED");
      assertThat(
              got.body().path("attempts").path(0).path("timeline").path(0).path("what").asString())
          .isEqualTo("MATCHED");
    }
    Answer result = call("GET", "/v1/jobs/" + jobId + "/result", Optional.empty());
    assertThat(result.status()).isEqualTo(404);
    assertThat(result.body().path("reason").asString()).isEqualTo("NO_RESULT_YET");
    Answer receipt = call("GET", "/v1/jobs/" + hash + "/receipt", Optional.empty());
    assertThat(receipt.body().path("reason").asString()).isEqualTo("NO_RECEIPT_YET");
    Answer list =
        call("GET", "/v1/jobs?consumer=" + TestParties.CONSUMER.address(), Optional.empty());
    assertThat(list.body().path("jobs")).hasSize(1);
    assertThat(
            call("GET", "/v1/jobs?consumer=" + TestParties.address(9), Optional.empty())
                .body()
                .path("jobs"))
        .isEmpty();
  }

  @Test
  void aWebhookIntoTheOwnNetworkOrWithoutASecretIsRefused() throws Exception {
    for (String url :
        List.of("http://example.com/", "https://127.0.0.1/x", "https://[::1]/", "no")) {
      ObjectNode body = good(chain);
      body.putObject("webhook").put("url", url).put("secret", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB");
      expectRefusal(call("POST", "/v1/jobs", Optional.of(body.toString())), 400, "BAD_WEBHOOK");
    }
    ObjectNode body = good(chain);
    body.putObject("webhook").put("url", "https://192.0.43.8/").put("secret", "QUFB");
    expectRefusal(call("POST", "/v1/jobs", Optional.of(body.toString())), 400, "BAD_WEBHOOK");
  }

  @Test
  void anUnknownJobOrPageIsAProblemToo() throws Exception {
    assertThat(call("GET", "/v1/jobs/17", Optional.empty()).body().path("reason").asString())
        .isEqualTo("UNKNOWN_JOB");
    assertThat(call("GET", "/v1/jobs/abc", Optional.empty()).body().path("reason").asString())
        .isEqualTo("MALFORMED_NUMBER");
    assertThat(call("GET", "/v1/nothing", Optional.empty()).status()).isEqualTo(404);
    assertThat(call("DELETE", "/v1/jobs", Optional.empty()).status()).isEqualTo(405);
  }

  @Test
  void aQuoteIsAnOrderThatWillBeTaken() throws Exception {
    ObjectNode ask = JSON.createObjectNode();
    ask.put("spec", new String(TestParties.spec().toBytes(), StandardCharsets.UTF_8));
    ask.put("grade", "sampled").put("priceMax", "15");
    Answer quote = call("POST", "/v1/quotes", Optional.of(ask.toString()));
    assertThat(quote.status()).as(quote.body().toString()).isEqualTo(200);
    assertThat(quote.body().path("price").asString()).isEqualTo("10");
    Map<String, String> text = new LinkedHashMap<>();
    quote
        .body()
        .path("order")
        .properties()
        .forEach(e -> text.put(e.getKey(), e.getValue().asString()));
    text.put("consumer", TestParties.CONSUMER.address().hex());
    text.put("resultKey", "0x" + "07".repeat(32));
    text.put("salt", "99");
    Map<String, String> terms = new LinkedHashMap<>();
    quote
        .body()
        .path("quoteTerms")
        .properties()
        .forEach(e -> terms.put(e.getKey(), e.getValue().asString()));
    Bytes32 digest =
        network.assay.contracts.protocol.Quote.fromWords(
                network.assay.contracts.protocol.Quote.TYPE.wordsFromText(terms))
            .digest(chain.deployment().marketDomain());
    assertThat(quote.body().path("quote").asString()).isEqualTo(digest.hex());
    Signature signature = Signature.fromHex(quote.body().path("quoteSignature").asString());
    assertThat(Secp256k1.recover(digest, signature)).contains(chain.self());
    Order order = Order.fromWords(Order.TYPE.wordsFromText(text));
    Answer taken =
        call(
            "POST", "/v1/jobs", Optional.of(json(TestParties.submission(chain, order)).toString()));
    assertThat(taken.status()).as(taken.body().toString()).isEqualTo(202);
  }

  @Test
  void aQuoteBelowThePriceSaysWhatWouldMatch() throws Exception {
    ObjectNode ask = JSON.createObjectNode();
    ask.put("spec", new String(TestParties.spec().toBytes(), StandardCharsets.UTF_8));
    ask.put("grade", "SAMPLED").put("priceMax", "9");
    Answer quote = call("POST", "/v1/quotes", Optional.of(ask.toString()));
    expectRefusal(quote, 409, "NO_OFFER");
    assertThat(quote.body().path("refusals").path(0).path("filter").asString()).isEqualTo("PRICE");
    assertThat(quote.body().path("refusals").path(0).path("want").asString())
        .isEqualTo("at least 10");
  }

  @Test
  void healthAndNetworkAnswer() throws Exception {
    assertThat(call("GET", "/v1/health", Optional.empty()).body().path("level").asString())
        .isEqualTo("UP");
    Answer network = call("GET", "/v1/network", Optional.empty());
    assertThat(network.body().path("matcher").asString()).isEqualTo(chain.self().hex());
    assertThat(network.body().path("offers")).hasSize(1);
  }
}
