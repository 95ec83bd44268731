package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import network.assay.oracle.cli.OracleCliCommand;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.fixture.attest.NitroForge;
import network.assay.oracle.verify.fixture.attest.SnpForge;
import network.assay.oracle.verify.fixture.attest.TpmForge;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.DerWriter;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import network.assay.oracle.verify.fixture.ca.TestOcsp;
import network.assay.oracle.verify.fixture.dcap.TestCollateral;
import network.assay.oracle.verify.fixture.dcap.TestPlatform;
import network.assay.oracle.verify.fixture.dcap.TestQuote;
import network.assay.oracle.verify.fixture.nvidia.TestGpu;
import network.assay.oracle.verify.fixture.nvidia.TestRim;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same good evidence and collateral of our own test authority in every shape in which clouds,
 * drivers, services and libraries hand them out: each must be found and accepted.
 */
class ShapesTest {
  private static final String AT = Long.toString(TestAuthority.NOW.getEpochSecond());
  private static final HexFormat HEX = HexFormat.of();

  @TempDir Path folder;
  private int number;

  private Path file(String name, byte[] bytes) throws Exception {
    Path own = Files.createDirectories(folder.resolve("f" + number++));
    return Files.write(own.resolve(name), bytes);
  }

  private String verdict(byte[] evidence, List<byte[]> collateral, byte[]... roots)
      throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of("attest", "verify", "--evidence", file("evidence", evidence).toString()));
    args.addAll(List.of("--at", AT, "--json"));
    if (!collateral.isEmpty()) {
      args.add("--collateral");
      for (byte[] one : collateral) {
        args.add(file("collateral", one).toString());
      }
    }
    args.add("--roots");
    for (byte[] root : roots) {
      args.add(file("root.pem", root).toString());
    }
    StringWriter out = new StringWriter();
    PrintWriter to = new PrintWriter(out, true);
    int code = OracleCliCommand.execute(to, to, args.toArray(String[]::new));
    String text = out.toString();
    return code + " " + text.substring(0, Math.min(text.length(), 400));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] joined(byte[]... parts) {
    return DerWriter.concat(parts);
  }

  private static String numbers(byte[] bytes) {
    StringJoiner list = new StringJoiner(",", "[", "]");
    for (byte b : bytes) {
      list.add(Integer.toString(b & 0xff));
    }
    return list.toString();
  }

  /** What people keep one binary thing in. */
  private static Map<String, byte[]> wrappings(byte[] raw, String member) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("raw", raw);
    all.put("hex", utf8(HEX.formatHex(raw)));
    all.put("0x hex with a newline", utf8("0x" + HEX.formatHex(raw) + "\n"));
    all.put("upper-case hex", utf8(HEX.withUpperCase().formatHex(raw)));
    all.put("hex in lines", utf8(HEX.formatHex(raw).replaceAll("(.{64})", "$1\n")));
    all.put("base64", utf8(base64(raw)));
    all.put("base64 in lines", Base64.getMimeEncoder().encode(raw));
    all.put("base64url", Base64.getUrlEncoder().withoutPadding().encode(raw));
    all.put("base64 of hex", utf8(base64(utf8(HEX.formatHex(raw)))));
    all.put("JSON, base64", utf8("{\"" + member + "\":\"" + base64(raw) + "\"}"));
    all.put("JSON, hex", utf8("{\"" + member + "\":\"" + HEX.formatHex(raw) + "\"}"));
    all.put("JSON, 0x hex", utf8("{\"" + member + "\":\"0x" + HEX.formatHex(raw) + "\"}"));
    all.put("JSON, numbers", utf8("{\"" + member + "\":" + numbers(raw) + "}"));
    all.put(
        "JSON, nested",
        utf8("{\"v\":1,\"data\":{\"" + member + "\":\"" + base64(raw) + "\",\"x\":null}}"));
    all.put("JSON, a string", utf8("\"" + base64(raw) + "\""));
    return all;
  }

  private DynamicTest accepted(
      String name, byte[] evidence, List<byte[]> collateral, byte[]... roots) {
    return dynamicTest(
        name, () -> assertThat(verdict(evidence, collateral, roots)).startsWith("0 "));
  }

  // --- DCAP ---

  private static final TestPlatform PLATFORM = new TestPlatform();

  private static Collateral intel(boolean tdx) {
    return new TestCollateral(PLATFORM, tdx).build();
  }

  private static byte[] part(boolean tdx, Kind kind, String key) {
    return intel(tdx).find(kind, key).getFirst().raw();
  }

  private static byte[] tcb(boolean tdx) {
    return part(
        tdx,
        tdx ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX,
        HEX.formatHex(PLATFORM.fmspc));
  }

  private static byte[] identity(boolean tdx) {
    return part(tdx, Kind.INTEL_QE_IDENTITY, tdx ? "TD_QE" : "QE");
  }

  private static byte[] pckCrl() {
    return part(true, Kind.INTEL_PCK_CRL, "platform");
  }

  private static byte[] rootCrl() {
    return part(true, Kind.INTEL_ROOT_CRL, "root");
  }

  private static byte[] signers() {
    return part(true, Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing");
  }

  private static List<byte[]> loose(boolean tdx) {
    return List.of(tcb(tdx), identity(tdx), pckCrl(), rootCrl(), signers());
  }

  private static byte[] root() {
    return PLATFORM.root().pem();
  }

  private static byte[] pem(String label, byte[] der) {
    return utf8(
        "-----BEGIN "
            + label
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END "
            + label
            + "-----\n");
  }

  @TestFactory
  Stream<DynamicTest> quotesInEveryWrapping() {
    List<DynamicTest> all = new ArrayList<>();
    byte[] tdx = TestQuote.tdx(PLATFORM, 4).bytes();
    wrappings(tdx, "quote")
        .forEach((name, bytes) -> all.add(accepted("TDX v4 " + name, bytes, loose(true), root())));
    for (int padding : new int[] {1, 8, 2_990, 16_384}) {
      byte[] padded = Arrays.copyOf(tdx, tdx.length + padding);
      all.add(accepted("TDX v4, " + padding + " zeros behind", padded, loose(true), root()));
      all.add(
          accepted("the same in base64, " + padding, utf8(base64(padded)), loose(true), root()));
    }
    TestQuote td15 = TestQuote.tdx(PLATFORM, 5);
    all.add(accepted("TDX v5 (1.5)", td15.bytes(), loose(true), root()));
    all.add(accepted("TDX v5 padded", Arrays.copyOf(td15.bytes(), 8_000), loose(true), root()));
    TestQuote td10 = TestQuote.tdx(PLATFORM, 5);
    td10.bodyType = 2;
    all.add(accepted("TDX v5 (1.0)", td10.bytes(), loose(true), root()));
    for (int version : new int[] {3, 4, 5}) {
      byte[] sgx = TestQuote.sgx(PLATFORM, version).bytes();
      all.add(accepted("SGX v" + version, sgx, loose(false), root()));
      all.add(
          accepted(
              "SGX v" + version + " padded",
              Arrays.copyOf(sgx, sgx.length + 512),
              loose(false),
              root()));
    }
    byte[] coco =
        utf8(
            "{\"cc_eventlog\":\"AAAAAAAA\",\"quote\":\""
                + base64(tdx)
                + "\",\"aa_eventlog\":\"INIT sha384/0\"}");
    all.add(accepted("a guest agent's evidence", coco, loose(true), root()));
    return all.stream();
  }

  @TestFactory
  Stream<DynamicTest> quotesWithTheirCertificatesBesideThem() {
    List<DynamicTest> all = new ArrayList<>();
    byte[] leaf = PLATFORM.pck().pem();
    byte[] middle = PLATFORM.middle().pem();
    for (int type : new int[] {1, 2, 3, 4, 5, 7}) {
      TestQuote quote = TestQuote.sgx(PLATFORM, 3);
      quote.certificationType = type;
      if (type == 4) {
        quote.certificationData = leaf;
      } else if (type != 5) {
        quote.certificationData = new byte[type == 1 ? 36 : type == 7 ? 900 : 404];
      }
      List<byte[]> whole = new ArrayList<>(loose(false));
      if (type != 5) {
        whole.add(joined(leaf, middle, root()));
      }
      all.add(accepted("type " + type + ", one chain", quote.bytes(), whole, root()));
      if (type != 5) {
        List<byte[]> apart = new ArrayList<>(loose(false));
        apart.addAll(List.of(PLATFORM.pck().der(), PLATFORM.middle().der()));
        all.add(accepted("type " + type + ", apart, DER", quote.bytes(), apart, root()));
        List<byte[]> mixed = new ArrayList<>(loose(false));
        mixed.addAll(List.of(leaf, joined(middle, root())));
        all.add(accepted("type " + type + ", apart, PEM", quote.bytes(), mixed, root()));
      }
    }
    TestQuote der = TestQuote.tdx(PLATFORM, 4);
    der.certificationData =
        joined(PLATFORM.pck().der(), PLATFORM.middle().der(), PLATFORM.root().der());
    all.add(accepted("type 5 in DER", der.bytes(), loose(true), root()));
    TestQuote nul = TestQuote.tdx(PLATFORM, 4);
    nul.certificationData = joined(PLATFORM.chainPem(), new byte[1]);
    all.add(accepted("type 5 with C's NUL", nul.bytes(), loose(true), root()));
    TestQuote crlf = TestQuote.tdx(PLATFORM, 4);
    crlf.certificationData = utf8(new String(PLATFORM.chainPem(), US_ASCII).replace("\n", "\r\n"));
    all.add(accepted("type 5 with carriage returns", crlf.bytes(), loose(true), root()));
    return all.stream();
  }

  private static String json(byte[] text) {
    return tools.jackson.databind.json.JsonMapper.shared()
        .writeValueAsString(new String(text, UTF_8));
  }

  /** The signed body and its signature of what a service delivers. */
  private static String[] apart(byte[] delivered) {
    String text = new String(delivered, UTF_8);
    int from = text.indexOf(':') + 1;
    int to = text.lastIndexOf(",\"signature\"");
    String signature = text.substring(text.lastIndexOf(":\"") + 2, text.lastIndexOf('"'));
    return new String[] {text.substring(from, to), signature};
  }

  private static Map<String, List<byte[]>> layouts() {
    Map<String, List<byte[]>> all = new LinkedHashMap<>();
    byte[] tcb = tcb(true);
    byte[] qe = identity(true);
    String chain = new String(signers(), US_ASCII);
    String crlChain = new String(joined(PLATFORM.middle().pem(), PLATFORM.root().pem()), US_ASCII);
    String[] tcbParts = apart(tcb);
    String[] qeParts = apart(qe);
    all.put("loose files", loose(true));
    all.put(
        "lists in PEM",
        List.of(tcb, qe, signers(), pem("X509 CRL", pckCrl()), pem("X509 CRL", rootCrl())));
    all.put(
        "lists in hex and base64",
        List.of(tcb, qe, signers(), utf8(HEX.formatHex(pckCrl())), utf8(base64(rootCrl()))));
    all.put(
        "the signer and the root apart, DER",
        List.of(tcb, qe, pckCrl(), rootCrl(), PLATFORM.signer().der(), PLATFORM.root().der()));
    all.put(
        "issuer chains as headers have them",
        List.of(
            tcb,
            qe,
            pckCrl(),
            rootCrl(),
            utf8(URLEncoder.encode(chain, UTF_8).replace("+", "%20"))));
    String headers =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTCB-Info-Issuer-Chain: "
            + URLEncoder.encode(chain, UTF_8).replace("+", "%20")
            + "\r\n\r\n";
    all.put(
        "a service's whole answer with its headers",
        List.of(joined(utf8(headers), tcb), qe, pckCrl(), rootCrl()));
    all.put(
        "quote_collateral: bodies with signatures in hex",
        List.of(
            utf8(
                "{\"pck_crl_issuer_chain\":"
                    + json(utf8(crlChain))
                    + ",\"root_ca_crl\":\""
                    + HEX.formatHex(rootCrl())
                    + "\",\"pck_crl\":\""
                    + HEX.formatHex(pckCrl())
                    + "\",\"tcb_info_issuer_chain\":"
                    + json(utf8(chain))
                    + ",\"tcb_info\":"
                    + json(utf8(tcbParts[0]))
                    + ",\"tcb_info_signature\":\""
                    + tcbParts[1]
                    + "\",\"qe_identity_issuer_chain\":"
                    + json(utf8(chain))
                    + ",\"qe_identity\":"
                    + json(utf8(qeParts[0]))
                    + ",\"qe_identity_signature\":\""
                    + qeParts[1]
                    + "\"}")));
    all.put(
        "sgx_ql_qve_collateral_t as JSON: whole answers as text",
        List.of(
            utf8(
                "{\"version\":3,\"tee_type\":129,\"pck_crl_issuer_chain\":"
                    + json(utf8(crlChain + "\0"))
                    + ",\"root_ca_crl\":"
                    + json(utf8(HEX.formatHex(rootCrl()) + "\0"))
                    + ",\"pck_crl\":"
                    + json(utf8(HEX.formatHex(pckCrl()) + "\0"))
                    + ",\"tcb_info_issuer_chain\":"
                    + json(utf8(chain + "\0"))
                    + ",\"tcb_info\":"
                    + json(joined(tcb, new byte[1]))
                    + ",\"qe_identity_issuer_chain\":"
                    + json(utf8(chain))
                    + ",\"qe_identity\":"
                    + json(joined(qe, new byte[1]))
                    + "}")));
    all.put(
        "camel case",
        List.of(
            utf8(
                "{\"pckCrlIssuerChain\":"
                    + json(utf8(crlChain))
                    + ",\"rootCaCrl\":"
                    + json(pem("X509 CRL", rootCrl()))
                    + ",\"pckCrl\":"
                    + json(pem("X509 CRL", pckCrl()))
                    + ",\"tcbInfoIssuerChain\":"
                    + json(utf8(chain))
                    + ",\"tcbInfo\":"
                    + json(tcb)
                    + ",\"qeIdentityIssuerChain\":"
                    + json(utf8(chain))
                    + ",\"qeIdentity\":"
                    + json(qe)
                    + "}")));
    all.put(
        "objects within an object, and lists in base64",
        List.of(
            utf8(
                "{\"collaterals\":{\"tcb\":"
                    + new String(tcb, UTF_8)
                    + ",\"identity\": "
                    + new String(qe, UTF_8)
                    + ",\"crls\":[\""
                    + base64(rootCrl())
                    + "\",\""
                    + base64(pckCrl())
                    + "\"],\"chain\":"
                    + json(utf8(chain))
                    + "}}")));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> collateralInEveryLayout() {
    byte[] quote = TestQuote.tdx(PLATFORM, 4).bytes();
    List<DynamicTest> all = new ArrayList<>();
    layouts().forEach((name, files) -> all.add(accepted(name, quote, files, root())));
    layouts()
        .forEach((name, files) -> {
          if (files.size() == 1) {
            String inner = new String(files.getFirst(), UTF_8);
            byte[] both =
                utf8("{\"quote\":\"" + base64(quote) + "\",\"collateral\":" + inner + "}");
            all.add(accepted("with the quote: " + name, both, List.of(), root()));
          }
        });
    return all.stream();
  }

  // --- SNP ---

  private static byte[] table(byte[]... entries) {
    String[] guids = {
      "63da758de6644564adc5f4b93be8accd",
      "4ab7b379bbac4fe4a02f05aef327c782",
      "c0b406a4a803495297433fb6014cd0ae"
    };
    int at = 24 * (entries.length + 1);
    ByteBuffer out =
        ByteBuffer.allocate(at + Stream.of(entries).mapToInt(e -> e.length).sum())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < entries.length; i++) {
      out.put(HEX.parseHex(guids[i])).putInt(at).putInt(entries[i].length);
      at += entries[i].length;
    }
    out.put(new byte[24]);
    for (byte[] entry : entries) {
      out.put(entry);
    }
    return out.array();
  }

  @TestFactory
  Stream<DynamicTest> reportsOfEveryLineAndKey() {
    List<DynamicTest> all = new ArrayList<>();
    for (SnpForge.Line line : SnpForge.Line.values()) {
      for (boolean vlek : new boolean[] {false, true}) {
        SnpForge forge = new SnpForge(line, vlek);
        byte[] report = forge.signed();
        byte[] leaf = forge.leaf().der();
        byte[] ask = forge.intermediate().der();
        byte[] ark = forge.root().der();
        byte[] root = forge.root().pem();
        String name = line + (vlek ? " VLEK, " : " VCEK, ");
        all.add(accepted(name + "DER apart", report, List.of(leaf, ask, ark), root));
        all.add(
            accepted(
                name + "one PEM",
                report,
                List.of(joined(forge.leaf().pem(), forge.intermediate().pem(), forge.root().pem())),
                root));
        all.add(
            accepted(
                name + "leaf in DER, chain in PEM",
                report,
                List.of(leaf, joined(forge.intermediate().pem(), forge.root().pem())),
                root));
        all.add(accepted(name + "one DER", report, List.of(joined(leaf, ask, ark)), root));
        byte[] table = table(leaf, ask, ark);
        all.add(accepted(name + "table behind", joined(report, table), List.of(), root));
        all.add(
            accepted(
                name + "table in pages",
                Arrays.copyOf(joined(report, table), 1_184 + 16_384),
                List.of(),
                root));
        all.add(accepted(name + "table beside", report, List.of(table), root));
        all.add(
            accepted(
                name + "table beside, in pages",
                report,
                List.of(Arrays.copyOf(table, 16_384)),
                root));
        all.add(
            accepted(
                name + "kernel's message",
                Arrays.copyOf(
                    joined(new byte[] {0, 0, 0, 0, (byte) 0xa0, 4, 0, 0}, new byte[24], report),
                    4_000),
                List.of(leaf, ask),
                root));
        byte[] both =
            utf8(
                "{\"attestation_report\":\""
                    + HEX.formatHex(report)
                    + "\",\"cert_chain\":[{\"cert_type\":\"VCEK\",\"data\":"
                    + numbers(leaf)
                    + "},{\"cert_type\":\"ASK\",\"data\":"
                    + numbers(ask)
                    + "}]}");
        all.add(accepted(name + "guest tool's JSON", both, List.of(), root));
        byte[] azure =
            utf8(
                "{\"vcekCert\":"
                    + json(forge.leaf().pem())
                    + ",\"certificateChain\":"
                    + json(joined(forge.intermediate().pem(), forge.root().pem()))
                    + ",\"tcbm\":\"DB18000000000104\"}");
        all.add(accepted(name + "a cloud's certificates", report, List.of(azure), root));
        byte[] thim =
            utf8(
                "{\"report\":\""
                    + base64(report)
                    + "\",\"certs\":"
                    + new String(azure, UTF_8)
                    + "}");
        all.add(accepted(name + "a cloud's JSON", thim, List.of(), root));
      }
    }
    SnpForge forge = SnpForge.of(SnpForge.Line.GENOA);
    wrappings(forge.signed(), "report")
        .forEach((name, bytes) ->
            all.add(
                accepted(
                    "wrapped, " + name,
                    bytes,
                    List.of(forge.leaf().der(), forge.intermediate().der()),
                    forge.root().pem())));
    return all.stream();
  }

  // --- Nitro ---

  @TestFactory
  Stream<DynamicTest> nitroDocumentsInEveryWrapping() {
    List<DynamicTest> all = new ArrayList<>();
    NitroForge forge = new NitroForge();
    byte[] document = forge.signed();
    byte[] root = forge.root().pem();
    wrappings(document, "attestation_document")
        .forEach((name, bytes) -> all.add(accepted(name, bytes, List.of(), root)));
    boolean tagged = (document[0] & 0xff) == 0xd2;
    byte[] other =
        tagged
            ? Arrays.copyOfRange(document, 1, document.length)
            : joined(new byte[] {(byte) 0xd2}, document);
    all.add(accepted("tagged the other way", other, List.of(), root));
    return all.stream();
  }

  // --- NVIDIA ---

  @TestFactory
  Stream<DynamicTest> devicesInEveryLayout() {
    TestGpu gpu = TestGpu.hopper("a");
    TestGpu second = TestGpu.hopper("b");
    List<byte[]> beside =
        List.of(
            TestRim.of("535.86.09", gpu, 0, 20).xml(),
            TestRim.of("96.00.5E.00.01", gpu, 20, 64).xml(),
            TestOcsp.response(TestOcsp.Spec.good(gpu.identity().cert(), gpu.root())),
            TestOcsp.response(TestOcsp.Spec.good(gpu.provisioner().cert(), gpu.identity())));
    byte[] rims =
        TestAuthority.root(CertSpec.ca("Test CoRIM signing Root CA"), TestKey.p384("rim root"))
            .pem();
    byte[][] roots = {gpu.root().pem(), rims};
    List<byte[]> withChain = new ArrayList<>(beside);
    withChain.add(gpu.chain());
    List<DynamicTest> all = new ArrayList<>();
    wrappings(gpu.report(), "evidence")
        .forEach((name, bytes) -> all.add(accepted("report, " + name, bytes, withChain, roots)));
    String one = object(base64(gpu.report()), base64(gpu.chain()));
    String two = object(base64(second.report()), base64(second.chain()));
    String hex = object(HEX.formatHex(gpu.report()), HEX.formatHex(gpu.chain()));
    String pem = withPem(HEX.formatHex(gpu.report()), gpu.chain());
    Map<String, String> layouts = new LinkedHashMap<>();
    layouts.put("an object", one);
    layouts.put("an object in hex", hex);
    layouts.put("an object with PEM", pem);
    layouts.put("a list", "[" + one + "]");
    layouts.put("a list of two", "[" + one + "," + two + "]");
    layouts.put(
        "a service's request",
        "{\"nonce\":\""
            + "00".repeat(32)
            + "\",\"arch\":\"HOPPER\",\"evidence_list\":["
            + one
            + "]}");
    layouts.put("a map of devices", "{\"gpus\":{\"0\":" + one + ",\"1\":" + two + "}}");
    layouts.put("a kind's list", "{\"gpu_evidences\":[" + one + "]}");
    layouts.put("within an answer", "{\"result\":{\"evidences\":[" + one + "]}}");
    layouts.put(
        "text within JSON",
        "{\"nvidia_payload\":"
            + json(
                utf8(
                    "{\"nonce\":\""
                        + "00".repeat(32)
                        + "\",\"evidence_list\":["
                        + one
                        + "],\"arch\":\"HOPPER\"}"))
            + "}");
    layouts.forEach((name, text) -> all.add(accepted(name, utf8(text), beside, roots)));
    layouts.forEach((name, text) ->
        all.add(accepted("base64: " + name, utf8(base64(utf8(text))), beside, roots)));
    return all.stream();
  }

  private static String object(String report, String chain) {
    return "{\"arch\":\"HOPPER\",\"evidence\":\""
        + report
        + "\",\"certificate\":\""
        + chain
        + "\"}";
  }

  private static String withPem(String report, byte[] pem) {
    return "{\"arch\":\"HOPPER\",\"evidence\":\""
        + report
        + "\",\"certificate\":"
        + json(pem)
        + "}";
  }

  // --- TPM ---

  @TestFactory
  Stream<DynamicTest> quotesOfTpmsAsToolsWriteThem() {
    TestKey key = TestKey.of(TestKey.Kind.RSA_2048, "tpm ak");
    TestAuthority root = TestAuthority.root(CertSpec.ca("Test vTPM Root"), TestKey.p384("vtpm"));
    byte[] certificate = root.issue(CertSpec.leaf("Test AK"), key).pem();
    TpmForge forge = new TpmForge();
    byte[] message = forge.quote();
    byte[] bare = forge.signature(message);
    byte[] signature =
        ByteBuffer.allocate(6 + bare.length)
            .putShort((short) 0x14)
            .putShort((short) 0x0b)
            .putShort((short) bare.length)
            .put(bare)
            .array();
    byte[] values = joined(forge.pcrs().toArray(byte[][]::new));
    byte[] sized =
        ByteBuffer.allocate(2 + message.length)
            .putShort((short) message.length)
            .put(message)
            .array();
    List<DynamicTest> all = new ArrayList<>();
    all.add(
        accepted(
            "TPMS_ATTEST with TPMT_SIGNATURE and values",
            message,
            List.of(signature, values, certificate),
            root.pem()));
    all.add(accepted("TPM2B_ATTEST", sized, List.of(signature, values, certificate), root.pem()));
    all.add(
        accepted("with a bare signature", message, List.of(bare, values, certificate), root.pem()));
    byte[] tool =
        utf8(
            "{\"quoted\":\""
                + base64(message)
                + "\",\"signature\":\""
                + base64(signature)
                + "\",\"pcrs\":\""
                + base64(values)
                + "\",\"ak_cert\":"
                + json(certificate)
                + "}");
    all.add(accepted("an agent's JSON", tool, List.of(), root.pem()));
    TpmForge azure = new TpmForge();
    all.add(accepted("Azure's JSON", azure.json(), azure.certificates(), azure.snp().root().pem()));
    return all.stream();
  }
}
