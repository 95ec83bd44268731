package network.assay.testchain.bench.attest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import network.assay.testchain.bench.attest.RealEvidence.Scenario;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The peer {@code @phala/dcap-qvl}, the published verifier in JavaScript, on the same quotes with
 * the same collateral. It is fetched by npm's ordinary client into the build's scratch folder;
 * where that cannot be, the report says so.
 */
final class PeerRun {
  static final String PACKAGE = "@phala/dcap-qvl@0.3.9";
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int OUTPUT_BYTES_MAX = 1 << 20;

  private final Path scratch;
  private final RealEvidence evidence;

  PeerRun(Path scratch, RealEvidence evidence) {
    this.scratch = scratch;
    this.evidence = evidence;
  }

  /**
   * What was measured.
   *
   * @param ns mean time of one verification by the quote's name
   * @param notes in words, for the report
   */
  record Measured(Map<String, Double> ns, Map<String, String> notes) {}

  Measured run(int msEach) {
    Map<String, Double> ns = new LinkedHashMap<>();
    Map<String, String> notes = new LinkedHashMap<>();
    try {
      Files.createDirectories(scratch);
      install();
      write(msEach);
      JsonNode answer = JSON.readTree(node());
      for (String quote : answer.propertyNames()) {
        JsonNode one = answer.get(quote);
        if (one.has("ns")) {
          ns.put(quote, one.get("ns").doubleValue());
          notes.put(
              PACKAGE + " " + quote,
              Math.round(1e9 / one.get("ns").doubleValue())
                  + " per s, measured in this run; status "
                  + one.path("status").asString(""));
        } else {
          notes.put(PACKAGE + " " + quote, "refuses: " + one.path("error").asString(""));
        }
      }
    } catch (IOException e) {
      notes.put(PACKAGE, "not measured: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      notes.put(PACKAGE, "not measured: interrupted");
    }
    return new Measured(ns, notes);
  }

  private void install() throws IOException, InterruptedException {
    if (Files.isDirectory(scratch.resolve("node_modules/@phala/dcap-qvl"))) {
      return;
    }
    Files.writeString(
        scratch.resolve("package.json"),
        "{\"name\":\"peer\",\"private\":true,\"version\":\"0.0.0\"}");
    var _ =
        output(
            List.of(
                "npm",
                "install",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--silent",
                PACKAGE),
            "npm cannot fetch " + PACKAGE + " (without a network, run it once with one)");
  }

  private String node() throws IOException, InterruptedException {
    Path script = scratch.resolve("peer.cjs");
    try (InputStream in = Objects.requireNonNull(PeerRun.class.getResourceAsStream("peer.cjs"))) {
      Files.write(script, in.readAllBytes());
    }
    return output(
        List.of("node", script.toString(), scratch.toAbsolutePath().toString()),
        "node cannot run " + PACKAGE);
  }

  private String output(List<String> command, String failing)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(scratch.toFile())
            .redirectError(scratch.resolve("stderr.txt").toFile())
            .start();
    process.getOutputStream().close();
    byte[] out = process.getInputStream().readNBytes(OUTPUT_BYTES_MAX);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(failing + ": no end within 120 s");
    }
    if (process.exitValue() != 0) {
      throw new IOException(failing);
    }
    return new String(out, UTF_8);
  }

  private void write(int msEach) throws IOException {
    List<Map<String, Object>> quotes = new ArrayList<>();
    for (String part : AttestOperations.QUOTES) {
      Scenario scenario = evidence.scenario(part);
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", part);
      one.put("ms", msEach);
      one.put("at", scenario.at().getEpochSecond());
      one.put("quote", HexFormat.of().formatHex(evidence.bytes(scenario.quote())));
      one.put("collateral", collateral(scenario));
      quotes.add(one);
    }
    Files.write(scratch.resolve("quotes.json"), JSON.writeValueAsBytes(quotes));
  }

  private Map<String, Object> collateral(Scenario scenario) {
    String root = evidence.text("dcap/_roots/intel_sgx_root_ca.pem");
    String signers = pem(evidence.bytes(scenario.tcbSigner())) + root;
    String ca =
        scenario.pckCrl().contains("Platform")
            ? "dcap/_roots/Intel_SGX_PCK_Platform_CA.pem"
            : "dcap/_roots/Intel_SGX_PCK_Processor_CA.pem";
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("tcb_info_issuer_chain", signers);
    out.put("tcb_info", body(scenario.tcbInfo(), "tcbInfo"));
    out.put("tcb_info_signature", signature(scenario.tcbInfo()));
    out.put("qe_identity_issuer_chain", signers);
    out.put("qe_identity", body(scenario.qeIdentity(), "enclaveIdentity"));
    out.put("qe_identity_signature", signature(scenario.qeIdentity()));
    out.put("pck_crl_issuer_chain", evidence.text(ca) + root);
    out.put("pck_crl", HexFormat.of().formatHex(evidence.bytes(scenario.pckCrl())));
    out.put("root_ca_crl", HexFormat.of().formatHex(evidence.bytes(scenario.rootCrl())));
    return out;
  }

  /** The signed text itself, cut out: what is written anew would not verify. */
  private String body(String file, String name) {
    String text = evidence.text(file);
    int from = text.indexOf(':', text.indexOf("\"" + name + "\"")) + 1;
    int to = text.lastIndexOf(",\"signature\"");
    if (to < 0) {
      throw new IllegalStateException("want a signature after " + name + " in " + file);
    }
    return text.substring(from, to);
  }

  private String signature(String file) {
    return JSON.readTree(evidence.text(file)).path("signature").asString("");
  }

  private static String pem(byte[] raw) {
    String text = new String(raw, UTF_8);
    return text.startsWith("-----")
        ? text
        : "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(raw)
            + "\n-----END CERTIFICATE-----\n";
  }
}
