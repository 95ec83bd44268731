package network.assay.coordinator.app.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import network.assay.contracts.protocol.Bytes32;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.JobEvent;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Webhooks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A consumer is told what happens to a job: signed, at least once, and never our own network. */
class WebhookTest {
  private static final byte[] SECRET = "a secret of twenty-four b".getBytes(StandardCharsets.UTF_8);

  private record Heard(Map<String, List<String>> headers, String body) {
    String header(String name) {
      return headers.entrySet().stream()
          .filter(entry -> entry.getKey().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow()
          .getValue()
          .getFirst();
    }
  }

  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final AtomicInteger answer = new AtomicInteger(200);
  private HttpServer server;
  private Database database;
  private Bytes32 order;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          heard.add(new Heard(Map.copyOf(exchange.getRequestHeaders()), body));
          if (answer.get() == 302) {
            exchange.getResponseHeaders().add("location", "/elsewhere");
          }
          exchange.sendResponseHeaders(answer.get(), -1);
          exchange.close();
        });
    server.start();
    database = TestDatabase.empty();
    FakeChain chain = new FakeChain();
    Submission s = TestParties.submission(chain, TestParties.order(chain, 20, 5));
    order = s.order().digest(chain.deployment().marketDomain());
    Jobs.Job job =
        new Jobs.Job(
            order, s.order(), s.spec(), s.validAfter(), s.validBefore(), s.payment(), 1, 7);
    database.transaction(tx -> {
      Jobs.insert(tx, job, s.input());
      Webhooks.put(tx, order, url(), SECRET);
      new ChainFeed((jobs, devices) -> {}).onBlock(List.of(funded(job.jobId())), 1_000, tx);
      return true;
    });
  }

  private JobEvent funded(long jobId) {
    Map<String, String> values =
        Map.of(
            "orderHash", order.hex(),
            "consumer", TestParties.address(1).hex(),
            "amount", "20",
            "attempt", "1",
            "deadline", "5000");
    return new JobEvent(
        "JobFunded", jobId, values, 3, 1, "0x" + "00".repeat(32), "0x" + "cd".repeat(32));
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void round(boolean privateToo) {
    try (WebhookWorker worker =
        new WebhookWorker(database, privateToo, WebhookTarget.SYSTEM, () -> 1_700_000_000_000L)) {
      worker.step();
    }
  }

  private String state() {
    return database.transaction(tx ->
        Database.query(
                tx,
                row -> row.getString(1) + " " + row.getInt(2) + " " + row.getString(3),
                "SELECT state, tries, answer FROM deliveries")
            .getFirst());
  }

  private void dueNow() {
    database.transaction(tx -> Database.update(tx, "UPDATE deliveries SET next_at=now()"));
  }

  @Test
  void whatHappensIsToldWithASignatureThatTheSecretGivesAgain() throws Exception {
    round(true);
    Heard one = heard.take();
    assertThat(one.header("webhook-timestamp")).isEqualTo("1700000000");
    assertThat(one.header("webhook-signature"))
        .isEqualTo(
            WebhookWorker.signature(SECRET, one.header("webhook-id"), "1700000000", one.body()));
    var body = JsonMapper.shared().readTree(one.body());
    assertThat(body.path("type").asString()).isEqualTo("job.funded");
    assertThat(body.path("data").path("orderHash").asString()).isEqualTo(order.hex());
    assertThat(state()).isEqualTo("DONE 1 HTTP 200");
    round(true);
    assertThat(heard).as("once is enough").isEmpty();
  }

  /**
   * Computed by the reference implementation's documentation: standardwebhooks.com, "Signature".
   */
  @Test
  void theSignatureIsThatOfStandardWebhooks() {
    byte[] secret = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assertThat(
            WebhookWorker.signature(
                secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}"))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void aReceiverThatFailsIsToldAgainUnderTheSameId() throws Exception {
    answer.set(500);
    round(true);
    String id = heard.take().header("webhook-id");
    assertThat(state()).isEqualTo("DUE 1 HTTP 500");
    round(true);
    assertThat(heard).as("not before its time").isEmpty();
    dueNow();
    answer.set(204);
    round(true);
    assertThat(heard.take().header("webhook-id")).isEqualTo(id);
    assertThat(state()).isEqualTo("DONE 2 HTTP 204");
  }

  @Test
  void aRedirectLeadsNowhereAndGoneEndsIt() {
    answer.set(302);
    round(true);
    assertThat(heard).hasSize(1);
    assertThat(state()).isEqualTo("DUE 1 HTTP 302");
    dueNow();
    answer.set(410);
    round(true);
    assertThat(state()).isEqualTo("GIVEN_UP 2 HTTP 410");
  }

  @Test
  void aHostThatMovedIntoOurNetworkIsNotTold() {
    round(false);
    assertThat(heard).isEmpty();
    assertThat(state()).startsWith("DUE 1 want https in webhook.url, got http");
  }

  @Test
  void pausesDoubleUpToAnHour() {
    assertThat(WebhookWorker.pause(1)).isEqualTo(Duration.ofSeconds(5));
    assertThat(WebhookWorker.pause(2)).isEqualTo(Duration.ofSeconds(10));
    assertThat(WebhookWorker.pause(30)).isEqualTo(Duration.ofHours(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.0.8",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001::1"
      })
  void noAddressOfOursIsATarget(String address) throws UnknownHostException {
    InetAddress got = InetAddress.getByName(address);
    assertThat(WebhookTarget.isPublic(got)).isFalse();
    assertThatThrownBy(
            () -> WebhookTarget.check("https://innocent.example/", false, host -> List.of(got)))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("public addresses only");
  }

  @Test
  void aNameWithOnePrivateAddressAmongPublicOnesIsNoTarget() throws UnknownHostException {
    InetAddress fine = InetAddress.getByName("93.184.215.14");
    InetAddress own = InetAddress.getByName("10.0.0.1");
    assertThat(WebhookTarget.check("https://a.example/", false, host -> List.of(fine)).getHost())
        .isEqualTo("a.example");
    assertThatThrownBy(
            () -> WebhookTarget.check("https://a.example/", false, host -> List.of(fine, own)))
        .isInstanceOf(Refused.class);
  }
}
