package network.assay.oracle.verify.attest.tpm;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.Appraisal;
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
import network.assay.oracle.verify.attest.eventlog.EventLog;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;
import network.assay.oracle.verify.attest.eventlog.RegisterChecks;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.LinkCache;
import network.assay.oracle.verify.attest.x509.VerifyKey;

/**
 * Verifies TPM quotes. A quote is worth what its key is worth: in Azure's confidential VMs the
 * processor's own report vouches for it, elsewhere a certificate or a policy must.
 */
public final class TpmVerifier implements FamilyVerifier {
  private final List<FamilyVerifier> hardware;
  private final LinkCache links;

  /**
   * A verifier.
   *
   * @param hardware verifiers of the reports that may lie below a vTPM: SNP and TDX
   */
  public TpmVerifier(List<FamilyVerifier> hardware) {
    this(hardware, new LinkCache(256));
  }

  /** A verifier that shares what it knows of certificates' signatures. */
  public TpmVerifier(List<FamilyVerifier> hardware, LinkCache links) {
    this.hardware = List.copyOf(hardware);
    this.links = links;
  }

  @Override
  public Optional<Family> detect(byte[] raw) {
    return TpmCollector.looksLike(raw) ? Optional.of(Family.TPM) : Optional.empty();
  }

  @Override
  public boolean verifies(Family family) {
    return family == Family.TPM;
  }

  @Override
  public Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    TpmEvidence read = TpmCollector.collect(evidence, collateral);
    Policy.Rules rules = policy.rules(Family.TPM);
    Claims claims = new Claims();
    Facts.Builder facts = new Facts.Builder();
    List<Cert> certs = AttestationKey.certificates(read.certificates());
    quotes(claims, facts, read, certs);
    if (!claims.noneFails()) {
      // A quote by another key or of other registers: whatever vouches for the key is beside it.
      return Appraisal.of(Family.TPM, claims, facts.build());
    }
    claims.check("family", policy.names(Family.TPM), "tpm", "a family that the policy names");
    nonce(claims, read, expectations);
    if (read.hcl().isPresent()) {
      List<byte[]> beside = new ArrayList<>();
      read.hardware().ifPresent(beside::add);
      beside.addAll(read.delivered());
      new HclChecks(read.hcl().get(), List.copyOf(beside), hardware)
          .into(claims, facts, evidence, collateral, anchors, expectations, policy, at);
      AttestationKey.beside(claims, read, certs, anchors, links, at);
    } else {
      AttestationKey.into(claims, facts, read, certs, collateral, anchors, rules, links, at);
      reportData(claims, read, expectations);
    }
    if (read.unread().isPresent()) {
      claims.missing("unread", "a verifier of " + read.unread().get());
    }
    measured(claims, read, rules.measurements());
    read.eventLog().ifPresent(log -> replayed(claims, read, EventLog.read(log)));
    return Appraisal.of(Family.TPM, claims, facts.build());
  }

  private static void quotes(
      Claims claims, Facts.Builder facts, TpmEvidence read, List<Cert> certs) {
    if (read.quotes().isEmpty()) {
      claims.missing("quote", "a TPM quote");
      return;
    }
    for (SignedQuote signed : read.quotes()) {
      if (!signed.sound()) {
        claims.fails(
            "quote.selection", signed.quote().selections() + "", "registers, and no bank twice");
        return;
      }
    }
    List<VerifyKey> keys = keys(read, certs);
    boolean signed =
        !keys.isEmpty() && read.quotes().stream().allMatch(quote -> byAny(quote, keys));
    if (keys.isEmpty()) {
      claims.missing("quote.signature", "the key of the quote");
    } else {
      claims.check("quote.signature", signed, signed ? "good" : "bad", "by the attestation key");
    }
    registers(claims, facts, read);
  }

  /** The key that is vouched for; certificates are asked only where there is no other. */
  private static List<VerifyKey> keys(TpmEvidence read, List<Cert> certs) {
    if (read.key().isPresent()) {
      return List.of(read.key().get());
    }
    List<VerifyKey> certified = certs.stream().filter(cert -> !cert.isCa()).map(Cert::key).toList();
    return certified.isEmpty() ? read.plainKey().map(List::of).orElse(List.of()) : certified;
  }

  private static boolean byAny(SignedQuote quote, List<VerifyKey> keys) {
    return keys.stream().anyMatch(key -> quote.signature().by(key, quote.quote().raw()));
  }

  private static void registers(Claims claims, Facts.Builder facts, TpmEvidence read) {
    for (SignedQuote quote : read.quotes()) {
      String banks =
          String.join(" and ", quote.banks().stream().map(HashAlgorithm::title).toList());
      int values = quote.values().values().stream().mapToInt(Map::size).sum();
      if (values == 0) {
        claims.missing("pcr.values", "the registers of bank " + banks);
        continue;
      }
      claims.check(
          "pcr.digest",
          quote.pcrsQuoted() && quote.nothingBeside(),
          values + " registers of " + banks,
          "what was quoted, " + Hashes.hex(quote.quote().pcrDigest()));
    }
    strongest(read)
        .ifPresent(found -> {
          SignedQuote quote = found.quote();
          found.pcrs().forEach((i, value) -> facts.measurement("pcr" + i, Hashes.hex(value)));
          facts
              .identity("bank", found.bank().title())
              .identity("nonce", Hashes.hex(quote.quote().extraData()))
              .identity("resets", Long.toString(quote.quote().resets()))
              .identity("restarts", Long.toString(quote.quote().restarts()))
              .identity("firmware", Long.toHexString(quote.quote().firmware()));
        });
    read.attestationKey().ifPresent(k -> facts.identity("ak", Hashes.sha256Hex(k.raw())));
    claims.check(
        "quote.bank",
        strongest(read).isPresent(),
        banks(read).stream().map(bank -> bank.bank().title()).toList().toString(),
        "a bank of SHA-256 or stronger");
  }

  /** One bank of one quote. */
  private record Bank(SignedQuote quote, HashAlgorithm bank) {
    Map<Integer, byte[]> pcrs() {
      return quote.pcrs(bank);
    }
  }

  private static List<Bank> banks(TpmEvidence read) {
    List<Bank> all = new ArrayList<>();
    read.quotes().forEach(quote -> quote.banks().forEach(bank -> all.add(new Bank(quote, bank))));
    return all;
  }

  /** SHA-256 if it was quoted, since allow-lists name that; SHA-1 never counts. */
  private static Optional<Bank> strongest(TpmEvidence read) {
    List<Bank> all = banks(read);
    return all.stream()
        .filter(bank -> bank.bank() == HashAlgorithm.SHA256)
        .findFirst()
        .or(() -> all.stream().filter(bank -> bank.bank() != HashAlgorithm.SHA1).findFirst());
  }

  private static void nonce(Claims claims, TpmEvidence read, Expectations expectations) {
    if (read.quotes().isEmpty()) {
      return;
    }
    List<String> got =
        read.quotes().stream().map(quote -> Hashes.hex(quote.quote().extraData())).toList();
    if (expectations.nonce().isEmpty()) {
      claims.holds("nonce", got.getFirst(), "anything: not asked");
      return;
    }
    byte[] want = expectations.nonce().get();
    boolean same = read.quotes().stream().allMatch(q -> Arrays.equals(q.quote().extraData(), want));
    claims.check("nonce", same && want.length > 0, got.toString(), Hashes.hex(want));
  }

  /** A bare quote carries nothing of the guest's but the nonce. */
  private static void reportData(Claims claims, TpmEvidence read, Expectations expectations) {
    if (expectations.reportData().isPresent() && !read.quotes().isEmpty()) {
      byte[] got = read.quotes().getFirst().quote().extraData();
      byte[] want = expectations.reportData().get();
      claims.check(
          "report-data",
          want.length > 0 && Arrays.equals(got, want),
          Hashes.hex(got),
          Hashes.hex(want));
    }
  }

  private static void measured(Claims claims, TpmEvidence read, Map<String, Set<String>> allowed) {
    Map<Integer, byte[]> pcrs = strongest(read).map(Bank::pcrs).orElse(Map.of());
    List<String> names = new ArrayList<>(allowed.keySet());
    names.sort(null);
    for (String name : names) {
      if (name.equals("ak")) {
        continue;
      }
      String got =
          pcrs.entrySet().stream()
              .filter(pcr -> name.equals("pcr" + pcr.getKey()))
              .map(pcr -> Hashes.hex(pcr.getValue()))
              .findFirst()
              .orElse("absent");
      Set<String> values = allowed.getOrDefault(name, Set.of());
      claims.check(
          "measurement." + name,
          values.contains(got),
          got,
          values.isEmpty() ? "an allow-list, and it is empty" : values.toString());
    }
  }

  private static void replayed(Claims claims, TpmEvidence read, EventLog log) {
    strongest(read)
        .filter(bank -> !bank.pcrs().isEmpty())
        .ifPresentOrElse(
            bank -> RegisterChecks.pcrs(claims, log, bank.bank(), bank.pcrs()),
            () -> claims.missing("eventlog", "registers to compare the log with"));
    for (Bank bank : banks(read)) {
      // Every bank that was quoted: a log whose banks tell two stories is no log.
      boolean other = strongest(read).filter(bank::equals).isEmpty();
      if (other && log.algorithms().contains(bank.bank())) {
        claims.check(
            "eventlog.banks",
            RegisterChecks.explains(log, bank.bank(), bank.pcrs()),
            bank.bank().title(),
            "registers of every quoted bank");
      }
    }
  }

  /** Another verifier's claims under a name of their own. */
  static List<Claim> prefixed(String prefix, List<Claim> claims) {
    return claims.stream()
        .map(c -> new Claim(prefix + "." + c.name(), c.outcome(), c.got(), c.want()))
        .toList();
  }
}
