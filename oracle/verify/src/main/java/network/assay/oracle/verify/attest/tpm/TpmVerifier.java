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
      new HclChecks(read.hcl().get(), read.hardware(), hardware)
          .into(claims, facts, evidence, collateral, anchors, expectations, policy, at);
    } else {
      AttestationKey.into(claims, facts, read, certs, collateral, anchors, rules, links, at);
      reportData(claims, read, expectations);
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
      if (!signed.oneBank()) {
        claims.fails("quote.selection", signed.quote().selections() + "", "registers of one bank");
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
    return read.key()
        .map(List::of)
        .orElseGet(() -> certs.stream().filter(cert -> !cert.isCa()).map(Cert::key).toList());
  }

  private static boolean byAny(SignedQuote quote, List<VerifyKey> keys) {
    return keys.stream().anyMatch(key -> quote.signature().by(key, quote.quote().raw()));
  }

  private static void registers(Claims claims, Facts.Builder facts, TpmEvidence read) {
    for (SignedQuote quote : read.quotes()) {
      String bank = quote.bank().title();
      if (quote.pcrs().isEmpty()) {
        claims.missing("pcr.values", "the registers of bank " + bank);
        continue;
      }
      claims.check(
          "pcr.digest",
          quote.pcrsQuoted() && quote.nothingBeside(),
          quote.pcrs().size() + " registers of " + bank,
          "what was quoted, " + Hashes.hex(quote.quote().pcrDigest()));
    }
    strongest(read)
        .ifPresent(quote -> {
          quote.pcrs().forEach((i, value) -> facts.measurement("pcr" + i, Hashes.hex(value)));
          facts
              .identity("bank", quote.bank().title())
              .identity("nonce", Hashes.hex(quote.quote().extraData()))
              .identity("resets", Long.toString(quote.quote().resets()))
              .identity("restarts", Long.toString(quote.quote().restarts()))
              .identity("firmware", Long.toHexString(quote.quote().firmware()));
        });
    read.attestationKey().ifPresent(k -> facts.identity("ak", Hashes.sha256Hex(k.raw())));
    claims.check(
        "quote.bank",
        strongest(read).isPresent(),
        read.quotes().stream().map(quote -> quote.bank().title()).toList().toString(),
        "a bank of SHA-256 or stronger");
  }

  /** SHA-256 if it was quoted, since allow-lists name that; SHA-1 never counts. */
  private static Optional<SignedQuote> strongest(TpmEvidence read) {
    return read.quotes().stream()
        .filter(quote -> quote.bank() == HashAlgorithm.SHA256)
        .findFirst()
        .or(() ->
            read.quotes().stream().filter(quote -> quote.bank() != HashAlgorithm.SHA1).findFirst());
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
    Map<Integer, byte[]> pcrs = strongest(read).map(SignedQuote::pcrs).orElse(Map.of());
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
        .filter(quote -> !quote.pcrs().isEmpty())
        .ifPresentOrElse(
            quote -> RegisterChecks.pcrs(claims, log, quote.bank(), quote.pcrs()),
            () -> claims.missing("eventlog", "registers to compare the log with"));
    for (SignedQuote quote : read.quotes()) {
      // Every bank that was quoted: a log whose banks tell two stories is no log.
      boolean other = strongest(read).filter(quote::equals).isEmpty();
      if (other && log.algorithms().contains(quote.bank())) {
        claims.check(
            "eventlog.banks",
            RegisterChecks.explains(log, quote.bank(), quote.pcrs()),
            quote.bank().title(),
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
