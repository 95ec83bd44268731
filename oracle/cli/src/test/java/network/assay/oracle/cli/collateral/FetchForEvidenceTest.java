package network.assay.oracle.cli.collateral;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import network.assay.oracle.cli.OracleCliCommand;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.fixture.attest.SnpForge;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import network.assay.oracle.verify.fixture.ca.TestOcsp;
import network.assay.oracle.verify.fixture.dcap.TestCollateral;
import network.assay.oracle.verify.fixture.dcap.TestPlatform;
import network.assay.oracle.verify.fixture.dcap.TestQuote;
import network.assay.oracle.verify.fixture.nvidia.TestGpu;
import network.assay.oracle.verify.fixture.nvidia.TestRim;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Given evidence and services of our own test authority that answer as the vendors' do, when {@code
 * fetch --evidence} has run and its cache was exported, then the evidence verifies elsewhere
 * without a network.
 */
class FetchForEvidenceTest {
  private static final String AT = Long.toString(TestAuthority.NOW.getEpochSecond());

  @TempDir Path folder;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answer(Map<String, String> headers, byte[] body) {
    static Answer of(byte[] body) {
      return new Answer(Map.of(), body);
    }
  }

  private final Map<String, Function<byte[], Answer>> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private HttpServer server;
  private String url = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    asked.add(path);
    byte[] posted = exchange.getRequestBody().readAllBytes();
    Function<byte[], Answer> known = answers.get(path);
    try (exchange) {
      if (known == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      Answer found = known.apply(posted);
      found.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
      exchange.sendResponseHeaders(200, found.body().length);
      exchange.getResponseBody().write(found.body());
    }
  }

  private void on(String path, byte[] body) {
    answers.put(path, posted -> Answer.of(body));
  }

  private void on(String path, byte[] body, String header, byte[]... pem) {
    StringBuilder chain = new StringBuilder();
    for (byte[] one : pem) {
      chain.append(new String(one, US_ASCII));
    }
    String encoded = URLEncoder.encode(chain.toString(), UTF_8).replace("+", "%20");
    answers.put(path, posted -> new Answer(Map.of(header, encoded), body));
  }

  private record Run(int code, String out) {}

  private static Run run(String... args) {
    StringWriter out = new StringWriter();
    PrintWriter to = new PrintWriter(out, true);
    int code = OracleCliCommand.execute(to, to, args);
    return new Run(code, out.toString());
  }

  private Run fetch(Path evidence) {
    return run(
        "attest",
        "collateral",
        "fetch",
        "--evidence",
        evidence.toString(),
        "--intel-url",
        url,
        "--intel-root-crl-url",
        url + "/root.crl",
        "--amd-url",
        url,
        "--rim-url",
        url,
        "--ocsp-url",
        url + "/ocsp",
        "--cache",
        at("here"));
  }

  /** Elsewhere: what was exported here is all there is. */
  private Run verified(Path evidence, String time, TestAuthority... roots) throws Exception {
    Path bundle = folder.resolve("offline.bundle");
    run("attest", "collateral", "export", "--out", bundle.toString(), "--cache", at("here"));
    List<String> args =
        new ArrayList<>(
            List.of(
                "attest",
                "verify",
                "--evidence",
                evidence.toString(),
                "--at",
                time,
                "--collateral",
                bundle.toString(),
                "--json",
                "--roots"));
    for (TestAuthority root : roots) {
      args.add(Files.write(folder.resolve(root.cert().sha256()), root.pem()).toString());
    }
    return run(args.toArray(String[]::new));
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private static byte[] only(Collateral all, Kind kind, String key) {
    List<Item> found = all.find(kind, key);
    assertThat(found).as(kind + " " + key).isNotEmpty();
    return found.getFirst().raw();
  }

  private void intel(TestPlatform platform, String tee, String identity) {
    boolean tdx = tee.equals("tdx");
    Collateral all = new TestCollateral(platform, tdx).build();
    String fmspc = HexFormat.of().formatHex(platform.fmspc);
    Kind tcb = tdx ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX;
    byte[] signer = platform.signer().pem();
    byte[] root = platform.root().pem();
    on(
        "/" + tee + "/certification/v4/tcb?fmspc=" + fmspc,
        only(all, tcb, fmspc),
        "TCB-Info-Issuer-Chain",
        signer,
        root);
    on(
        "/" + tee + "/certification/v4/qe/identity",
        only(all, Kind.INTEL_QE_IDENTITY, identity),
        "SGX-Enclave-Identity-Issuer-Chain",
        signer,
        root);
    on(
        "/sgx/certification/v4/pckcrl?encoding=der&ca=platform",
        only(all, Kind.INTEL_PCK_CRL, "platform"),
        "SGX-PCK-CRL-Issuer-Chain",
        platform.middle().pem(),
        root);
    on("/root.crl", only(all, Kind.INTEL_ROOT_CRL, "root"));
  }

  @Test
  void aTdxQuoteNamesItsPlatformAndVerifiesOfflineAfterwards() throws Exception {
    TestPlatform platform = new TestPlatform();
    intel(platform, "tdx", "TD_QE");
    Path quote = Files.write(folder.resolve("quote"), TestQuote.tdx(platform, 4).bytes());
    Run fetched = fetch(quote);
    assertThat(fetched.code()).as(fetched.out()).isZero();
    assertThat(asked)
        .noneMatch(
            path -> path.contains("processor") || path.contains("/sgx/certification/v4/tcb"));
    Run found = verified(quote, AT, platform.root());
    assertThat(found.out()).contains("\"verdict\":\"accepted\"", "\"tcbStatus\":\"UpToDate\"");
  }

  @Test
  void anSgxQuoteInBase64AsksForSgxOnly() throws Exception {
    TestPlatform platform = new TestPlatform();
    intel(platform, "sgx", "QE");
    byte[] raw = TestQuote.sgx(platform, 3).bytes();
    Path quote = Files.write(folder.resolve("quote"), Base64.getEncoder().encode(raw));
    Run fetched = fetch(quote);
    assertThat(fetched.code()).as(fetched.out()).isZero();
    assertThat(asked).noneMatch(path -> path.contains("/tdx/"));
    assertThat(verified(quote, AT, platform.root()).out()).contains("\"verdict\":\"accepted\"");
  }

  @Test
  void aReportNamesItsChipAndFirmware() throws Exception {
    for (SnpForge.Line line : SnpForge.Line.values()) {
      SnpForge forge = SnpForge.of(line);
      String title =
          line.name().charAt(0) + line.name().substring(1).toLowerCase(java.util.Locale.ROOT);
      boolean turin = line == SnpForge.Line.TURIN;
      int idBytes = turin ? 8 : 64;
      byte[] id = new byte[idBytes];
      for (int i = 0; i < idBytes; i++) {
        id[i] = (byte) (i + 1);
      }
      on(
          "/vcek/v1/"
              + title
              + "/"
              + HexFormat.of().formatHex(id)
              + (turin
                  ? "?blSPL=04&fmcSPL=02&snpSPL=24&teeSPL=01&ucodeSPL=219"
                  : "?blSPL=04&snpSPL=24&teeSPL=01&ucodeSPL=219"),
          forge.leaf().der());
      on(
          "/vcek/v1/" + title + "/cert_chain",
          (new String(forge.intermediate().pem(), US_ASCII)
                  + new String(forge.root().pem(), US_ASCII))
              .getBytes(US_ASCII));
      on("/vcek/v1/" + title + "/crl", forge.root().crl());
      Path report = Files.write(folder.resolve("report" + line), forge.signed());
      Run fetched = fetch(report);
      assertThat(fetched.out()).contains("amd-vcek", "amd-cert-chain");
      Run found = verified(report, AT, forge.root());
      assertThat(found.out()).as(line + " " + fetched.out()).contains("\"verdict\":\"accepted\"");
    }
  }

  // --- NVIDIA ---

  private final TestGpu gpu = TestGpu.hopper("a");

  private Path gpuEvidence() throws IOException {
    Base64.Encoder base64 = Base64.getEncoder();
    return Files.writeString(
        folder.resolve("gpu.json"),
        "[{\"arch\":\"HOPPER\",\"evidence\":\""
            + base64.encodeToString(gpu.report())
            + "\",\"certificate\":\""
            + base64.encodeToString(gpu.chain())
            + "\"}]");
  }

  private void manifests() {
    manifest("NV_GPU_DRIVER_GH100_535.86.09", TestRim.of("535.86.09", gpu, 0, 20));
    manifest("NV_GPU_VBIOS_1010_0200_882_96005E0001", TestRim.of("96.00.5E.00.01", gpu, 20, 64));
  }

  private void manifest(String id, TestRim rim) {
    String base64 = Base64.getEncoder().encodeToString(rim.xml());
    on("/v1/rim/" + id, ("{\"id\":\"" + id + "\",\"rim\":\"" + base64 + "\"}").getBytes(UTF_8));
  }

  /** A responder for the two certificates that name one. */
  private void responder(boolean echoes, TestOcsp.Status status) {
    Map<BigInteger, TestOcsp.Spec> known = new HashMap<>();
    known.put(
        gpu.identity().cert().serial(), TestOcsp.Spec.good(gpu.identity().cert(), gpu.root()));
    known.put(
        gpu.provisioner().cert().serial(),
        TestOcsp.Spec.good(gpu.provisioner().cert(), gpu.identity()));
    Instant now = Instant.now();
    answers.put(
        "/ocsp",
        posted -> {
          OCSPRequest request = OCSPRequest.getInstance(posted);
          Request one =
              Request.getInstance(request.getTbsRequest().getRequestList().getObjectAt(0));
          byte[] nonce =
              ASN1OctetString.getInstance(
                      request
                          .getTbsRequest()
                          .getRequestExtensions()
                          .getExtensionParsedValue(OCSPObjectIdentifiers.id_pkix_ocsp_nonce))
                  .getOctets();
          TestOcsp.Spec spec = known.get(one.getReqCert().getSerialNumber().getValue());
          if (spec == null) {
            return Answer.of(new byte[0]);
          }
          TestOcsp.Spec timed =
              spec.status(status).updates(now.minusSeconds(3_600), now.plusSeconds(86_400));
          return Answer.of(TestOcsp.response(echoes ? timed.nonce(nonce) : timed));
        });
  }

  private Run gpuVerified(Path evidence) throws Exception {
    String now = Long.toString(Instant.now().getEpochSecond());
    return verified(evidence, now, gpu.root(), rimRoot());
  }

  private static TestAuthority rimRoot() {
    return TestAuthority.root(CertSpec.ca("Test CoRIM signing Root CA"), TestKey.p384("rim root"));
  }

  @Test
  void aGpusManifestsAndTheStatusOfItsCertificatesAreFetchedAndVerifyOffline() throws Exception {
    manifests();
    responder(true, TestOcsp.Status.GOOD);
    Path evidence = gpuEvidence();
    Run fetched = fetch(evidence);
    assertThat(fetched.code()).as(fetched.out()).isZero();
    assertThat(asked.stream().filter(path -> path.equals("/ocsp"))).hasSize(2);
    assertThat(gpuVerified(evidence).out()).contains("\"verdict\":\"accepted\"");
  }

  @Test
  void aRevocationIsFetchedLikeAnyAnswerAndRejectsOffline() throws Exception {
    manifests();
    responder(true, TestOcsp.Status.REVOKED);
    Path evidence = gpuEvidence();
    assertThat(fetch(evidence).code()).isZero();
    assertThat(gpuVerified(evidence).out()).contains("\"verdict\":\"rejected\"", "REVOKED");
  }

  @Test
  void anOldAnswerPlayedAgainIsNotKept() throws Exception {
    manifests();
    responder(false, TestOcsp.Status.GOOD);
    Path evidence = gpuEvidence();
    Run fetched = fetch(evidence);
    assertThat(fetched.code()).isEqualTo(2);
    assertThat(fetched.out()).contains("OCSP_NONCE_MISMATCH").doesNotContain("nvidia-ocsp");
    assertThat(gpuVerified(evidence).out()).contains("\"verdict\":\"inconclusive\"");
  }

  @Test
  void whatIsNoEvidenceIsSaidAndNothingIsAsked() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "nothing of the kind");
    Run fetched = fetch(text);
    assertThat(fetched.code()).isEqualTo(3);
    assertThat(fetched.out()).contains("UNKNOWN_EVIDENCE");
    assertThat(asked).isEmpty();
  }
}
