package network.assay.oracle.verify.attest.eventlog;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.FamilyVerifier;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;

/**
 * Verifies a log against a quote that lies beside it. A log alone is a story: it is read and
 * replayed, and the finding says that a quote of its registers is missing.
 */
public final class EventLogVerifier implements FamilyVerifier {
  private static final int REGISTERS_MAX = 24;

  private final List<FamilyVerifier> quotes;

  /**
   * A verifier.
   *
   * @param quotes verifiers of what may sign registers: TDX and TPM
   */
  public EventLogVerifier(List<FamilyVerifier> quotes) {
    this.quotes = List.copyOf(quotes);
  }

  @Override
  public Optional<Family> detect(byte[] raw) {
    return EventLog.looksLike(raw) || CcelTable.looksLike(raw)
        ? Optional.of(Family.EVENTLOG)
        : Optional.empty();
  }

  @Override
  public boolean verifies(Family family) {
    return family == Family.EVENTLOG;
  }

  @Override
  public Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    Claims claims = new Claims();
    Facts.Builder facts = new Facts.Builder();
    byte[] raw = evidence.raw();
    if (CcelTable.looksLike(raw)) {
      table(claims, facts, CcelTable.read(raw));
      Optional<byte[]> log =
          evidence.attachments().stream().filter(EventLog::looksLike).findFirst();
      if (log.isEmpty()) {
        claims.missing("log", "the log that the table points to");
        return Appraisal.of(Family.EVENTLOG, claims, facts.build());
      }
      raw = log.get();
    }
    EventLog log = EventLog.read(raw);
    boolean cc = confidential(log, evidence.attachments());
    read(claims, facts, log, cc);
    claims.check(
        "family", policy.names(Family.EVENTLOG), "eventlog", "a family that the policy names");
    quoted(claims, facts, log, cc, evidence, collateral, anchors, expectations, policy, at);
    measured(claims, log, cc, policy.rules(Family.EVENTLOG).measurements());
    return Appraisal.of(Family.EVENTLOG, claims, facts.build());
  }

  private static void table(Claims claims, Facts.Builder facts, CcelTable table) {
    claims.check(
        "ccel.type",
        table.ccType() == 1 || table.ccType() == 2,
        "type " + table.ccType() + "." + table.ccSubtype(),
        "1 SEV or 2 TDX");
    facts.identity("ccel-log-bytes", Long.toUnsignedString(table.logBytesMin()));
  }

  /**
   * CC logs number their registers 1 to 4 and have one strong bank; a TPM's begins with PCR0. What
   * lies beside it settles it where there is anything.
   */
  private static boolean confidential(EventLog log, List<byte[]> attachments) {
    if (attachments.stream().anyMatch(TdxRegisters::looksLike)
        || attachments.stream().anyMatch(CcelTable::looksLike)) {
      return true;
    }
    boolean low =
        log.events().stream()
            .filter(LogEvent::extended)
            .allMatch(e -> e.index() >= 1 && e.index() <= 4);
    return low && !log.legacy() && log.algorithms().size() == 1;
  }

  private static void read(Claims claims, Facts.Builder facts, EventLog log, boolean cc) {
    claims.holds(
        "log.format",
        log.events().size() + " events, " + log.algorithms(),
        "a log that holds together");
    long extended = log.events().stream().filter(LogEvent::extended).count();
    claims.check("log.events", extended > 0, extended + " events", "at least one that extends");
    if (!cc) {
      separators(claims, log);
    }
    HashAlgorithm bank = bank(log);
    Replay.registers(log, bank, cc)
        .forEach((index, value) -> facts.measurement(name(index, cc), Hashes.hex(value)));
    facts
        .identity("bank", bank.title())
        .identity("events", Integer.toString(log.events().size()))
        .identity("kind", cc ? "cc" : log.legacy() ? "tpm-sha1" : "tpm");
  }

  /** Each of PCR0 to PCR7 is closed once: a second separator would pass for a reboot. */
  private static void separators(Claims claims, EventLog log) {
    int[] counts = new int[8];
    for (LogEvent event : log.events()) {
      if (event.type() == LogEvent.SEPARATOR && event.index() < counts.length) {
        counts[(int) event.index()]++;
      }
    }
    boolean once = Arrays.stream(counts).allMatch(count -> count <= 1);
    claims.check("log.separators", once, Arrays.toString(counts), "at most one a PCR, 0 to 7");
  }

  private static HashAlgorithm bank(EventLog log) {
    for (HashAlgorithm wanted :
        List.of(HashAlgorithm.SHA384, HashAlgorithm.SHA256, HashAlgorithm.SHA512)) {
      boolean tpmFirst =
          wanted == HashAlgorithm.SHA384 && log.algorithms().contains(HashAlgorithm.SHA256);
      if (log.algorithms().contains(wanted) && !tpmFirst) {
        return wanted;
      }
    }
    return log.algorithms().iterator().next();
  }

  private static String name(int index, boolean cc) {
    if (!cc) {
      return "pcr" + index;
    }
    return index == 0 ? "mrtd-log" : "rtmr" + (index - 1);
  }

  private void quoted(
      Claims claims,
      Facts.Builder facts,
      EventLog log,
      boolean cc,
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    Optional<byte[]> quote = quote(evidence.attachments());
    if (quote.isEmpty()) {
      claims.missing("quote", "a quote of the registers that the log explains");
      return;
    }
    if (cc && TdxRegisters.looksLike(quote.get())) {
      Map<Integer, byte[]> rtmrs = new TreeMap<>();
      TdxRegisters.of(quote.get()).rtmrs().forEach(value -> rtmrs.put(rtmrs.size(), value));
      RegisterChecks.rtmrs(claims, log, rtmrs);
    }
    Optional<FamilyVerifier> verifier =
        quotes.stream().filter(candidate -> candidate.detect(quote.get()).isPresent()).findFirst();
    if (verifier.isEmpty()) {
      claims.missing("quote.verified", "a verifier of that quote");
      return;
    }
    Family family = verifier.get().detect(quote.get()).orElseThrow();
    List<byte[]> others =
        evidence.attachments().stream()
            .filter(other -> !Arrays.equals(other, quote.get()) && !EventLog.looksLike(other))
            .toList();
    Appraisal below =
        verifier
            .get()
            .appraise(
                new Evidence(family, quote.get(), others),
                collateral,
                anchors,
                expectations,
                policy,
                at);
    claims.addAll(
        below.claims().stream()
            .map(c -> new Claim("quote." + c.name(), c.outcome(), c.got(), c.want()))
            .toList());
    if (!cc) {
      RegisterChecks.pcrs(claims, log, pcrBank(below), pcrs(below));
    }
    below.facts().signedBy().ifPresent(facts::signedBy);
  }

  private Optional<byte[]> quote(List<byte[]> attachments) {
    return attachments.stream()
        .filter(raw ->
            TdxRegisters.looksLike(raw)
                || quotes.stream().anyMatch(verifier -> verifier.detect(raw).isPresent()))
        .findFirst();
  }

  private static HashAlgorithm pcrBank(Appraisal below) {
    String title = below.facts().identity().getOrDefault("bank", "");
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      if (algorithm.title().equals(title)) {
        return algorithm;
      }
    }
    throw new AttestException("EVENTLOG_QUOTE", "a quote without PCRs", "PCRs of a known bank");
  }

  private static Map<Integer, byte[]> pcrs(Appraisal below) {
    Map<Integer, byte[]> found = new TreeMap<>();
    for (int i = 0; i < REGISTERS_MAX; i++) {
      String hex = below.facts().measurements().get("pcr" + i);
      if (hex != null) {
        found.put(i, HexFormat.of().parseHex(hex));
      }
    }
    return found;
  }

  private static void measured(
      Claims claims, EventLog log, boolean cc, Map<String, Set<String>> allowed) {
    Map<Integer, byte[]> replayed = Replay.registers(log, bank(log), cc);
    allowed.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(rule -> {
          String got =
              replayed.entrySet().stream()
                  .filter(register -> name(register.getKey(), cc).equals(rule.getKey()))
                  .map(register -> Hashes.hex(register.getValue()))
                  .findFirst()
                  .orElse("absent");
          claims.check(
              "measurement." + rule.getKey(),
              rule.getValue().contains(got),
              got,
              rule.getValue().isEmpty()
                  ? "an allow-list, and it is empty"
                  : rule.getValue().toString());
        });
  }
}
