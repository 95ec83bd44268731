package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.assay.oracle.verify.attest.AttestException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code assay attest verify}: one piece of evidence, or a batch of them. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description =
        "Verifies evidence offline: signatures to the vendors' pinned roots, TCB, revocation, debug, nonce, policy.",
    exitCodeOnInvalidInput = Result.UNUSABLE,
    exitCodeListHeading = "%nExit codes (of a batch: the highest of its lines):%n",
    exitCodeList = {
      "0:accepted: every check that was asked holds",
      "1:rejected: the first that fails is named",
      "2:inconclusive: nothing fails, but something is missing, and named",
      "3:unusable input, of which nothing can be said"
    })
final class AttestVerifyCommand implements Callable<Integer> {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int LINE_CHARS_MAX = 1 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--evidence",
      paramLabel = "FILE",
      description = "quote, report, document or result: raw, hex, base64 or in JSON")
  private @Nullable Path evidence;

  @Option(
      names = "--collateral",
      paramLabel = "DIR|FILE",
      arity = "1..*",
      description = "what vendors publish; recognised by content, chosen by key and time")
  private List<Path> collateral = new ArrayList<>();

  @Option(
      names = "--at",
      paramLabel = "UNIX_SECONDS",
      description = "the time at which everything must hold; default: now")
  private @Nullable String at;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description =
          "what is accepted (docs/ATTESTATION.md); without it measurements are compared with nothing")
  private @Nullable Path policy;

  @Option(
      names = "--nonce",
      paramLabel = "HEX",
      description = "the challenge that must stand in the evidence")
  private @Nullable String nonce;

  @Option(
      names = "--report-data",
      paramLabel = "HEX",
      description = "the user data that must stand in the evidence; the rest of the field is zero")
  private @Nullable String reportData;

  @Option(
      names = "--roots",
      paramLabel = "FILE",
      arity = "1..*",
      description = "trust these certificates (or JWKs, for EARs), too: for tests; a claim says so")
  private List<Path> roots = new ArrayList<>();

  @Option(
      names = "--ear",
      paramLabel = "KEY",
      description =
          "sign the result as an EAR (JWT) with this private JWK: P-256 or P-384; printed as \"ear\"")
  private @Nullable Path ear;

  @Option(
      names = "--batch",
      paramLabel = "FILE.jsonl",
      description = "one JSON object of the same fields a line; one result a line, in order")
  private @Nullable Path batch;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    if (batch != null) {
      return batch(batch);
    }
    Result result;
    try {
      result = new Appraiser().appraise(request(Instant.now()));
    } catch (AttestException e) {
      result = Result.unusable(Optional.empty(), e);
    }
    if (json) {
      out().println(JSON.writeValueAsString(result.toJson()));
    } else {
      result.print(out());
    }
    return result.code();
  }

  private Request request(Instant now) {
    if (evidence == null) {
      throw new AttestException("NO_EVIDENCE", "no --evidence", "--evidence FILE or --batch FILE");
    }
    return new Request(
        evidence,
        collateral,
        at == null ? now : Request.time(at),
        Optional.ofNullable(policy),
        Optional.ofNullable(nonce).map(text -> Request.hex("nonce", text)),
        Optional.ofNullable(reportData).map(text -> Request.hex("report data", text)),
        roots,
        Optional.ofNullable(ear));
  }

  private int batch(Path file) {
    Appraiser appraiser = new Appraiser();
    Instant now = Instant.now();
    int worst = 0;
    try (BufferedReader lines = Files.newBufferedReader(file, UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isBlank()) {
          continue;
        }
        Result result = line(appraiser, line, now);
        out().println(JSON.writeValueAsString(result.toJson()));
        worst = Math.max(worst, result.code());
      }
    } catch (IOException e) {
      Result unreadable =
          Result.unusable(
              Optional.empty(),
              new AttestException("UNREADABLE", e.toString(), "a file of JSON lines at " + file));
      out().println(JSON.writeValueAsString(unreadable.toJson()));
      return Result.UNUSABLE;
    }
    return worst;
  }

  private static Result line(Appraiser appraiser, String line, Instant now) {
    try {
      if (line.length() > LINE_CHARS_MAX) {
        throw new AttestException("TOO_LONG", line.length() + "", "a line of " + LINE_CHARS_MAX);
      }
      return appraiser.appraise(Request.ofLine(line, now));
    } catch (AttestException e) {
      return Result.unusable(Optional.empty(), e);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
