package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import network.assay.oracle.cli.OracleCliCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AttestVerifyCommandTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String NITRO =
      "nitro/evervault+attestation-doc-validation/doc_2022-10-13_a72552688ab6.cbor";
  private static final String NITRO_TIME = "1665655200";

  @TempDir Path folder;

  private record Run(int code, String out) {
    JsonNode json() {
      return JSON.readTree(out);
    }
  }

  private static Run run(String... args) {
    StringWriter out = new StringWriter();
    int code =
        OracleCliCommand.execute(
            new PrintWriter(out, true), new PrintWriter(new StringWriter(), true), args);
    return new Run(code, out.toString());
  }

  private static Path vectors() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isRegularFile(at.resolve("shared/vectors/manifest.csv"))) {
      at = at.getParent();
    }
    assumeTrue(at != null, "SKIPPED: real evidence is not beside this checkout (shared/vectors)");
    return at.resolve("shared/vectors");
  }

  @Test
  void unusableInputIsOneObjectWithItsReasonAndExitThree() throws Exception {
    Path file = Files.writeString(folder.resolve("text"), "nothing of the kind");
    for (String[] args :
        List.of(
            new String[] {"attest", "verify", "--evidence", file.toString(), "--json"},
            new String[] {"attest", "verify", "--evidence", folder + "/absent", "--json"},
            new String[] {"attest", "verify", "--json"},
            new String[] {"attest", "verify", "--evidenze", "x", "--json"},
            new String[] {
              "attest", "verify", "--evidence", file.toString(), "--nonce", "zz", "--json"
            })) {
      Run run = run(args);
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.json().get("verdict").stringValue()).isEqualTo("unusable");
      assertThat(run.json().get("reason").stringValue()).matches("[A-Z_]+");
    }
  }

  @Test
  void realEvidenceIsFoundRawInHexInBase64AndInJson() throws Exception {
    byte[] raw = Files.readAllBytes(vectors().resolve(NITRO));
    String base64 = Base64.getEncoder().encodeToString(raw);
    String json = "{\"kind\":\"x\",\"document\":\"" + base64 + "\"}";
    for (byte[] form :
        List.of(
            raw,
            HexFormat.of().formatHex(raw).getBytes(UTF_8),
            ("0x" + HexFormat.of().formatHex(raw) + "\n").getBytes(UTF_8),
            base64.getBytes(UTF_8),
            Base64.getUrlEncoder().withoutPadding().encode(raw),
            Base64.getMimeEncoder().encode(raw),
            json.getBytes(UTF_8))) {
      Path file = Files.write(folder.resolve("evidence"), form);
      Run run =
          run("attest", "verify", "--evidence", file.toString(), "--at", NITRO_TIME, "--json");
      assertThat(run.out()).contains("\"verdict\":\"accepted\"");
      assertThat(run.code()).isZero();
    }
  }

  @Test
  void timeIsAnArgumentAndALateOneRejects() {
    Path file = vectors().resolve(NITRO);
    Run run =
        run("attest", "verify", "--evidence", file.toString(), "--at", "1700000000", "--json");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.json().get("reason").stringValue()).isEqualTo("CHAIN");
  }

  @Test
  void aBatchGivesOneLineALineInOrderAndTheHighestCode() throws Exception {
    String evidence = JSON.writeValueAsString(vectors().resolve(NITRO).toString());
    Path batch =
        Files.writeString(
            folder.resolve("batch.jsonl"),
            "{\"evidence\":"
                + evidence
                + ",\"at\":"
                + NITRO_TIME
                + "}\n"
                + "{\"evidence\":"
                + evidence
                + ",\"at\":1700000000}\n"
                + "{\"evidense\":\"x\"}\n");
    Run run = run("attest", "verify", "--batch", batch.toString());
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).contains("\"verdict\":\"accepted\"");
    assertThat(lines.get(1)).contains("\"verdict\":\"rejected\"");
    assertThat(lines.get(2)).contains("\"verdict\":\"unusable\"", "evidense");
    assertThat(run.code()).isEqualTo(3);
  }

  @Test
  void anEmptyAllowListDeniesAndAListedMeasurementIsAccepted() throws Exception {
    String evidence = vectors().resolve(NITRO).toString();
    String start = "{\"version\":1,\"name\":\"t\",\"families\":{\"nitro\":{";
    Run denied = withPolicy(evidence, start + "}}}");
    assertThat(denied.code()).isEqualTo(1);
    assertThat(denied.json().get("reason").stringValue()).isEqualTo("MEASUREMENTS");

    String other = "00".repeat(48);
    Run wrong = withPolicy(evidence, start + "\"accept\":[{\"pcr1\":\"" + other + "\"}]}}}");
    assertThat(wrong.code()).isEqualTo(1);

    String module = "\"accept\":[{\"module-id\":\"i-020b6af9246d90e92-enc0183d072d0c8feb9\"}]";
    Run unknownFamily = withPolicy(evidence, start.replace("nitro", "sgx") + "}}}");
    assertThat(unknownFamily.json().get("reason").stringValue()).isEqualTo("POLICY_FAMILY");
    assertThat(withPolicy(evidence, start + module.replace("module-id", "modul") + "}}}").code())
        .isEqualTo(3);
  }

  private static final String JWK =
      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8\","
          + "\"y\":\"IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4\"";

  /** The key is the example of Veraison's EAR project, and so nobody's secret. */
  private static final String SECRET_JWK =
      JWK + ",\"d\":\"V8kgd2ZBRuh2dgyVINBUqpPDr7BOMGcF22CQMIUHtNM\"}";

  @Test
  void aResultSignedAsEarIsVerifiedByWhoeverTrustsTheKeyAndByNobodyElse() throws Exception {
    Path key = Files.writeString(folder.resolve("key.jwk"), SECRET_JWK);
    Path trusted = Files.writeString(folder.resolve("public.jwk"), JWK + "}");
    String evidence = vectors().resolve(NITRO).toString();
    Run signed =
        run(
            "attest",
            "verify",
            "--evidence",
            evidence,
            "--at",
            NITRO_TIME,
            "--ear",
            key.toString(),
            "--json");
    assertThat(signed.code()).isZero();
    Path ear = Files.writeString(folder.resolve("ear"), signed.json().get("ear").stringValue());
    Run relied =
        run(
            "attest",
            "verify",
            "--evidence",
            ear.toString(),
            "--at",
            NITRO_TIME,
            "--roots",
            trusted.toString(),
            "--json");
    assertThat(relied.out()).contains("\"family\":\"ear\"", "\"verdict\":\"accepted\"");
    Run alone = run("attest", "verify", "--evidence", ear.toString(), "--at", NITRO_TIME, "--json");
    assertThat(alone.code()).isEqualTo(2);
    Run late =
        run(
            "attest",
            "verify",
            "--evidence",
            evidence,
            "--at",
            "1700000000",
            "--ear",
            key.toString(),
            "--json");
    Path bad = Files.writeString(folder.resolve("bad"), late.json().get("ear").stringValue());
    Run rejected =
        run(
            "attest",
            "verify",
            "--evidence",
            bad.toString(),
            "--at",
            "1700000000",
            "--roots",
            trusted.toString(),
            "--json");
    assertThat(rejected.json().get("reason").stringValue()).isEqualTo("EAR_STATUS");
  }

  @Test
  void aKeyWithoutItsSecretOrOfAnotherPointSignsNothing() throws Exception {
    String evidence = vectors().resolve(NITRO).toString();
    for (String jwk :
        List.of(
            JWK + "}",
            SECRET_JWK.replace("V8kgd2Z", "W8kgd2Z"),
            JWK + ",\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}")) {
      Path key = Files.writeString(folder.resolve("key.jwk"), jwk);
      Run run =
          run(
              "attest",
              "verify",
              "--evidence",
              evidence,
              "--at",
              NITRO_TIME,
              "--ear",
              key.toString(),
              "--json");
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.json().get("reason").stringValue()).isEqualTo("MALFORMED_JWK");
    }
  }

  private Run withPolicy(String evidence, String policy) throws Exception {
    Path file = Files.writeString(folder.resolve("policy.json"), policy);
    return run(
        "attest",
        "verify",
        "--evidence",
        evidence,
        "--at",
        NITRO_TIME,
        "--policy",
        file.toString(),
        "--json");
  }
}
