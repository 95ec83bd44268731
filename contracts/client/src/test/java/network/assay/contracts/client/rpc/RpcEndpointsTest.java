package network.assay.contracts.client.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.client.testing.AnvilProcess;
import network.assay.contracts.client.testing.FaultProxy;
import network.assay.contracts.client.testing.FaultProxy.Fate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RpcEndpointsTest {
  private static AnvilProcess anvil;
  private FaultProxy first;
  private FaultProxy second;

  @BeforeAll
  static void startChain() {
    anvil = AnvilProcess.start();
    anvil.mine(3);
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
  }

  @BeforeEach
  void startProxies() {
    first = new FaultProxy(anvil.url());
    second = new FaultProxy(anvil.url());
  }

  @AfterEach
  void stopProxies() {
    first.close();
    second.close();
  }

  private static RpcConfig impatient(URI... urls) {
    return new RpcConfig(
        List.of(urls),
        AnvilProcess.CHAIN_ID,
        Duration.ofMillis(500),
        Duration.ofMillis(700),
        3,
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        1 << 16);
  }

  @Test
  void anotherChainIsRefusedAtTheStart() {
    assertThatThrownBy(() -> RpcEndpoints.open(RpcConfig.of(List.of(first.url()), 1)))
        .isInstanceOf(RpcException.WrongChain.class)
        .hasMessageContaining("serves chain 31337, want chain 1");
  }

  @Test
  void noEndpointAtAllIsRefusedAtTheStart() {
    URI nobody = URI.create("http://127.0.0.1:1");
    assertThatThrownBy(() -> RpcEndpoints.open(impatient(nobody)))
        .isInstanceOf(RpcException.Unavailable.class)
        .hasMessageContaining("http://127.0.0.1:1");
  }

  @Test
  void aReadFailsOverToTheNextEndpoint() {
    try (RpcEndpoints rpc = RpcEndpoints.open(impatient(first.url(), second.url()))) {
      first.rule(q -> new Fate.Answer(503, "busy"));
      assertThat(rpc.read("head", RpcNode::headNumber)).isEqualTo(3);
      assertThat(rpc.health().level()).isEqualTo(HealthReading.Level.DEGRADED);
      first.heal();
    }
  }

  @Test
  void anEndpointThatHangsIsLeftAfterTheCallsTime() {
    try (RpcEndpoints rpc = RpcEndpoints.open(impatient(first.url(), second.url()))) {
      first.rule(q -> new Fate.Hang(5_000));
      long start = System.nanoTime();
      assertThat(rpc.read("head", RpcNode::headNumber)).isEqualTo(3);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void aReadGivesUpAfterItsRoundsAndNamesTheCause() {
    try (RpcEndpoints rpc = RpcEndpoints.open(impatient(first.url()))) {
      int before = first.questions();
      first.rule(q -> new Fate.Answer(500, ""));
      assertThatThrownBy(() -> rpc.read("head", RpcNode::headNumber))
          .isInstanceOf(RpcException.Unavailable.class)
          .hasMessageContaining("cannot read head after 3 rounds")
          .hasMessageContaining("HTTP status 500");
      assertThat(first.questions() - before).isEqualTo(3);
      assertThat(rpc.health().level()).isEqualTo(HealthReading.Level.DOWN);
    }
  }

  @Test
  void anOversizedAnswerIsAnErrorWithTheEndpointsName() {
    try (RpcEndpoints rpc = RpcEndpoints.open(impatient(first.url()))) {
      first.rule(q ->
          new Fate.Answer(
              200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x" + "0".repeat(1 << 17) + "\"}"));
      assertThatThrownBy(() -> rpc.read("head", RpcNode::headNumber))
          .hasMessageContaining(first.url().toString())
          .hasMessageContaining("larger than 65536 bytes");
    }
  }

  @Test
  void malformedAnswersAreErrorsWithTheEndpointsName() {
    try (RpcEndpoints rpc = RpcEndpoints.open(impatient(first.url()))) {
      for (String body :
          List.of(
              "",
              "<html>",
              "[]",
              "{}",
              "{\"id\":1,\"result\":null}",
              "{\"id\":1,\"result\":{}}",
              "{\"id\":1,\"result\":\"0xzz\"}")) {
        first.rule(q -> new Fate.Answer(200, body.replace("\"id\":1", "\"id\":" + id(q))));
        assertThatThrownBy(() -> rpc.read("head", RpcNode::headNumber))
            .as(body)
            .isInstanceOf(RpcException.class)
            .hasMessageContaining(first.url().toString())
            .cause()
            .isInstanceOf(RpcException.Malformed.class);
      }
    }
  }

  private static String id(String question) {
    return question.replaceAll(".*\"id\":(\\d+).*", "$1");
  }

  @Test
  void anAnswerToAnotherQuestionIsRefused() {
    try (RpcEndpoints rpc = RpcEndpoints.open(impatient(first.url()))) {
      first.rule(
          q -> new Fate.Answer(200, "{\"jsonrpc\":\"2.0\",\"id\":999999999,\"result\":\"0x3\"}"));
      assertThatThrownBy(() -> rpc.read("head", RpcNode::headNumber))
          .hasMessageContaining("want the answer to question");
    }
  }

  @Test
  void comparedAnswersMustAgree() {
    try (RpcEndpoints rpc = RpcEndpoints.open(impatient(first.url(), second.url()))) {
      String address = AnvilProcess.FUNDED_KEY.address().hex();
      assertThat(rpc.compareBalance(address)).isPositive();
      second.rule(q ->
          q.contains("eth_getBalance")
              ? new Fate.Answer(
                  200, "{\"jsonrpc\":\"2.0\",\"id\":" + id(q) + ",\"result\":\"0x1\"}")
              : new Fate.Pass());
      assertThatThrownBy(() -> rpc.compareBalance(address))
          .isInstanceOf(RpcException.Disagreement.class)
          .hasMessageContaining(second.url() + " says 1");
    }
  }

  @Test
  void aComparisonNeedsTwoThatAnswer() {
    try (RpcEndpoints rpc = RpcEndpoints.open(impatient(first.url(), second.url()))) {
      second.rule(q -> new Fate.Answer(503, ""));
      assertThatThrownBy(() -> rpc.compareBalance(AnvilProcess.FUNDED_KEY.address().hex()))
          .isInstanceOf(RpcException.Unavailable.class)
          .hasMessageContaining("want two endpoints to compare, got 1");
    }
  }

  @Test
  void anErrorAnswerIsNotAskedAgain() {
    try (RpcEndpoints rpc = RpcEndpoints.open(impatient(first.url(), second.url()))) {
      AtomicInteger asked = new AtomicInteger();
      assertThatThrownBy(() ->
              rpc.read(
                  "logs",
                  node -> {
                    asked.incrementAndGet();
                    return node.call("eth_noSuchMethod", List.of(), n -> n);
                  }))
          .isInstanceOfSatisfying(
              RpcException.ErrorAnswer.class, e -> assertThat(e.code()).isEqualTo(-32601));
      assertThat(asked).hasValue(1);
      assertThat(rpc.health().isUp()).isTrue();
    }
  }

  @Test
  void accessKeysInUrlsNeverReachAMessage() {
    URI secret = URI.create("http://user:hunter2@127.0.0.1:1/v3/topsecret?key=topsecret");
    assertThatThrownBy(() -> RpcEndpoints.open(impatient(secret)))
        .hasMessageNotContainingAny("topsecret", "hunter2")
        .hasMessageContaining("127.0.0.1:1");
  }
}
