package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.fixture.attest.NitroForge;
import network.assay.oracle.verify.fixture.attest.SnpForge;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.DerWriter;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import network.assay.oracle.verify.fixture.dcap.TestCollateral;
import network.assay.oracle.verify.fixture.dcap.TestPlatform;
import network.assay.oracle.verify.fixture.dcap.TestQuote;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Evidence within what runtimes and agents carry it in, and collateral in YAML. */
class ContainersTest {
  private static final TestPlatform PLATFORM = new TestPlatform();
  private static final HexFormat HEX = HexFormat.of();

  @TempDir Path folder;

  private String verdict(byte[] evidence, List<byte[]> collateral, byte[] root) throws Exception {
    return new FrontDoor(folder).verdict(evidence, collateral, List.of(root));
  }

  private static byte[] part(boolean tdx, Kind kind, String key) {
    Collateral all = new TestCollateral(PLATFORM, tdx).build();
    return all.find(kind, key).getFirst().raw();
  }

  private static byte[] tcb(boolean tdx) {
    Kind kind = tdx ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX;
    return part(tdx, kind, HEX.formatHex(PLATFORM.fmspc));
  }

  private static byte[] identity(boolean tdx) {
    return part(tdx, Kind.INTEL_QE_IDENTITY, tdx ? "TD_QE" : "QE");
  }

  private static List<byte[]> intel(boolean tdx) {
    return List.of(
        tcb(tdx),
        identity(tdx),
        part(true, Kind.INTEL_PCK_CRL, "platform"),
        part(true, Kind.INTEL_ROOT_CRL, "root"),
        part(true, Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing"));
  }

  private static byte[] openEnclave(byte[] quote) {
    return ByteBuffer.allocate(16 + quote.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(1)
        .putInt(2)
        .putLong(quote.length)
        .put(quote)
        .array();
  }

  @Test
  void quotesBehindOpenEnclavesHeader() throws Exception {
    byte[] quote = TestQuote.sgx(PLATFORM, 3).bytes();
    byte[] report = openEnclave(quote);
    byte[] root = PLATFORM.root().pem();
    assertThat(verdict(report, intel(false), root)).startsWith("0 ");
    byte[] marble =
        ("{\"Cert\":\"-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n\",\"Quote\":\""
                + Base64.getEncoder().encodeToString(report)
                + "\"}")
            .getBytes(UTF_8);
    assertThat(verdict(marble, intel(false), root)).startsWith("0 ");
    report[8]++;
    assertThat(verdict(report, intel(false), root)).as("another length").startsWith("3 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "octets", "tagged"})
  void quotesInCertificatesForTls(String how) throws Exception {
    byte[] quote = TestQuote.tdx(PLATFORM, 4).bytes();
    byte[] tagged =
        ByteBuffer.allocate(7 + quote.length + 1)
            .put(HEX.parseHex("d9ea6082"))
            .put((byte) 0x59)
            .putShort((short) quote.length)
            .put(quote)
            .put((byte) 0xf6)
            .array();
    byte[] value =
        switch (how) {
          case "plain" -> quote;
          case "octets" -> DerWriter.octets(quote);
          default -> tagged;
        };
    TestAuthority app = TestAuthority.root(CertSpec.ca("an app"), TestKey.p256("app"));
    TestAuthority leaf =
        app.issue(
            CertSpec.leaf("ra-tls").extension("1.3.6.1.4.1.62397.1.1", false, value),
            TestKey.p256("ra-tls"));
    byte[] root = PLATFORM.root().pem();
    assertThat(verdict(leaf.der(), intel(true), root)).startsWith("0 ");
    assertThat(verdict(DerWriter.concat(leaf.pem(), app.pem()), intel(true), root))
        .startsWith("0 ");
    assertThat(verdict(app.der(), intel(true), root)).as("nothing in it").startsWith("3 ");
  }

  @Test
  void aLogOfHundredsOfEntriesHidesNoQuote() throws Exception {
    StringJoiner log = new StringJoiner(",", "[", "]");
    for (int i = 0; i < 700; i++) {
      log.add("{\"imr\":3,\"digest\":\"%096x\",\"event_payload\":\"%064x\"}".formatted(i, i));
    }
    String json =
        "{\"event_log\":"
            + log
            + ",\"quote\":\""
            + HEX.formatHex(TestQuote.tdx(PLATFORM, 4).bytes())
            + "\"}";
    assertThat(verdict(json.getBytes(UTF_8), intel(true), PLATFORM.root().pem())).startsWith("0 ");
  }

  private static String block(byte[] pem) {
    return "|-\n  " + new String(pem, UTF_8).strip().replace("\n", "\n  ") + "\n";
  }

  private static String quoted(byte[] text) {
    return tools.jackson.databind.json.JsonMapper.shared()
        .writeValueAsString(new String(text, UTF_8));
  }

  @Test
  void collateralAndQuotesInYaml() throws Exception {
    String text = new String(tcb(true), UTF_8);
    String body = text.substring(text.indexOf(':') + 1, text.lastIndexOf(",\"signature\""));
    String signature = text.substring(text.lastIndexOf(":\"") + 2, text.lastIndexOf('"'));
    byte[] signers = part(true, Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing");
    String yaml =
        "---\n# from a service\npck_crl_issuer_chain: "
            + block(DerWriter.concat(PLATFORM.middle().pem(), PLATFORM.root().pem()))
            + "root_ca_crl: \""
            + HEX.formatHex(part(true, Kind.INTEL_ROOT_CRL, "root"))
            + "\"\npck_crl: >-\n  "
            + HEX.formatHex(part(true, Kind.INTEL_PCK_CRL, "platform"))
            + "\ntcb_info_issuer_chain: "
            + block(signers)
            + "tcb_info: "
            + quoted(body.getBytes(UTF_8))
            + "\ntcb_info_signature: "
            + signature
            + "\nqe_identity: "
            + quoted(identity(true))
            + "\nversion: 3\nlist:\n- 1\n- - 2\n  - 3\n-\n  - a: b\n    c: []\n";
    byte[] quote = TestQuote.tdx(PLATFORM, 4).bytes();
    byte[] root = PLATFORM.root().pem();
    assertThat(verdict(quote, List.of(yaml.getBytes(UTF_8)), root)).startsWith("0 ");
    String evidence =
        "quote: " + Base64.getUrlEncoder().encodeToString(quote) + "\nkind: tdx\nnothing: ~\n";
    assertThat(verdict(evidence.getBytes(UTF_8), List.of(yaml.getBytes(UTF_8)), root))
        .startsWith("0 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a: &x 1\nbbbbbbbbbbbbbbbbbbbb: *x\n", "a:\n    b: 1\n  c: 2\nd: 3333333\n"})
  void yamlThatSaysMoreIsRefused(String text) {
    assertThatThrownBy(() -> Yaml.toJson(text.getBytes(UTF_8)))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining("MALFORMED_YAML");
  }

  @Test
  void deepAndLongYamlEnds() {
    StringBuilder deep = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      deep.append(" ".repeat(i)).append("a:\n");
    }
    assertThatThrownBy(() -> Yaml.toJson(deep.toString().getBytes(UTF_8)))
        .isInstanceOf(AttestException.class);
    byte[] long_ = "- - - - - - - 1\n".repeat(100_000).getBytes(UTF_8);
    assertThat(Yaml.toJson(long_).length).isPositive();
  }

  @Test
  void headersOfAServiceAsJson() throws Exception {
    byte[] signers = part(true, Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing");
    String chain = URLEncoder.encode(new String(signers, UTF_8), UTF_8).replace("+", "%20");
    String json =
        "{\"TCB-Info-Issuer-Chain\":\""
            + chain
            + "\",\"body\":"
            + new String(tcb(true), UTF_8)
            + "}";
    List<byte[]> files =
        List.of(
            json.getBytes(UTF_8),
            identity(true),
            part(true, Kind.INTEL_PCK_CRL, "platform"),
            part(true, Kind.INTEL_ROOT_CRL, "root"));
    assertThat(verdict(TestQuote.tdx(PLATFORM, 4).bytes(), files, PLATFORM.root().pem()))
        .startsWith("0 ");
  }

  // --- SNP ---

  private static String list(byte[] bytes, int from, int length) {
    StringJoiner out = new StringJoiner(",", "[", "]");
    for (int i = from; i < from + length; i++) {
      out.add(Integer.toString(bytes[i] & 0xff));
    }
    return out.toString();
  }

  private static long u(byte[] raw, int at, int width) {
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = value << 8 | (raw[at + i] & 0xff);
    }
    return value;
  }

  private static String tcb(byte[] r, int at, boolean turin) {
    return turin
        ? "{\"fmc\":%d,\"bootloader\":%d,\"tee\":%d,\"snp\":%d,\"microcode\":%d}"
            .formatted(r[at], r[at + 1], r[at + 2], r[at + 3], r[at + 7] & 0xff)
        : "{\"fmc\":null,\"bootloader\":%d,\"tee\":%d,\"snp\":%d,\"microcode\":%d}"
            .formatted(r[at], r[at + 1], r[at + 6], r[at + 7] & 0xff);
  }

  /** As Rust's structure is written by serde. */
  static String rust(byte[] r) {
    boolean turin = r[0x188] == 0x1a;
    boolean v3 = r[0] >= 3;
    return ("{\"version\":%d,\"guest_svn\":%d,\"policy\":%d,\"family_id\":%s,\"image_id\":%s,\"vmpl\":%d,"
            + "\"sig_algo\":%d,\"current_tcb\":%s,\"plat_info\":%d,\"key_info\":%d,\"report_data\":%s,"
            + "\"measurement\":%s,\"host_data\":%s,\"id_key_digest\":%s,\"author_key_digest\":%s,"
            + "\"report_id\":%s,\"report_id_ma\":%s,\"reported_tcb\":%s,\"cpuid_fam_id\":%s,"
            + "\"cpuid_mod_id\":%s,\"cpuid_step\":%s,\"chip_id\":%s,\"committed_tcb\":%s,"
            + "\"current\":{\"major\":%d,\"minor\":%d,\"build\":%d},\"committed\":{\"major\":%d,\"minor\":%d,\"build\":%d},"
            + "\"launch_tcb\":%s,\"launch_mit_vector\":%s,\"current_mit_vector\":%s,\"signature\":{\"r\":%s,\"s\":%s}}")
        .formatted(
            u(r, 0, 4),
            u(r, 4, 4),
            u(r, 8, 8),
            list(r, 0x10, 16),
            list(r, 0x20, 16),
            u(r, 0x30, 4),
            u(r, 0x34, 4),
            tcb(r, 0x38, turin),
            u(r, 0x40, 8),
            u(r, 0x48, 4),
            list(r, 0x50, 64),
            list(r, 0x90, 48),
            list(r, 0xc0, 32),
            list(r, 0xe0, 48),
            list(r, 0x110, 48),
            list(r, 0x140, 32),
            list(r, 0x160, 32),
            tcb(r, 0x180, turin),
            v3 ? r[0x188] : "null",
            v3 ? r[0x189] : "null",
            v3 ? r[0x18a] : "null",
            list(r, 0x1a0, 64),
            tcb(r, 0x1e0, turin),
            r[0x1ea],
            r[0x1e9],
            r[0x1e8],
            r[0x1ee],
            r[0x1ed],
            r[0x1ec],
            tcb(r, 0x1f0, turin),
            r[0] >= 5 ? u(r, 0x1f8, 8) : "null",
            r[0] >= 5 ? u(r, 0x200, 8) : "null",
            list(r, 0x2a0, 72),
            list(r, 0x2e8, 72));
  }

  private static String b64(byte[] raw, int from, int length) {
    return "\""
        + Base64.getEncoder().encodeToString(Arrays.copyOfRange(raw, from, from + length))
        + "\"";
  }

  /** As Go's protobuf message is written by protojson: zeros are left out, long numbers quoted. */
  private static String go(byte[] r) {
    int family = r[0x188] & 0xff;
    int model = r[0x189] & 0xff;
    long eax =
        (r[0x18a] & 0xf)
            | (model & 0xf) << 4
            | Math.min(family, 0xf) << 8
            | (model >> 4) << 16
            | Math.max(0, family - 0xf) << 20;
    return ("{\"version\":%d,\"guestSvn\":%d,\"policy\":\"%d\",\"familyId\":%s,\"imageId\":%s,\"vmpl\":%d,\"signatureAlgo\":%d,"
            + "\"currentTcb\":\"%s\",\"platformInfo\":\"%d\",\"signerInfo\":%d,\"reportData\":%s,\"measurement\":%s,"
            + "\"hostData\":%s,\"idKeyDigest\":%s,\"authorKeyDigest\":%s,\"reportId\":%s,\"reportIdMa\":%s,"
            + "\"reportedTcb\":\"%s\",\"chipId\":%s,\"committedTcb\":\"%s\",\"currentBuild\":%d,\"currentMinor\":%d,"
            + "\"currentMajor\":%d,\"committedBuild\":%d,\"committedMinor\":%d,\"committedMajor\":%d,\"launchTcb\":\"%s\","
            + "\"signature\":%s,\"cpuid1eaxFms\":%d}")
        .formatted(
            u(r, 0, 4),
            u(r, 4, 4),
            u(r, 8, 8),
            b64(r, 0x10, 16),
            b64(r, 0x20, 16),
            u(r, 0x30, 4),
            u(r, 0x34, 4),
            Long.toUnsignedString(u(r, 0x38, 8)),
            u(r, 0x40, 8),
            u(r, 0x48, 4),
            b64(r, 0x50, 64),
            b64(r, 0x90, 48),
            b64(r, 0xc0, 32),
            b64(r, 0xe0, 48),
            b64(r, 0x110, 48),
            b64(r, 0x140, 32),
            b64(r, 0x160, 32),
            Long.toUnsignedString(u(r, 0x180, 8)),
            b64(r, 0x1a0, 64),
            Long.toUnsignedString(u(r, 0x1e0, 8)),
            r[0x1e8],
            r[0x1e9],
            r[0x1ea],
            r[0x1ec],
            r[0x1ed],
            r[0x1ee],
            Long.toUnsignedString(u(r, 0x1f0, 8)),
            b64(r, 0x2a0, 512),
            r[0] >= 3 ? eax : 0);
  }

  @Test
  void reportsWhoseFieldsWereWrittenApart() throws Exception {
    for (SnpForge.Line line : SnpForge.Line.values()) {
      for (boolean vlek : new boolean[] {false, true}) {
        SnpForge forge = new SnpForge(line, vlek);
        byte[] report = forge.signed();
        byte[] root = forge.root().pem();
        String leaf = list(forge.leaf().der(), 0, forge.leaf().der().length);
        String coco =
            "{\"attestation_report\":"
                + rust(report)
                + ",\"cert_chain\":[{\"cert_type\":\"VCEK\",\"data\":"
                + leaf
                + "}]}";
        List<byte[]> ask = List.of(forge.intermediate().der());
        assertThat(verdict(coco.getBytes(UTF_8), ask, root)).as(line + " serde").startsWith("0 ");
        String nested = "{\"tee\":\"snp\",\"evidence\":" + quoted(coco.getBytes(UTF_8)) + "}";
        assertThat(verdict(nested.getBytes(UTF_8), ask, root)).startsWith("0 ");
        String proto =
            "{\"report\":"
                + go(report)
                + ",\"certificateChain\":{\"vcekCert\":"
                + b64(forge.leaf().der(), 0, forge.leaf().der().length)
                + ",\"askCert\":"
                + b64(forge.intermediate().der(), 0, forge.intermediate().der().length)
                + "}}";
        assertThat(verdict(proto.getBytes(UTF_8), List.of(), root))
            .as(line + " proto")
            .startsWith("0 ");
        String altered = coco.replaceFirst("\"measurement\":\\[\\d+", "\"measurement\":[250");
        assertThat(verdict(altered.getBytes(UTF_8), ask, root))
            .as("another measurement")
            .startsWith("1 ")
            .contains("\"SIGNATURE\"");
      }
    }
  }

  // --- Nitro ---

  @Test
  void nitroDocumentsMayLeaveOutWhatTheEnclaveDidNotSend() throws Exception {
    for (String field : List.of("public_key", "user_data", "nonce")) {
      NitroForge forge = new NitroForge().without(field);
      assertThat(verdict(forge.signed(), List.of(), forge.root().pem())).startsWith("0 ");
    }
    NitroForge none = new NitroForge().without("nonce").without("user_data").without("public_key");
    assertThat(verdict(none.signed(), List.of(), none.root().pem())).startsWith("0 ");
    assertThat(
            new FrontDoor(folder)
                .verdict(none.signed(), List.of(), List.of(none.root().pem()), "--nonce", "01"))
        .as("a nonce that was asked for and is not there")
        .startsWith("1 ");
    NitroForge pcrs = new NitroForge().without("pcrs");
    assertThat(verdict(pcrs.signed(), List.of(), pcrs.root().pem())).startsWith("3 ");
  }
}
