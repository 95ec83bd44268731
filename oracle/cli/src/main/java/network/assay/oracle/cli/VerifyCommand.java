package network.assay.oracle.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Receipt;
import network.assay.oracle.verify.receipt.ReceiptVerdict;
import network.assay.oracle.verify.receipt.ReceiptVerifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code assay verify receipt.json}: exit 0 accepted, 1 rejected, 2 could not be completed, 3
 * unusable input.
 */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description =
        "Checks a receipt offline: signatures, Merkle path, digests; with --rpc also on chain.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every check passed",
      "1:a check failed; its name is printed",
      "2:the chain could not be asked",
      "3:the file is no receipt, or the arguments are unusable"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "RECEIPT", description = "the receipt's file")
  private Path file = Path.of("");

  @Option(
      names = "--committee",
      paramLabel = "DIGEST",
      description = "the committee's epoch digest that you trust (0x…)")
  private @Nullable String committee;

  @Option(
      names = "--rpc",
      paramLabel = "URL",
      description = "an Ethereum JSON-RPC endpoint of the receipt's chain")
  private @Nullable URI rpc;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    Receipt receipt;
    @Nullable Bytes32 trusted;
    try {
      trusted = committee == null ? null : Bytes32.fromHex(committee);
      receipt = Receipt.parse(read());
    } catch (ProtocolException e) {
      return unusable(e.getMessage());
    } catch (IOException e) {
      return unusable("cannot read " + file + ": " + e.getMessage());
    }
    ReceiptVerdict offline = ReceiptVerifier.verify(receipt, trusted);
    @Nullable URI endpoint = rpc;
    Optional<ChainFindings> chain =
        endpoint == null || !offline.accepted()
            ? Optional.empty()
            : Optional.of(ReceiptOnChain.check(receipt, endpoint));
    int code = code(offline, chain);
    if (json) {
      out().println(JSON.writeValueAsString(toJson(receipt, offline, chain, code)));
    } else {
      print(receipt, offline, chain, code);
    }
    return code;
  }

  private byte[] read() throws IOException {
    if (Files.size(file) > Receipt.BYTES_MAX) {
      throw new ProtocolException(
          "TOO_LONG", "at most " + Receipt.BYTES_MAX + " bytes", Files.size(file));
    }
    return Files.readAllBytes(file);
  }

  private static int code(ReceiptVerdict offline, Optional<ChainFindings> chain) {
    if (!offline.accepted() || chain.filter(c -> !c.passed()).isPresent()) {
      return 1;
    }
    return chain.filter(c -> !c.complete()).isPresent() ? 2 : 0;
  }

  private int unusable(@Nullable String message) {
    if (json) {
      out()
          .println(
              JSON.writeValueAsString(Map.of("accepted", false, "error", String.valueOf(message))));
    } else {
      spec.commandLine().getErr().println("unusable: " + message);
    }
    return 3;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private static Map<String, Object> toJson(
      Receipt receipt, ReceiptVerdict offline, Optional<ChainFindings> chain, int code) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("accepted", code == 0);
    out.put("claim", claim(offline, chain));
    failedCheck(offline, chain).ifPresent(check -> out.put("failed", check));
    @Nullable PackedVerdict verdict = offline.verdict();
    if (verdict != null) {
      out.put("jobId", JobIds.text(verdict.jobId()));
      out.put("verdict", verdict.code().name());
      out.put("paid", verdict.cumulativePaid().toString());
      out.put("attestation", attestation(receipt));
    }
    if (offline.committeeDigest() != null) {
      out.put("committee", offline.committeeDigest().hex());
    }
    out.put("checks", offline.checks());
    chain.ifPresent(found -> out.put("chain", found));
    out.put("unauthenticated", receipt.hints());
    return out;
  }

  private static Optional<String> failedCheck(
      ReceiptVerdict offline, Optional<ChainFindings> chain) {
    List<ReceiptVerdict.Check> all = new ArrayList<>(offline.checks());
    chain.ifPresent(found -> all.addAll(found.checks()));
    return all.stream()
        .filter(check -> !check.passed())
        .map(ReceiptVerdict.Check::name)
        .findFirst();
  }

  /** What is proven, in the words of the protocol: REPORTED offline, more only from a chain. */
  private static String claim(ReceiptVerdict offline, Optional<ChainFindings> chain) {
    if (!offline.accepted()) {
      return "NOTHING";
    }
    return chain
        .filter(ChainFindings::passed)
        .filter(ChainFindings::complete)
        .map(ChainFindings::state)
        .orElse("REPORTED by the named committee, not more");
  }

  private static String attestation(Receipt receipt) {
    EvidenceLeaf leaf =
        EvidenceLeaf.parse(Hex.decode(receipt.authenticated().leaf().data(), EvidenceLeaf.SIZE));
    if (leaf.attestationDigest().equals(EvidenceLeaf.ATTESTATION_NONE)) {
      return "none: the device has no TEE and says so";
    }
    return (leaf.grade() == Grade.ATTESTED ? "attested: evidence " : "evidence ")
        + leaf.attestationDigest()
        + ", accepted by the committee's quorum under policy "
        + leaf.policy();
  }

  private void print(
      Receipt receipt, ReceiptVerdict offline, Optional<ChainFindings> chain, int code) {
    List<ReceiptVerdict.Check> all = new ArrayList<>(offline.checks());
    chain.ifPresent(found -> all.addAll(found.checks()));
    for (ReceiptVerdict.Check check : all) {
      out()
          .printf(
              "  %s %-14s %s%n", check.passed() ? "ok  " : "FAIL", check.name(), check.detail());
    }
    @Nullable PackedVerdict verdict = offline.verdict();
    if (verdict != null) {
      out()
          .printf(
              "job %s: %s, paid %s, attestation %s%n",
              JobIds.text(verdict.jobId()),
              verdict.code(),
              verdict.cumulativePaid(),
              attestation(receipt));
      out().println("committee " + offline.committeeDigest() + trust(chain));
    }
    if (!receipt.hints().isEmpty()) {
      out().println("hints that no signature covers (unauthenticated):");
      receipt
          .hints()
          .forEach((name, value) -> out().println("  " + name + ": " + printable(value)));
    }
    out()
        .println(
            code == 0
                ? "ACCEPTED: " + claim(offline, chain)
                : code == 1
                    ? "REJECTED: " + failedCheck(offline, chain).orElse("?")
                    : "INCOMPLETE: the chain could not be asked");
  }

  /**
   * A hint is anybody's words: no control characters reach the terminal, and no more than a line.
   */
  private static String printable(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= 200 ? clean : clean.substring(0, 200) + "…";
  }

  private String trust(Optional<ChainFindings> chain) {
    if (committee != null) {
      return "  (the one you trust)";
    }
    return chain.filter(ChainFindings::complete).isPresent()
        ? "  (as the chain has it)"
        : "  (compare it with one you trust: --committee, or --rpc)";
  }
}
