package network.assay.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.MarketCalls;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.StopRequest;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.wire.Assignment;
import network.assay.contracts.wire.JobView;
import network.assay.oracle.verify.receipt.ReceiptVerifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A coordinator over the true contracts: an agent, a consumer and a committee talk to it. */
class CoordinatorNodeTest {
  private static final Secp256k1.PrivateKey DEVICE_1 = TestNetwork.key("device 1");
  private static final Secp256k1.PrivateKey DEVICE_2 = TestNetwork.key("device 2");
  private static final BigInteger PRICE = TestNetwork.DOLLAR;
  private static final byte[] PLAINTEXT = "the result".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private TestNetwork network;
  private TestOracle oracle;
  private CoordinatorNode node;
  private Http http;

  @BeforeEach
  void start() throws Exception {
    network = new TestNetwork(folder);
    oracle = new TestOracle();
    up();
  }

  private void up() {
    CoordinatorConfig config =
        CoordinatorConfig.loopback(
            List.of(network.anvil.url()),
            folder.resolve("unused.json"),
            folder.resolve("coordinator"),
            List.of(oracle.target()));
    node = CoordinatorNode.start(config, network.at, TestNetwork.COORDINATOR);
    http = new Http(node.httpPort());
  }

  private void down() {
    http.close();
    node.close();
  }

  @AfterEach
  void stop() {
    down();
    oracle.close();
    network.close();
  }

  private TestAgent agent(Secp256k1.PrivateKey device) {
    return new TestAgent(node.grpcPort(), node.tlsPin(), network.at.marketDomain(), device);
  }

  private void offer(Secp256k1.PrivateKey device, long price) {
    try (TestAgent agent = agent(device)) {
      agent.putOffer(network.offer(device, BigInteger.valueOf(price)), TestNetwork.MODEL.hex());
    }
  }

  private String submit(Order order) throws Exception {
    Http.Answer answer = http.post("/v1/jobs", network.body(order));
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(202);
    return answer.text("orderHash");
  }

  private BigInteger balance() {
    return network.contracts.money().tokenBalance(TestNetwork.CONSUMER.address());
  }

  @Test
  void aStoppedOrderThatNoDeviceAcceptedIsCancelledByItsConsumerAndPaidBack() throws Exception {
    offer(DEVICE_1, PRICE.longValue());
    Order order = network.order(PRICE, 1, 60);
    BigInteger before = network.contracts.money().credit(TestNetwork.CONSUMER.address());
    String hash = submit(order);
    http.awaitState(hash, "ASSIGNED");
    JsonNode wrong = stop(hash, TestNetwork.COORDINATOR).json();
    assertThat(wrong.path("reason").asString()).isEqualTo("NOT_YOUR_ORDER");
    Http.Answer stopped = stop(hash, TestNetwork.CONSUMER);
    assertThat(stopped.text("money")).isEqualTo("REFUND_UNLESS_ACCEPTED");
    assertThat(stopped.json().path("cancellable").asBoolean(false)).isTrue();
    network.cancel(JobIds.of(network.hash(order), 1));
    assertThat(http.awaitState(hash, "CANCELLED").path("stopped").asBoolean(false)).isTrue();
    assertThat(network.contracts.money().credit(TestNetwork.CONSUMER.address()))
        .isEqualTo(before.add(PRICE));
    assertThat(stop(hash, TestNetwork.CONSUMER).text("money")).isEqualTo("OVER");
    Http.Answer topUp =
        http.post("/v1/jobs/" + hash + "/top-up", JsonMapper.builder().build().createObjectNode());
    assertThat(topUp.text("reason")).isEqualTo("FIXED_PRICE");
  }

  private Http.Answer stop(String order, Secp256k1.PrivateKey by) throws Exception {
    return http.post(
        "/v1/jobs/" + order + "/stop",
        JsonMapper.builder()
            .build()
            .createObjectNode()
            .put("signature", by.sign(StopRequest.digest(Bytes32.fromHex(order))).hex()));
  }

  @Test
  void aJobGoesAllTheWayAndSurvivesRestartsOnIt() throws Exception {
    offer(DEVICE_1, PRICE.longValue());
    Order order = network.order(PRICE, 1, 60);
    String hash = submit(order);
    http.awaitState(hash, "ASSIGNED");
    assertThat(submit(order)).isEqualTo(hash);
    long jobId = JobIds.of(network.hash(order), 1);

    down();
    up();

    Bytes32 offerHash;
    Signature acceptSignature;
    Accept accept;
    try (TestAgent agent = agent(DEVICE_1)) {
      Iterator<Assignment> assignments = agent.watch();
      Assignment assignment = assignments.next();
      assertThat(assignment.getJobId()).isEqualTo(jobId);
      assertThat(assignment.getOrder().getWords().toByteArray()).isEqualTo(order.words());
      assertThat(assignment.getSpec().toByteArray()).isEqualTo(TestNetwork.spec().toBytes());
      assertThat(agent.input(jobId)).isEqualTo(TestNetwork.INPUT);
      offerHash =
          Offer.fromWords(assignment.getOffer().getWords().toByteArray())
              .digest(network.at.marketDomain());
      assertThat(network.card(jobId).terms())
          .isEqualTo(JobCard.termsOf(network.hash(order), offerHash));
      accept = new Accept(jobId, network.hash(order), offerHash, ContentRoot.of(TestNetwork.INPUT));
      acceptSignature = network.accept(order, 1, accept, DEVICE_1);
      http.awaitState(hash, "RUNNING");
      agent.progress(jobId, "EXECUTING", "half\u0000way");
      BlockingQueue<String> stream = http.lines("/v1/jobs/" + hash + "/stream");
      saysSoon(stream, "\"state\":\"RUNNING\"");
      agent.log(jobId, 0, "stdout", "epoch\u001b[2J 1");
      saysSoon(stream, "epoch [2J 1");
      agent.log(jobId, 1, "metric", "loss=0.5");
      agent.log(jobId, 1, "metric", "sent twice");
      saysSoon(stream, "loss=0.5");
      assertThatThrownBy(() -> agent.log(jobId, 20_000, "stdout", "too many"))
          .hasMessageContaining("MALFORMED_LOG");
      work(agent, order, jobId, accept, acceptSignature);
    }
    try (TestAgent stranger = agent(DEVICE_2)) {
      assertThatThrownBy(() -> stranger.input(jobId)).hasMessageContaining("NOT_YOUR_JOB");
    }
    JsonNode done =
        http.await(
            "/v1/jobs/" + hash,
            a -> a.json().path("attempts").path(0).path("hasReceipt").asBoolean(false));
    assertThat(done.path("attempts").path(0).path("verdict").asString()).isEqualTo("OK");
    assertThat(done.path("attempts").path(0).path("paid").asString()).isEqualTo(PRICE.toString());
    Receipt receipt = Receipt.parse(http.get("/v1/jobs/" + hash + "/receipt").bytes());
    assertThat(ReceiptVerifier.verify(receipt, null).accepted()).isTrue();
    byte[] log = http.get("/v1/jobs/" + hash + "/log").bytes();
    assertThat(new String(log, java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("0\t1000\tstdout\tepoch [2J 1\n1\t1001\tmetric\tloss=0.5\n");
    assertThat(receipt.unauthenticated().get("logSha256")).isEqualTo(sha256(log));
    assertThat(receipt.unauthenticated().get("eventsSha256"))
        .isEqualTo(sha256(http.get("/v1/jobs/" + hash + "/events").bytes()));
    byte[] blob = http.get("/v1/jobs/" + hash + "/result").bytes();
    assertThat(ResultSealing.open(TestNetwork.RESULT_SECRET, jobId, order.specHash(), blob))
        .isEqualTo(PLAINTEXT);
    network.anvil.pass(20);
    http.awaitState(hash, "FINAL");
  }

  private static void saysSoon(BlockingQueue<String> stream, String what) throws Exception {
    for (String line = stream.poll(20, TimeUnit.SECONDS);
        line != null;
        line = stream.poll(20, TimeUnit.SECONDS)) {
      if (line.contains(what)) {
        return;
      }
    }
    throw new AssertionError("the stream does not say " + what);
  }

  private static String sha256(byte[] content) throws Exception {
    return "0x"
        + java.util.HexFormat.of()
            .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(content));
  }

  /** Result, evidence leaf and report, as agent, oracle and committee would make them. */
  private void work(
      TestAgent agent, Order order, long jobId, Accept accept, Signature acceptSignature)
      throws Exception {
    byte[] blob = ResultSealing.seal(order.resultKey(), jobId, order.specHash(), PLAINTEXT);
    WorkCommit commit =
        new WorkCommit(
            jobId,
            DEVICE_1.address(),
            order.specHash(),
            Bytes32.ZERO,
            1,
            3,
            ContentRoot.of(TestNetwork.INPUT),
            Keccak.hashUtf8("work"),
            Keccak.hashUtf8("plain"),
            ContentRoot.of(blob),
            blob.length);
    Signature commitSignature = commit.sign(network.at.marketDomain(), DEVICE_1);
    byte[] tampered = blob.clone();
    tampered[40] ^= 1;
    assertThatThrownBy(() -> agent.putResult(commit, commitSignature, tampered))
        .hasMessageContaining("WRONG_CIPHERTEXT");
    assertThatThrownBy(
            () -> agent.putResult(commit, commit.sign(network.at.marketDomain(), DEVICE_2), blob))
        .hasMessageContaining("WRONG_SIGNATURE");
    assertThat(http.get("/v1/jobs/" + JobIds.text(jobId) + "/result").status()).isEqualTo(404);
    agent.putResult(commit, commitSignature, blob);

    Bytes32 resultHash = PackedVerdict.resultHash(commit.ciphertextRoot(), commit.plaintextRoot());
    EvidenceLeaf leaf =
        new EvidenceLeaf(
            jobId,
            accept.orderHash(),
            accept.offerHash(),
            DEVICE_1.address(),
            Grade.SAMPLED,
            VerificationPolicy.SAMPLED_V1,
            true,
            EvidenceLeaf.ATTESTATION_NONE,
            commit.digest(network.at.marketDomain()),
            EvidenceLeaf.TELEMETRY_VOID,
            resultHash,
            Keccak.hashUtf8("bundle"));
    PackedVerdict verdict = new PackedVerdict(jobId, VerdictCode.OK, PRICE, resultHash);
    long now = network.anvil.nowS();
    Outcome outcome =
        new Outcome(1, 1, now, now + 3_600, List.of(new Outcome.Entry(verdict, leaf.hash())));
    network.settle(outcome);
    http.awaitState(JobIds.text(jobId), "REPORTED");
    assertThat(http.get("/v1/jobs/" + JobIds.text(jobId) + "/receipt").text("reason"))
        .isEqualTo("NO_RECEIPT_YET");
    oracle.views.put(
        jobId,
        JobView.newBuilder()
            .setJobId(jobId)
            .setPhase("REPORTED")
            .setLeaf(ByteString.copyFrom(leaf.data()))
            .setEpoch(1)
            .setSeq(1)
            .setIndex(0)
            .setCount(1)
            .setAccept(joined(accept.words(), acceptSignature))
            .setWorkCommit(joined(commit.words(), commitSignature))
            .build());
  }

  private static ByteString joined(byte[] words, Signature signature) {
    return ByteString.copyFrom(Bytes.start().raw(words).raw(signature.toArray()).toArray());
  }

  @Test
  void aSilentDeviceIsReplacedAndTheConsumerIsMadeWholeWhenNobodyIsLeft() throws Exception {
    offer(DEVICE_1, PRICE.longValue());
    offer(DEVICE_2, PRICE.longValue());
    BigInteger before = balance();
    Order order = network.order(PRICE, 2, 2);
    String hash = submit(order);
    JsonNode first = http.awaitState(hash, "ASSIGNED");
    String firstDevice = first.path("attempts").path(0).path("device").asString();
    assertThat(balance()).isEqualTo(before.subtract(PRICE));
    network.anvil.pass(5);
    JsonNode second =
        http.await(
            "/v1/jobs/" + hash,
            a -> a.json().path("attempts").size() == 2 && a.text("state").equals("ASSIGNED"));
    assertThat(second.path("attempts").path(0).path("state").asString()).isEqualTo("EXPIRED");
    assertThat(second.path("attempts").path(1).path("device").asString()).isNotEqualTo(firstDevice);
    network.anvil.pass(5);
    http.awaitState(hash, "EXPIRED");
    assertThat(network.contracts.money().credit(TestNetwork.CONSUMER.address())).isEqualTo(PRICE);
  }

  /** Opened and accepted by the first device. */
  private Accept running(Order order) throws Exception {
    offer(DEVICE_1, PRICE.longValue());
    http.awaitState(submit(order), "ASSIGNED");
    long jobId = JobIds.of(network.hash(order), 1);
    Bytes32 offerHash =
        Bytes32.fromHex(
            http.get("/v1/jobs/" + JobIds.text(jobId))
                .json()
                .path("attempts")
                .path(0)
                .path("offerHash")
                .asString());
    Accept accept =
        new Accept(jobId, network.hash(order), offerHash, ContentRoot.of(TestNetwork.INPUT));
    var _ = network.accept(order, 1, accept, DEVICE_1);
    http.awaitState(JobIds.text(jobId), "RUNNING");
    return accept;
  }

  @Test
  void aFraudIsSlashedAndTheConsumerMadeWholeWithoutAskingForIt() throws Exception {
    Accept accept = running(network.order(PRICE, 6, 60));
    BigInteger stake = network.contracts.money().stake(network.provider()).staked();
    long now = network.anvil.nowS();
    PackedVerdict fraud =
        new PackedVerdict(accept.jobId(), VerdictCode.FRAUD, BigInteger.ZERO, Bytes32.ZERO);
    network.settle(
        new Outcome(
            1, 1, now, now + 3_600, List.of(new Outcome.Entry(fraud, Keccak.hashUtf8("leaf")))));
    String job = JobIds.text(accept.jobId());
    http.awaitState(job, "REPORTED");
    assertThat(network.contracts.money().credit(TestNetwork.CONSUMER.address())).isZero();
    network.anvil.pass(20);
    http.await(
        "/v1/jobs/" + job, a -> a.json().path("attempts").path(0).path("slashed").asBoolean(false));
    BigInteger whole = PRICE.add(PRICE); // the refund, and as much again in compensation
    long until = System.nanoTime() + 60_000_000_000L;
    while (!network.contracts.money().credit(TestNetwork.CONSUMER.address()).equals(whole)) {
      assertThat(System.nanoTime()).as("refund and compensation come in time").isLessThan(until);
      Thread.sleep(100);
    }
    assertThat(network.contracts.money().stake(network.provider()).staked())
        .isEqualTo(stake.subtract(PRICE.multiply(BigInteger.valueOf(3))));
  }

  @Test
  void aJobThatRunsOutOfTimeIsRefundedByTheKeeper() throws Exception {
    Accept accept = running(network.order(PRICE, 7, 60));
    network.anvil.pass(62);
    http.awaitState(JobIds.text(accept.jobId()), "REFUNDED");
    assertThat(network.contracts.money().credit(TestNetwork.CONSUMER.address())).isEqualTo(PRICE);
  }

  @Test
  void refusalsNameTheirReasonAndMoveNoMoney() throws Exception {
    offer(DEVICE_1, PRICE.longValue());
    BigInteger before = balance();
    Deployment d = network.at;
    Deployment otherChain =
        new Deployment(
            1,
            0,
            d.token(),
            d.tokenName(),
            d.tokenVersion(),
            d.devices(),
            d.committee(),
            d.vault(),
            d.stake(),
            d.market(),
            d.settlement());
    Order order = network.order(PRICE, 3, 60);
    long later = network.anvil.nowS() + 700;
    refused(
        network.body(order, otherChain, TestNetwork.CONSUMER, later), "WRONG_PAYMENT_SIGNATURE");
    refused(network.body(order, d, DEVICE_1, later), "WRONG_PAYMENT_SIGNATURE");
    refused(network.body(order, d, TestNetwork.CONSUMER, network.anvil.nowS()), "PAYMENT_EXPIRED");
    refused(network.body(network.order(PRICE.subtract(BigInteger.ONE), 3, 60)), "NO_OFFER");
    refused(
        network.body(network.order(PRICE.multiply(BigInteger.valueOf(101)), 3, 60)),
        "BALANCE_TOO_SMALL");
    Order late = network.order(PRICE, 4, 60);
    network.anvil.pass(700);
    refused(network.body(late), "ORDER_EXPIRED");
    assertThat(balance()).isEqualTo(before);
    assertThat(network.contracts.market().job(JobIds.of(network.hash(order), 1)).state())
        .isEqualTo(JobState.NONE);
  }

  @Test
  void anOrderThatWasOpenedElsewhereIsRefusedAsConsumed() throws Exception {
    offer(DEVICE_1, PRICE.longValue());
    Order order = network.order(PRICE, 5, 60);
    JsonNode body = network.body(order);
    network.send(
        network
            .contracts
            .market()
            .fund(
                network.id(),
                order,
                new MarketCalls.Payment(
                    0,
                    Long.parseLong(body.path("payment").path("validBefore").asString()),
                    Signature.fromHex(body.path("payment").path("signature").asString()))));
    BigInteger after = balance();
    refused(body, "ORDER_CONSUMED");
    assertThat(balance()).isEqualTo(after);
  }

  @Test
  void aCancelledAuthorizationIsRefused() throws Exception {
    offer(DEVICE_1, PRICE.longValue());
    Order order = network.order(PRICE, 8, 60);
    network.cancelAuthorization(network.hash(order));
    BigInteger before = balance();
    refused(network.body(order), "NONCE_USED");
    assertThat(balance()).isEqualTo(before);
  }

  private void refused(JsonNode body, String reason) throws Exception {
    Http.Answer answer = http.post("/v1/jobs", body);
    assertThat(answer.text("reason")).as(answer.json().toString()).isEqualTo(reason);
  }

  @Test
  void agentsAreKnownByTheirDevicesSignature() throws Exception {
    try (TestAgent agent = agent(DEVICE_1);
        TestAgent nobody = agent(TestNetwork.key("nobody"))) {
      assertThatThrownBy(() -> agent.watch(agent.hello(61_000)).next())
          .hasMessageContaining("STALE_HELLO");
      assertThatThrownBy(() ->
              nobody.putOffer(
                  network.offer(TestNetwork.key("nobody"), PRICE), TestNetwork.MODEL.hex()))
          .hasMessageContaining("DEVICE_NOT_ACTIVE");
      assertThatThrownBy(
              () -> nobody.putOffer(network.offer(DEVICE_1, PRICE), TestNetwork.MODEL.hex()))
          .hasMessageContaining("WRONG_SIGNATURE");
    }
    Bytes32 otherPin = Keccak.hashUtf8("another coordinator");
    try (TestAgent careful =
        new TestAgent(node.grpcPort(), otherPin, network.at.marketDomain(), DEVICE_1)) {
      assertThatThrownBy(() -> careful.watch().next()).hasMessageContaining("UNAVAILABLE");
    }
  }

  @Test
  void healthIsUpAndSaysWhy() throws Exception {
    JsonNode health = http.await("/v1/health", a -> a.text("level").equals("UP"));
    assertThat(health.path("components").propertyNames())
        .contains("chain", "follower", "sender", "outbox", "keeper", "receipts", "database");
  }
}
