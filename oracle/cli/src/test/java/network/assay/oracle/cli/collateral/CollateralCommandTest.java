package network.assay.oracle.cli.collateral;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CollateralCommandTest {
  private static final String TCB =
      "{\"tcbInfo\":{\"id\":\"TDX\",\"version\":3,\"issueDate\":\"2026-01-01T00:00:00Z\",\"nextUpdate\":\"2026-01-31T00:00:00Z\",\"fmspc\":\"90C06F000000\"},\"signature\":\"00\"}";
  private static final String RIM = "<SoftwareIdentity tagId=\"5607\"></SoftwareIdentity>";

  @TempDir Path folder;

  private record Run(int code, String out, String err) {}

  @Test
  void whatIsImportedIsListedExportedAndImportedElsewhereWithoutANetwork() throws Exception {
    Path file = Files.writeString(folder.resolve("tcb.json"), TCB);
    Path bundle = folder.resolve("offline.bundle");
    assertThat(run("import", file.toString(), "--cache", at("one")).code()).isZero();
    assertThat(run("list", "--cache", at("one"), "--at", "1767312000").out())
        .contains("intel-tcb-info-tdx", "90c06f000000")
        .doesNotContain("not now")
        .contains("1 item");
    assertThat(run("export", "--out", bundle.toString(), "--cache", at("one")).code()).isZero();
    assertThat(run("import", bundle.toString(), "--cache", at("two")).code()).isZero();
    assertThat(run("list", "--cache", at("two"), "--json").out())
        .contains("\"kind\" : \"intel-tcb-info-tdx\"", "\"until\" : 1769817600");
  }

  @Test
  void aBadFileIsNamedInOneSentenceAndNothingIsTaken() throws Exception {
    Path good = Files.writeString(folder.resolve("tcb.json"), TCB);
    Path bad = Files.writeString(folder.resolve("bad.txt"), "hello");
    Run run = run("import", good.toString(), bad.toString(), "--cache", at("one"));
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).startsWith("unusable: UNKNOWN_COLLATERAL").doesNotContain("\tat ");
    assertThat(run("list", "--cache", at("one")).out()).contains("0 items");
  }

  @Test
  void whatAServiceAnswersIsKeptAndWhatItRefusesIsSaid() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/rim/NV_GPU_X", CollateralCommandTest::rim);
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      Run both =
          run(
              "fetch",
              "--rim",
              "NV_GPU_X",
              "--rim",
              "NV_GPU_Y",
              "--rim-url",
              url,
              "--cache",
              at("one"));
      assertThat(both.code()).isEqualTo(2);
      assertThat(both.out()).contains("nvidia-rim", "NV_GPU_X", "not fetched: SERVICE_REFUSED");
      assertThat(run("fetch", "--rim", "NV_GPU_X", "--rim-url", url, "--cache", at("one")).code())
          .isZero();
    } finally {
      server.stop(0);
    }
    assertThat(run("fetch", "--cache", at("one")).err()).contains("say what to fetch");
  }

  private static void rim(HttpExchange exchange) throws IOException {
    String rim = Base64.getEncoder().encodeToString(RIM.getBytes(UTF_8));
    byte[] body = ("{\"id\":\"NV_GPU_X\",\"rim\":\"" + rim + "\"}").getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private static Run run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new CollateralCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(args);
    return new Run(code, out.toString(), err.toString());
  }
}
