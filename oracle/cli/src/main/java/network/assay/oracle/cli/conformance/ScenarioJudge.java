package network.assay.oracle.cli.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import network.assay.oracle.cli.attest.Examiner;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Claim.Outcome;

/** One DCAP quote with chosen collateral at one time: the TCB status that Intel's rules lead to. */
final class ScenarioJudge {
  private static final List<String> COLLATERAL =
      List.of("tcb_info", "qe_identity", "pck_crl", "root_crl", "tcb_signer");

  private final Path folder;
  private final Examiner examiner = new Examiner();

  ScenarioJudge(Path folder) {
    this.folder = folder;
  }

  Verdict judge(int number, Map<String, String> record) {
    String id = "scenario " + number + " " + record.get("quote");
    String want = record.getOrDefault("expected_status_qvl_rules", "");
    List<Path> collateral = new ArrayList<>();
    for (String column : COLLATERAL) {
      String file = record.getOrDefault(column, "");
      if (!file.isEmpty()) {
        collateral.add(folder.resolve(file));
      }
    }
    try {
      Instant at = Instant.ofEpochSecond(Long.parseLong(record.getOrDefault("verify_epoch", "")));
      Appraisal found =
          examiner.appraise(folder.resolve(record.getOrDefault("quote", "")), collateral, at);
      return judged(id, want, record, found);
    } catch (AttestException | NumberFormatException | IOException e) {
      return new Verdict(id, "dcap-scenario", false, want, String.valueOf(e.getMessage()));
    }
  }

  /** Besides the status only what a policy decides may fail: the status itself and debug. */
  private static Verdict judged(
      String id, String want, Map<String, String> record, Appraisal found) {
    String status = found.tcbStatus().orElse("none");
    List<String> wrong = new ArrayList<>();
    if (!status.equals(want)) {
      wrong.add("status " + status);
    }
    boolean debug = record.getOrDefault("debug", "0").equals("1");
    if (debug && found.accepted()) {
      wrong.add("debug accepted");
    }
    if (!found.facts().debug().equals(Optional.of(debug))) {
      wrong.add("debug " + found.facts().debug());
    }
    for (Claim claim : found.claims()) {
      if (claim.outcome() != Outcome.HOLDS && !Expected.isPolicy(claim.name())) {
        wrong.add(claim.name() + " " + claim.outcome() + ": " + claim.got());
      }
    }
    advisories(record, found).ifPresent(wrong::add);
    return new Verdict(
        id,
        "dcap-scenario",
        wrong.isEmpty(),
        want,
        wrong.isEmpty() ? status + " " + found.advisories() : String.join("; ", wrong));
  }

  private static Optional<String> advisories(Map<String, String> record, Appraisal found) {
    String listed = record.getOrDefault("advisories", "").strip();
    if (listed.isEmpty()) {
      return Optional.empty();
    }
    TreeSet<String> want = new TreeSet<>(Pattern.compile("[ ;|,]+").splitAsStream(listed).toList());
    return want.equals(new TreeSet<>(found.advisories()))
        ? Optional.empty()
        : Optional.of("advisories " + found.advisories() + ", want " + want);
  }
}
