package network.assay.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import network.assay.agent.execute.Chain;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.service.Health;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** drain, offers and status, against the server that a running agent has. */
class ControlCommandsTest {
  @TempDir Path folder = Path.of("unset");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private DrainSwitch drain = new DrainSwitch(Path.of("unset"));
  private HealthServer server = null;

  @BeforeEach
  void start() {
    drain = new DrainSwitch(folder.resolve("data"));
    AgentControl control =
        new AgentControl() {
          @Override
          public void drain(boolean on) {
            drain.set(on);
          }

          @Override
          public List<OfferLine> offers() {
            return drain.isOn() ? List.of() : List.of(offer());
          }
        };
    server = new HealthServer(0, new Health(), this::status, control);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static AgentControl.OfferLine offer() {
    return new AgentControl.OfferLine(
        Bytes32.ZERO,
        Bytes32.ZERO,
        BigInteger.TEN,
        BigInteger.TEN,
        2,
        1,
        List.of("SAMPLED"),
        99,
        1);
  }

  private AgentStatus status() {
    Address any = Address.fromHex("0x" + "33".repeat(20));
    BigInteger seven = BigInteger.valueOf(7);
    return new AgentStatus(
        "mine",
        any,
        any,
        "no card",
        List.of(),
        "none",
        "",
        drain.isOn(),
        Idleness.of("", drain.isOn(), List.of(), 99, ""),
        Optional.of(new Chain.Earnings(seven, BigInteger.ONE, BigInteger.TWO)),
        List.of(),
        List.of());
  }

  private int assay(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "agent";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--port";
    all[words.length + 2] = Integer.toString(server.port());
    return AgentCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), all);
  }

  @Test
  void drainHoldsOverARestartUntilItIsUndone() {
    assertThat(assay("drain")).isZero();
    assertThat(out.toString()).contains("takes no more jobs; 0 unfinished");
    assertThat(new DrainSwitch(folder.resolve("data")).isOn()).isTrue();
    assertThat(assay("offers")).isZero();
    assertThat(out.toString()).contains("no offer stands");
    assertThat(assay("drain", "--undo")).isZero();
    assertThat(new DrainSwitch(folder.resolve("data")).isOn()).isFalse();
  }

  @Test
  void offersAreShownForPeopleAndPrograms() {
    assertThat(assay("offers")).isZero();
    assertThat(out.toString()).contains("10 base units a job, 2 at a time");
    assertThat(assay("offers", "--json")).isZero();
    assertThat(out.toString()).contains("\"concurrentMax\":2");
  }

  @Test
  void statusSaysWhyItIsIdleAndWhatItEarned() {
    assertThat(assay("status")).isZero();
    assertThat(out.toString())
        .contains("no order was joined with its offer")
        .contains("waits for")
        .contains("credit 7, claimable 1, in challenge windows 2");
  }

  @Test
  void aPageInABrowserCannotDrain() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/drain");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest plain =
          HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("on")).build();
      assertThat(http.send(plain, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(400);
      HttpRequest read = HttpRequest.newBuilder(uri).header("X-Assay-Drain", "on").GET().build();
      assertThat(http.send(read, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(405);
    }
    assertThat(drain.isOn()).isFalse();
  }
}
