package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static network.assay.oracle.verify.fixture.attest.TpmKit.ECDSA;
import static network.assay.oracle.verify.fixture.attest.TpmKit.RSAPSS;
import static network.assay.oracle.verify.fixture.attest.TpmKit.RSASSA;
import static network.assay.oracle.verify.fixture.attest.TpmKit.SHA1;
import static network.assay.oracle.verify.fixture.attest.TpmKit.SHA256;
import static network.assay.oracle.verify.fixture.attest.TpmKit.SHA384;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import network.assay.oracle.verify.fixture.attest.TpmForge;
import network.assay.oracle.verify.fixture.attest.TpmKit;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.DerWriter;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TPM quotes of other banks, keys and schemes, as the tools of the world write them. */
class TpmShapesTest {
  private static final TestKey RSA = TestKey.of(TestKey.Kind.RSA_2048, "tpm ak");
  private static final TestKey P256 = TestKey.p256("tpm ak");
  private static final TestKey P384 = TestKey.p384("tpm ak");
  private static final TestAuthority ROOT =
      TestAuthority.root(CertSpec.ca("Test vTPM Root"), TestKey.p384("vtpm"));

  @TempDir Path folder;

  private String verdict(byte[] evidence, byte[]... beside) throws Exception {
    return new FrontDoor(folder).verdict(evidence, List.of(beside), List.of(ROOT.pem()));
  }

  private static byte[] certificate(TestKey key) {
    return ROOT.issue(CertSpec.leaf("Test AK"), key).der();
  }

  private static byte[] half(byte[] rs, boolean first) {
    int half = rs.length / 2;
    return first ? Arrays.copyOf(rs, half) : Arrays.copyOfRange(rs, half, rs.length);
  }

  @Test
  void keysAndSchemesOfEveryKind() throws Exception {
    TpmKit kit = TpmKit.of(256, SHA256);
    byte[] m = kit.message();
    byte[] rsassa = kit.structure(RSASSA, RSA.sign(m));
    byte[] shortSalt = kit.structure(RSAPSS, RSA.signPss(m, new SHA256Digest(), 32));
    byte[] longSalt = kit.structure(RSAPSS, RSA.signPss(m, new SHA256Digest(), 222));
    byte[] otherSalt = kit.structure(RSAPSS, RSA.signPss(m, new SHA256Digest(), 20));
    byte[] rs = P256.signRaw(m);
    byte[] ecdsa = kit.structure(ECDSA, half(rs, true), half(rs, false));
    assertThat(verdict(m, rsassa, kit.values(), certificate(RSA))).startsWith("0 ");
    assertThat(verdict(m, shortSalt, kit.values(), certificate(RSA))).startsWith("0 ");
    assertThat(verdict(m, longSalt, kit.values(), certificate(RSA))).startsWith("0 ");
    assertThat(verdict(m, otherSalt, kit.values(), certificate(RSA)))
        .as("a salt that no TPM makes")
        .startsWith("1 ");
    assertThat(verdict(m, ecdsa, kit.values(), certificate(P256))).startsWith("0 ");
    TpmKit wide = TpmKit.of(384, SHA384);
    byte[] w = wide.message();
    byte[] wideRs = P384.signRaw(w);
    byte[] p384 = wide.structure(ECDSA, half(wideRs, true), half(wideRs, false));
    byte[] pss384 = wide.structure(RSAPSS, RSA.signPss(w, new SHA384Digest(), 48));
    assertThat(verdict(w, p384, wide.values(), certificate(P384))).startsWith("0 ");
    assertThat(verdict(w, pss384, wide.serialized(), certificate(RSA))).startsWith("0 ");
  }

  @Test
  void signaturesWithoutTheTpmsStructure() throws Exception {
    TpmKit kit = TpmKit.of(256, SHA256);
    byte[] m = kit.message();
    byte[] bare = RSA.signPss(m, new SHA256Digest(), 32);
    assertThat(verdict(m, RSA.sign(m), kit.values(), certificate(RSA))).startsWith("0 ");
    assertThat(verdict(m, bare, kit.values(), certificate(RSA))).startsWith("0 ");
    assertThat(verdict(m, P256.sign(m), kit.values(), certificate(P256))).startsWith("0 ");
    byte[] other = P256.sign(TpmKit.of(256, SHA384).message());
    assertThat(verdict(m, other, kit.values(), certificate(P256)))
        .startsWith("1 ")
        .contains("QUOTE_SIGNATURE");
  }

  @Test
  void severalBanksInOneQuote() throws Exception {
    for (TpmKit kit :
        List.of(
            TpmKit.of(256, SHA1, SHA256),
            TpmKit.of(256, SHA256, SHA384),
            TpmKit.of(256, SHA1, SHA256, SHA384))) {
      byte[] m = kit.message();
      byte[] signature = kit.structure(RSASSA, RSA.sign(m));
      assertThat(verdict(m, signature, kit.values(), certificate(RSA))).startsWith("0 ");
      assertThat(verdict(TpmKit.sized(m), signature, kit.serialized(), certificate(RSA)))
          .startsWith("0 ");
      byte[] changed = kit.values();
      changed[3] ^= 1;
      assertThat(verdict(m, signature, changed, certificate(RSA)))
          .as("registers that were not quoted are none")
          .startsWith("2 ");
    }
    TpmKit weak = TpmKit.of(256, SHA1);
    byte[] m = weak.message();
    assertThat(verdict(m, weak.structure(RSASSA, RSA.sign(m)), weak.values(), certificate(RSA)))
        .startsWith("1 ")
        .contains("QUOTE_BANK");
    TpmKit twice = TpmKit.of(256, SHA256, SHA256);
    assertThat(
            verdict(
                twice.message(),
                twice.structure(RSASSA, RSA.sign(twice.message())),
                twice.values(),
                certificate(RSA)))
        .startsWith("1 ")
        .contains("QUOTE_SELECTION");
  }

  @Test
  void aCertificateAsItLiesInTheTpmIsPadded() throws Exception {
    TpmKit kit = TpmKit.of(256, SHA256);
    byte[] m = kit.message();
    byte[] signature = kit.structure(RSASSA, RSA.sign(m));
    byte[] padded = Arrays.copyOf(certificate(RSA), 4096);
    assertThat(verdict(m, signature, kit.values(), padded)).startsWith("0 ");
    assertThat(verdict(m, signature, kit.values(), pem(padded))).startsWith("0 ");
    padded[4000] = 1;
    assertThat(verdict(m, signature, kit.values(), padded)).startsWith("2 ");
  }

  private static byte[] pem(byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return ("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n")
        .getBytes(UTF_8);
  }

  @Test
  void aKeyThatNobodyVouchesForChecksTheSignatureAndNoMore() throws Exception {
    TpmKit kit = TpmKit.of(256, SHA256);
    byte[] m = kit.message();
    byte[] signature = kit.structure(RSASSA, RSA.sign(m));
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(RSA.spki());
    byte[] key =
        ("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n").getBytes(UTF_8);
    assertThat(verdict(m, signature, kit.values(), key))
        .startsWith("2 ")
        .contains("\"quote.signature\",\"outcome\":\"holds\"")
        .contains("a policy that names the key by ak");
    assertThat(verdict(m, signature, kit.values(), TpmKit.publicArea(RSA))).startsWith("2 ");
    byte[] bad = kit.structure(RSASSA, RSA.sign(new byte[] {1}));
    assertThat(verdict(m, bad, kit.values(), key)).startsWith("1 ");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** go-tpm-tools' message as protojson writes it: names of both kinds, one quote a bank. */
  private static String goTpmTools(boolean camel, TpmKit... kits) {
    StringJoiner quotes = new StringJoiner(",", "[", "]");
    for (TpmKit kit : kits) {
      TpmKit.Bank bank = kit.banks().getFirst();
      StringJoiner pcrs = new StringJoiner(",", "{", "}");
      bank.pcrs().forEach(i -> pcrs.add("\"" + i + "\":\"" + base64(bank.value(i)) + "\""));
      quotes.add(
          "{\"quote\":\"%s\",\"%s\":\"%s\",\"pcrs\":{\"hash\":\"SHA256\",\"pcrs\":%s}}"
              .formatted(
                  base64(kit.message()),
                  camel ? "rawSig" : "raw_sig",
                  base64(kit.structure(RSASSA, RSA.sign(kit.message()))),
                  pcrs));
    }
    return "{\"%s\":\"%s\",\"quotes\":%s,\"%s\":\"%s\",\"instanceInfo\":{\"zone\":\"us-a\"}}"
        .formatted(
            camel ? "akPub" : "ak_pub",
            base64(TpmKit.publicArea(RSA)),
            quotes,
            camel ? "akCert" : "ak_cert",
            base64(certificate(RSA)));
  }

  @Test
  void goTpmToolsMessageAsJson() throws Exception {
    TpmKit sha1 = TpmKit.of(256, SHA1);
    TpmKit sha256 = TpmKit.of(256, SHA256);
    assertThat(verdict(goTpmTools(true, sha256).getBytes(UTF_8))).startsWith("0 ");
    assertThat(verdict(goTpmTools(false, sha1, sha256).getBytes(UTF_8))).startsWith("0 ");
    assertThat(verdict(goTpmTools(true, sha1).getBytes(UTF_8))).startsWith("1 ");
    assertThat(verdict(goTpmTools(true, sha1, TpmKit.of(256, SHA384)).getBytes(UTF_8)))
        .as("48 zeros in base64 are 64 letters A")
        .startsWith("0 ");
    String tee = goTpmTools(true, sha256).replaceFirst("\\{", "{\"sevSnpAttestation\":{\"a\":1},");
    assertThat(verdict(tee.getBytes(UTF_8)))
        .as("its own verifier would look at what this build does not read")
        .startsWith("2 ");
    String altered = goTpmTools(true, sha256).replace("\"7\":\"BwcH", "\"7\":\"BwcI");
    assertThat(verdict(altered.getBytes(UTF_8))).startsWith("1 ").contains("PCR_DIGEST");
  }

  @Test
  void otherToolsJson() throws Exception {
    TpmKit kit = TpmKit.of(256, SHA256);
    TpmKit.Bank bank = kit.banks().getFirst();
    HexFormat hex = HexFormat.of();
    StringJoiner listed = new StringJoiner(",", "[", "]");
    StringJoiner said = new StringJoiner(",", "{", "}");
    bank.pcrs()
        .forEach(i ->
            listed.add("{\"index\":" + i + ",\"value\":\"" + hex.formatHex(bank.value(i)) + "\"}"));
    bank.pcrs().forEach(i -> said.add("\"" + i + "\":\"0x" + hex.formatHex(bank.value(i)) + "\""));
    String open = "{\"report\":{\"message\":\"" + hex.formatHex(TpmKit.sized(kit.message()));
    String signed =
        "\",\"signature\":\"" + hex.formatHex(kit.structure(RSASSA, RSA.sign(kit.message())));
    String end = "},\"ak_cert\":\"" + base64(certificate(RSA)) + "\"}";
    for (String registers : List.of(listed.toString(), "{\"sha256\":" + said + "}")) {
      String json = open + signed + "\",\"pcr_values\":" + registers + end;
      assertThat(verdict(json.getBytes(UTF_8))).startsWith("0 ");
    }
  }

  @Test
  void keylimesText() throws Exception {
    TpmKit kit = TpmKit.of(256, SHA1, SHA256);
    byte[] m = kit.message();
    String text =
        "r"
            + base64(m)
            + ":"
            + base64(kit.structure(RSASSA, RSA.sign(m)))
            + ":"
            + base64(kit.serialized());
    assertThat(verdict(text.getBytes(UTF_8), certificate(RSA))).startsWith("0 ");
    String answer =
        "{\"code\":200,\"results\":{\"quote\":\"" + text + "\",\"hash_alg\":\"sha256\"}}";
    assertThat(verdict(answer.getBytes(UTF_8), certificate(RSA))).startsWith("0 ");
  }

  private static String numbers(byte[] bytes) {
    StringJoiner list = new StringJoiner(",\n", "[", "]");
    for (byte b : bytes) {
      list.add(Integer.toString(b & 0xff));
    }
    return list.toString();
  }

  private static byte[] document(TpmForge forge, byte[] quote, byte[] ak) {
    StringJoiner pcrs = new StringJoiner(",", "[", "]");
    forge.pcrs().forEach(pcr -> pcrs.add(numbers(pcr)));
    byte[] issuers = DerWriter.concat(forge.snp().leaf().der(), forge.snp().intermediate().der());
    return ("{\"hcl_report_base64\":\""
            + Base64.getUrlEncoder().encodeToString(forge.hclReport())
            + "\",\"tpm_attestation\":{\"ak_certificate_pem\":\""
            + new String(pem(ak), UTF_8).replace("\n", "\\n")
            + "\",\"quote\":{\"signature\":"
            + numbers(forge.signature(quote))
            + ",\"message\":"
            + numbers(quote)
            + ",\"pcrs\":"
            + pcrs
            + "},\"event_log\":[],\"instance_info\":null},\"vcek\":\""
            + base64(issuers)
            + "\"}")
        .getBytes(UTF_8);
  }

  /** A paravisor's report, its quote in numbers, and the key's certificate, each under any name. */
  @Test
  void attestedTlsDocuments() throws Exception {
    TpmForge forge = new TpmForge();
    byte[] quote = forge.quote();
    byte[] padded = Arrays.copyOf(certificate(RSA), 3000);
    byte[] expired =
        ROOT.issue(
                CertSpec.leaf("Test AK")
                    .valid(TestAuthority.NOW.minusSeconds(99), TestAuthority.NOW.minusSeconds(9)),
                RSA)
            .der();
    List<String> ends = new ArrayList<>();
    for (byte[] ak : List.of(padded, expired)) {
      byte[] text = document(forge, quote, ak);
      ends.add(
          new FrontDoor(folder)
              .verdict(text, List.of(), List.of(ROOT.pem(), forge.snp().root().pem())));
    }
    assertThat(ends.getFirst()).startsWith("0 ").contains("to a trusted root");
    assertThat(ends.getLast()).startsWith("1 ").contains("AK_CHAIN");
  }
}
