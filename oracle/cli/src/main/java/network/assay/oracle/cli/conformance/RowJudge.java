package network.assay.oracle.cli.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import network.assay.oracle.cli.attest.Examiner;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Claim.Outcome;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.ear.Ear;
import network.assay.oracle.verify.attest.ear.EarJwt;
import network.assay.oracle.verify.attest.x509.Cert;
import org.jspecify.annotations.Nullable;

/**
 * Judges one row by what its words say. What lies beside a file with the same start of its name (to
 * the last "__") belongs to it; so do the folders of roots.
 */
final class RowJudge {
  /** Within the validity of what rows without a time speak of. */
  private static final Instant USUAL = Instant.parse("2025-03-01T00:00:00Z");

  private final Path folder;
  private final List<Row> rows;
  private final Examiner examiner = new Examiner();
  private final CollateralJudge collateral;

  RowJudge(Path folder, List<Row> rows) {
    this.folder = folder;
    this.rows = rows;
    this.collateral = new CollateralJudge(folder);
  }

  Verdict judge(Row row) {
    @Nullable String wrong;
    try {
      byte[] raw = Files.readAllBytes(folder.resolve(row.file()));
      wrong = Hashes.sha256Hex(raw).equals(row.sha256()) ? problem(row, raw) : "another SHA-256";
    } catch (AttestException e) {
      wrong = e.getMessage();
    } catch (IOException e) {
      wrong = e.toString();
    }
    return new Verdict(
        row.file(), row.family(), wrong == null, row.expected(), wrong == null ? "ok" : wrong);
  }

  /** What is not as expected, or null. */
  private @Nullable String problem(Row row, byte[] raw) throws IOException {
    if (row.expected().startsWith("data")) {
      return null;
    }
    if (row.expected().startsWith("trust anchor")) {
      return anchor(raw);
    }
    if (row.family().equals("ear")) {
      return ear(raw);
    }
    Optional<Family> family = examiner.family(raw);
    if (row.says("complete sets") && row.says("own test root")) {
      return sampleSet(row);
    }
    if (family.isPresent()) {
      return evidence(row, family.get());
    }
    if (row.name().endsWith(".sig") && otherKey(row)) {
      return null; // The bare signature of the message beside it, which is judged with it.
    }
    if (row.says("reject: vcek")) {
      return wrongKey(row);
    }
    return collateral.problem(row, raw, beside(row));
  }

  /** A vendor's root must be the pinned one; source text beside it says nothing. */
  private static @Nullable String anchor(byte[] raw) {
    List<Cert> certs;
    try {
      certs = Cert.parseAll(raw, 8);
    } catch (AttestException e) {
      return null;
    }
    return TrustAnchors.production().all().containsAll(certs) ? null : "not among the pinned roots";
  }

  private static @Nullable String ear(byte[] raw) {
    String text = new String(raw, java.nio.charset.StandardCharsets.UTF_8);
    if (text.contains("\"kty\"")) {
      return EarJwt.publicKey(raw).kind().isEmpty() ? "no key" : null;
    }
    Ear ear = Ear.parse(raw);
    return Ear.parse(ear.toJson()).submods().equals(ear.submods()) ? null : "not written as read";
  }

  // --- Evidence ---

  private @Nullable String evidence(Row row, Family family) throws IOException {
    List<Path> pile =
        new ArrayList<>(family == Family.SGX || family == Family.TDX ? List.of() : beside(row));
    quoteOf(row).ifPresent(pile::add);
    Instant at = row.at().orElseGet(() -> examiner.commonTime(pile).orElse(USUAL));
    Appraisal found = examiner.appraise(folder.resolve(row.file()), pile, at);
    String text = row.expected();
    if (text.startsWith("reject") || text.startsWith("must FAIL") || otherKey(row)) {
      return found.finding() instanceof Finding.Rejected ? null : "not rejected: " + found.reason();
    }
    if (text.startsWith("no matching")) {
      return found.accepted() || holds(found, "signature") ? "accepted without its key" : null;
    }
    return genuine(row, family, found);
  }

  /** Everything but a relying party's choices must hold; debug must be seen where it is said. */
  private static @Nullable String genuine(Row row, Family family, Appraisal found) {
    List<String> wrong = new ArrayList<>();
    boolean external = row.says("needs external PCK chain");
    for (Claim claim : found.claims()) {
      boolean chain = external && claim.name().startsWith("pck.");
      if (claim.outcome() == Outcome.FAILS && !Expected.isPolicy(claim.name()) && !chain) {
        wrong.add(claim.name() + ": got " + claim.got() + ", want " + claim.want());
      }
    }
    if (family != Family.EVENTLOG && !holds(found, "signature")) {
      wrong.add("no signature holds: " + found.reason());
    }
    if (row.says("debug") && !found.facts().debug().equals(Optional.of(true))) {
      wrong.add("debug not seen");
    }
    if (row.says("debug") && !(found.finding() instanceof Finding.Rejected)) {
      wrong.add("debug not rejected");
    }
    if (row.says("replays to RTMR0-2")) {
      for (int i = 0; i <= 2; i++) {
        if (!holds(found, "rtmr" + i)) {
          wrong.add("RTMR" + i + " not replayed");
        }
      }
    }
    return wrong.isEmpty() ? null : String.join("; ", wrong);
  }

  private static boolean holds(Appraisal found, String end) {
    return found.claims().stream()
        .anyMatch(claim -> claim.name().endsWith(end) && claim.outcome() == Outcome.HOLDS);
  }

  /** A row of the same folder may say that this quote was made with another key. */
  private boolean otherKey(Row row) {
    String name = row.name().substring(row.name().lastIndexOf("__") + 2);
    String stem = name.replaceAll("\\.(msg|sig)$", "");
    String group = group(row.name());
    return !stem.equals(name)
        && rows.stream()
            .filter(other -> other.folder().equals(row.folder()))
            .filter(other -> group(other.name()).equals(group))
            .anyMatch(other -> other.expected().contains(stem + ".msg/.sig do NOT"));
  }

  /** A key that does not belong to the report beside it, alone: nothing may be accepted by it. */
  private @Nullable String wrongKey(Row row) throws IOException {
    boolean rejected = false;
    for (Path other : beside(row)) {
      if (examiner.family(Files.readAllBytes(other)).isEmpty()) {
        continue;
      }
      Appraisal found =
          examiner.appraise(other, List.of(folder.resolve(row.file())), row.at().orElse(USUAL));
      if (found.accepted()) {
        return "accepted for " + other.getFileName();
      }
      rejected |= found.finding() instanceof Finding.Rejected;
    }
    return rejected ? null : "no report beside it was rejected";
  }

  private @Nullable String sampleSet(Row row) throws IOException {
    List<Path> pile = beside(row);
    List<Cert> roots = new ArrayList<>();
    @Nullable Path quote = null;
    List<Path> all = new ArrayList<>(pile);
    all.add(folder.resolve(row.file()));
    for (Path file : all) {
      byte[] raw = Files.readAllBytes(file);
      if (file.getFileName().toString().contains("trustedRoot")) {
        roots.addAll(Cert.parseAll(raw, 1));
      } else if (examiner.family(raw).isPresent()) {
        quote = file;
      }
    }
    if (quote == null || roots.isEmpty()) {
      roots.addAll(collateral.rootsBeside(row));
    }
    if (quote == null) {
      return "no quote beside it";
    }
    TrustAnchors.Builder anchors = TrustAnchors.builder();
    roots.forEach(root -> anchors.trust(network.assay.oracle.verify.attest.Anchor.INTEL_SGX, root));
    List<Path> set =
        all.stream()
            .filter(file -> !file.getFileName().toString().contains("trustedRoot"))
            .toList();
    Instant at = examiner.commonTime(set).orElse(USUAL);
    Appraisal found = examiner.appraise(quote, set, anchors.build(), at);
    // The QE identity of Intel's TDX sample is of another enclave (MRSIGNER) than its quote's.
    // Intel's library takes the identity as an optional argument: without it the set is STATUS_OK,
    // with it QuoteVerifier returns STATUS_QE_IDENTITY_MISMATCH. We always ask for it, so the set
    // must be rejected for that reason, and for that alone.
    List<String> open =
        found.claims().stream()
            .filter(claim -> claim.outcome() != Outcome.HOLDS)
            .map(Claim::name)
            .toList();
    boolean good =
        found.tcbStatus().equals(Optional.of("UpToDate"))
            || (open.equals(List.of("qe-identity.match"))
                && found.reason().equals("QE_IDENTITY_MATCH"));
    Appraisal pinned = examiner.appraise(quote, set, at);
    if (pinned.finding().holds()) {
      return "accepted under the production root";
    }
    return good ? null : "status " + found.tcbStatus() + " " + found.finding();
  }

  // --- What belongs together ---

  private static String group(String name) {
    int end = name.lastIndexOf("__");
    return end < 0 ? "" : name.substring(0, end + 2);
  }

  /** Files beside, of the same group, and the roots of the family. */
  private List<Path> beside(Row row) throws IOException {
    List<Path> found = new ArrayList<>();
    String group = group(row.name());
    try (Stream<Path> files = Files.list(folder.resolve(row.folder()))) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().equals(row.name()))
          .filter(file -> group(file.getFileName().toString()).equals(group))
          .sorted()
          .forEach(found::add);
    }
    Path roots = folder.resolve(row.family()).resolve("_roots");
    if (Files.isDirectory(roots)) {
      try (Stream<Path> files = Files.list(roots)) {
        files.filter(Files::isRegularFile).sorted().forEach(found::add);
      }
    }
    return found;
  }

  /** "… of REPO FILE" and "of that quote": the quote that logs of this manifest replay to. */
  private Optional<Path> quoteOf(Row row) {
    if (!row.says("of that quote", "replays to")) {
      return Optional.empty();
    }
    return rows.stream()
        .filter(other -> other.says("replays to"))
        .map(other -> other.expected().substring(other.expected().lastIndexOf(' ') + 1))
        .flatMap(name -> rows.stream().filter(other -> other.name().endsWith(name)))
        .map(other -> folder.resolve(other.file()))
        .findFirst();
  }
}
