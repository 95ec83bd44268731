package network.assay.oracle.collateral.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.collateral.Samples;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.x509.Cert;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clients against a server on loopback which answers in the shape of the vendors' services. */
class ServicesTest {
  private static final Instant NOW = Samples.NOW;
  private static final Instant LATER = NOW.plus(Duration.ofDays(30));
  private static final String FMSPC = "90c06f000000";

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Reply(int status, Map<String, String> headers, byte[] body) {
    static Reply ok(byte[] body) {
      return new Reply(200, Map.of(), body);
    }

    static Reply ok(String body, String header, String value) {
      return new Reply(200, Map.of(header, value), body.getBytes(UTF_8));
    }

    static Reply refusal(int status, Map<String, String> headers) {
      return new Reply(status, headers, "no".getBytes(UTF_8));
    }
  }

  private final Map<String, Deque<Reply>> replies = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<byte[]> posted = new ArrayList<>();
  private final List<Duration> waits = new ArrayList<>();
  private HttpServer server;
  private ServiceEndpoints at;
  private ServiceHttp http;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    at =
        new ServiceEndpoints(
            base, base.resolve("/IntelSGXRootCA.der"), base, base, base.resolve("/ocsp"));
    http =
        new ServiceHttp(new Backoff(3, Duration.ofMillis(200), Duration.ofSeconds(30)), waits::add);
  }

  @AfterEach
  void stop() {
    http.close();
    server.stop(0);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    asked.add(exchange.getRequestMethod() + " " + path);
    posted.add(exchange.getRequestBody().readAllBytes());
    Deque<Reply> queue = replies.getOrDefault(path, new ArrayDeque<>());
    Reply reply = queue.size() > 1 ? queue.removeFirst() : queue.peek();
    if (reply == null) {
      reply = Reply.refusal(404, Map.of());
    }
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    exchange.sendResponseHeaders(reply.status(), reply.body().length);
    try (exchange) {
      exchange.getResponseBody().write(reply.body());
    } catch (IOException clientHadEnough) {
      // It hangs up on an answer that is too long.
    }
  }

  private synchronized void on(String path, Reply... several) {
    replies.put(path, new ArrayDeque<>(List.of(several)));
  }

  private static String chainHeader() {
    String pem = Samples.party("Intel SGX TCB Signing").pem() + Samples.party("Root").pem();
    return URLEncoder.encode(pem, UTF_8).replace("+", "%20");
  }

  private IntelPcs pcs() {
    return new IntelPcs(http, at, InstantSource.fixed(NOW));
  }

  @Test
  void tcbInfoComesWithItsSignersFromTheHeader() {
    String body = Samples.tcbInfo("TDX", FMSPC, NOW, LATER);
    on(
        "/tdx/certification/v4/tcb?fmspc=" + FMSPC,
        Reply.ok(body, "TCB-Info-Issuer-Chain", chainHeader()));
    List<CollateralItem> got = pcs().tcbInfo(IntelPcs.Tee.TDX, FMSPC);
    assertThat(got.getFirst().raw()).isEqualTo(body.getBytes(UTF_8));
    assertThat(new String(got.getFirst().issuerChain().getFirst(), UTF_8))
        .startsWith("-----BEGIN CERTIFICATE-----\n");
    assertThat(got.getFirst().forVerifier().issuerChain()).hasSize(1);
    assertThat(got.get(1).kind()).isEqualTo(Kind.INTEL_TCB_SIGNING_CHAIN);
  }

  @Test
  void identitiesAndRevocationListsComeFromTheirOwnPlaces() {
    on(
        "/sgx/certification/v4/qe/identity",
        Reply.ok(
            Samples.identity("QE", NOW, LATER),
            "SGX-Enclave-Identity-Issuer-Chain",
            chainHeader()));
    assertThat(pcs().qeIdentity(IntelPcs.Tee.SGX).getFirst().key()).isEqualTo("QE");
    byte[] crl = Samples.crl(Samples.party("Intel SGX PCK Platform CA"), NOW, LATER);
    on(
        "/sgx/certification/v4/pckcrl?encoding=der&ca=platform",
        new Reply(200, Map.of("SGX-PCK-CRL-Issuer-Chain", chainHeader()), crl));
    assertThat(pcs().pckCrl(IntelPcs.Ca.PLATFORM).getFirst().key()).isEqualTo("platform");
    on(
        "/IntelSGXRootCA.der",
        Reply.ok(Samples.crl(Samples.party("Intel SGX Root CA"), NOW, LATER)));
    assertThat(pcs().rootCrl().getFirst().key()).isEqualTo("root");
  }

  @Test
  void anAnswerToAnotherQuestionIsRefused() {
    on(
        "/tdx/certification/v4/tcb?fmspc=" + FMSPC,
        Reply.ok(
            Samples.tcbInfo("TDX", "00606a000000", NOW, LATER),
            "TCB-Info-Issuer-Chain",
            chainHeader()));
    assertThatThrownBy(() -> pcs().tcbInfo(IntelPcs.Tee.TDX, FMSPC))
        .hasMessageContaining("OTHER_ANSWER");
    on(
        "/sgx/certification/v4/pckcrl?encoding=der&ca=platform",
        Reply.ok(Samples.crl(Samples.party("Intel SGX PCK Processor CA"), NOW, LATER)));
    assertThatThrownBy(() -> pcs().pckCrl(IntelPcs.Ca.PLATFORM))
        .hasMessageContaining("OTHER_ANSWER");
  }

  @Test
  void anAnswerWithoutItsSignersIsRefused() {
    on(
        "/tdx/certification/v4/tcb?fmspc=" + FMSPC,
        Reply.ok(Samples.tcbInfo("TDX", FMSPC, NOW, LATER).getBytes(UTF_8)));
    assertThatThrownBy(() -> pcs().tcbInfo(IntelPcs.Tee.TDX, FMSPC))
        .hasMessageContaining("NO_ISSUER_CHAIN");
  }

  @Test
  void aBusyServiceIsGivenTheTimeThatItAsksFor() {
    on(
        "/vcek/v1/Milan/cert_chain",
        Reply.refusal(429, Map.of("Retry-After", "7")),
        Reply.refusal(503, Map.of()),
        Reply.ok(
            (Samples.party("SEV-Milan").pem() + Samples.party("ARK-Milan").pem()).getBytes(UTF_8)));
    AmdKds kds = new AmdKds(http, at, InstantSource.fixed(NOW));
    CollateralItem chain = kds.chain(AmdKds.Signer.vcek, AmdKds.Product.Milan);
    assertThat(chain.key()).isEqualTo("milan");
    assertThat(waits).hasSize(2);
    assertThat(waits.getFirst()).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(7));
    assertThat(waits.get(1)).isBetween(Duration.ofMillis(300), Duration.ofMillis(400));
  }

  @Test
  void aServiceThatAsksForTooLongOrNeverAnswersIsGivenUp() {
    on("/vcek/v1/Milan/crl", Reply.refusal(429, Map.of("Retry-After", "3600")));
    AmdKds kds = new AmdKds(http, at, InstantSource.fixed(NOW));
    assertThatThrownBy(() -> kds.crl(AmdKds.Signer.vcek, AmdKds.Product.Milan))
        .hasMessageContaining("SERVICE_BUSY");
    on("/vcek/v1/Genoa/crl", Reply.refusal(500, Map.of()));
    assertThatThrownBy(() -> kds.crl(AmdKds.Signer.vcek, AmdKds.Product.Genoa))
        .hasMessageContaining("SERVICE_UNREACHABLE: got status 500");
    assertThat(asked.stream().filter(path -> path.contains("Genoa"))).hasSize(3);
  }

  @Test
  void aRefusalIsNotAskedAgainARedirectNotFollowedAndALongAnswerNotRead() {
    assertThatThrownBy(() -> pcs().rootCrl()).hasMessageContaining("SERVICE_REFUSED");
    assertThat(asked).hasSize(1);
    on("/IntelSGXRootCA.der", Reply.refusal(302, Map.of("Location", "http://127.0.0.1:1/")));
    assertThatThrownBy(() -> pcs().rootCrl()).hasMessageContaining("SERVICE_REFUSED");
    on("/IntelSGXRootCA.der", Reply.ok(new byte[CollateralItem.BYTES_MAX + 1]));
    assertThatThrownBy(() -> pcs().rootCrl()).hasMessageContaining("WRONG_LENGTH");
  }

  @Test
  void aChipsCertificateIsAskedForByItsIdAndFirmware() {
    byte[] id = new byte[64];
    id[0] = 0x5a;
    String hex = "5a" + "00".repeat(63);
    on(
        "/vcek/v1/Milan/" + hex + "?blSPL=03&snpSPL=08&teeSPL=00&ucodeSPL=115",
        Reply.ok(Samples.party("SEV-VCEK", id).der()));
    AmdKds kds = new AmdKds(http, at, InstantSource.fixed(NOW));
    CollateralItem chip = kds.chip(AmdKds.Product.Milan, id, new AmdKds.Tcb(3, 0, 8, 115, -1));
    assertThat(chip.kind() + " " + chip.key()).isEqualTo("AMD_VCEK " + hex);
    assertThatThrownBy(() -> kds.chip(AmdKds.Product.Turin, id, new AmdKds.Tcb(3, 0, 8, 115, 1)))
        .hasMessageContaining("WRONG_CHIP_ID");
  }

  @Test
  void aManifestIsFiledUnderTheNameItWasAskedBy() {
    String id = "NV_GPU_DRIVER_GH100_535.104.05";
    String base64 = Base64.getEncoder().encodeToString(Samples.rim("560b").getBytes(UTF_8));
    on(
        "/v1/rim/" + id,
        Reply.ok("{\"id\":\"%s\",\"rim\":\"%s\"}".formatted(id, base64).getBytes(UTF_8)));
    NvidiaServices nvidia = new NvidiaServices(http, at, InstantSource.fixed(NOW));
    CollateralItem rim = nvidia.rim(id);
    assertThat(rim.key()).isEqualTo(id);
    assertThat(rim.raw()).isEqualTo(Samples.rim("560b").getBytes(UTF_8));
    assertThatThrownBy(() -> nvidia.rim("../secrets")).hasMessageContaining("WRONG_RIM_ID");
  }

  @Test
  void aCertificatesStatusIsAskedForWithANonceAndAnAnswerWithoutItIsRefused() throws Exception {
    Samples.Party issuer = Samples.party("NVIDIA Identity");
    Samples.Party leaf = Samples.party("GH100 leaf");
    on("/ocsp", Reply.ok(Samples.ocsp(issuer, leaf.certificate(), NOW, LATER)));
    NvidiaServices nvidia = new NvidiaServices(http, at, InstantSource.fixed(NOW));
    Cert asked = Cert.parse(leaf.certificate().getEncoded());
    Cert by = Cert.parse(issuer.certificate().getEncoded());
    assertThatThrownBy(() -> nvidia.ocsp(asked, by, new byte[32]))
        .hasMessageContaining("OCSP_NONCE_MISMATCH");
    OCSPRequest request = OCSPRequest.getInstance(posted.getFirst());
    assertThat(request.getTbsRequest().getRequestExtensions().getExtensionOIDs()).hasSize(1);
  }

  @Test
  void anAddressWithAPasswordOrOfAnotherKindIsNoEndpoint() {
    for (String bad : List.of("ftp://127.0.0.1", "http://user:pw@127.0.0.1", "file:///etc")) {
      URI uri = URI.create(bad);
      assertThatThrownBy(() -> new ServiceEndpoints(uri, uri, uri, uri, uri))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
