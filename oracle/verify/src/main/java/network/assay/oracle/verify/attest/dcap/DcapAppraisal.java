package network.assay.oracle.verify.attest.dcap;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.dcap.DcapCollateral.Found;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.Crl;
import network.assay.oracle.verify.attest.x509.EcKey;

/** One quote's way through all checks, in order of weight. Used once. */
final class DcapAppraisal {
  /** Certificates of other machines may lie beside a quote without its own. */
  private static final int PCKS_TRIED_MAX = 16;

  private final Quote quote;
  private final Evidence evidence;
  private final DcapCollateral collateral;
  private final DcapCache cache;
  private final Policy policy;
  private final Policy.Rules rules;
  private final Expectations expectations;
  private final Claims claims = new Claims();
  private final Facts.Builder facts = new Facts.Builder();
  private Optional<String> tcbStatus = Optional.empty();
  private List<String> advisories = List.of();

  DcapAppraisal(
      Quote quote,
      Evidence evidence,
      DcapCollateral collateral,
      DcapCache cache,
      Policy policy,
      Expectations expectations) {
    this.quote = quote;
    this.evidence = evidence;
    this.collateral = collateral;
    this.cache = cache;
    this.policy = policy;
    this.rules = policy.rules(quote.family());
    this.expectations = expectations;
  }

  Appraisal appraise() {
    Map<String, String> measured = QuoteFacts.read(quote, facts);
    // Unreadable certificates and collateral are seen before any signature is worked on.
    List<Cert> certs = collateral.quoteCerts(quote);
    collateral.readable(quote.tdx(), certs);
    quoteSignature();
    keyBinding();
    if (claims.noneFails()) {
      platform(certs);
    }
    policy(measured);
    return Appraisal.of(quote.family(), claims, tcbStatus, advisories, facts.build());
  }

  private void quoteSignature() {
    EcKey key;
    try {
      key = EcKey.ofRaw(EcKey.Curve.P256, quote.attestationKey());
    } catch (AttestException e) {
      claims.fails("quote.signature", "an attestation key off the curve", "a point on P-256");
      return;
    }
    var digest = Hashes.messageDigest("SHA-256");
    digest.update(quote.raw(), 0, quote.signedBytes());
    boolean good = key.verifiesRaw(digest.digest(), quote.signature());
    claims.check(
        "quote.signature", good, good ? "signed" : "another signature", "the attestation key's");
  }

  private void keyBinding() {
    byte[] bound = Hashes.sha256(quote.attestationKey(), quote.qeAuthData());
    byte[] data = quote.qeReport().reportData();
    boolean same = Arrays.equals(bound, 0, 32, data, 0, 32);
    claims.check(
        "qe.report-data",
        same,
        Hashes.hex(Arrays.copyOf(data, 32)),
        Hashes.hex(bound) + ", SHA-256 of attestation key and authentication data");
  }

  private void platform(List<Cert> certs) {
    List<Cert> pool = new ArrayList<>(certs);
    pool.addAll(attached());
    pool.addAll(collateral.pckPool());
    // The quote's own come first; Intel writes the leaf first, its library's sample the root.
    Optional<Cert> leaf =
        certs.isEmpty() || certs.getFirst().isCa() ? pckAmong(pool) : Optional.of(certs.getFirst());
    if (leaf.isEmpty()) {
      claims.missing(
          "pck.chain",
          "the PCK certificate chain: the quote has certification data of type "
              + quote.certificationType()
              + " without certificates");
      return;
    }
    switch (collateral.pckChain(leaf.get(), pool)) {
      case Chains.Invalid bad ->
          claims.fails("pck.chain", bad.reason() + ": " + bad.got(), bad.want());
      case Chains.Valid chain -> platform(chain);
    }
  }

  /** Of the certificates beside the quote the PCK's that signed this QE; else the first leaf. */
  private Optional<Cert> pckAmong(List<Cert> pool) {
    List<Cert> leaves = pool.stream().filter(cert -> !cert.isCa()).toList();
    return leaves.stream()
        .filter(cert -> cert.commonName().contains("SGX PCK Certificate"))
        .limit(PCKS_TRIED_MAX)
        .filter(this::signedQe)
        .findFirst()
        .or(() -> leaves.stream().findFirst());
  }

  private boolean signedQe(Cert leaf) {
    return leaf.key() instanceof EcKey key
        && key.curve() == EcKey.Curve.P256
        && key.verifiesRaw(Hashes.sha256(quote.qeReport().raw()), quote.qeReportSignature());
  }

  private List<Cert> attached() {
    List<Cert> certs = new ArrayList<>(0);
    for (byte[] attachment : evidence.attachments()) {
      try {
        certs.addAll(cache.certs(attachment, 8));
      } catch (AttestException e) {
        // An event log, a list, another machine's papers: whatever is no certificate is not ours.
      }
    }
    return certs;
  }

  private void platform(Chains.Valid chain) {
    claims.holds("pck.chain", chain.leaf().commonName(), "a chain to Intel's pinned root");
    facts.signedBy(chain.root().sha256());
    facts.valid(chain.from(), chain.until());
    if (!qeReportSignature(chain.leaf())) {
      return;
    }
    PckExtension pck;
    try {
      pck = cache.extension(chain.leaf());
    } catch (AttestException e) {
      claims.fails("pck.extension", e.got(), e.want());
      return;
    }
    QuoteFacts.read(pck, facts);
    Optional<Crl> rootCrl = revocation(chain);
    if (rootCrl.isEmpty() || !claims.noneFails()) {
      return;
    }
    Optional<TcbInfo> info = tcbInfo(pck, rootCrl.get());
    Optional<EnclaveIdentity> identity = identity(rootCrl.get());
    if (info.isPresent() && identity.isPresent() && claims.noneFails()) {
      tcb(info.get(), identity.get(), pck);
    }
  }

  private boolean qeReportSignature(Cert leaf) {
    boolean good = signedQe(leaf);
    claims.check(
        "qe.report-signature",
        good,
        good ? "signed" : "another signature",
        "the PCK's over the QE report");
    return good;
  }

  /** Both lists; gives the root's, which speaks of the TCB signer as well. */
  private Optional<Crl> revocation(Chains.Valid chain) {
    Cert middle = chain.path().get(1);
    Found<Crl> root = collateral.crl(Kind.INTEL_ROOT_CRL, "root", chain.root());
    Optional<Crl> rootCrl = crl("crl.root", root, "the root's revocation list");
    String key = middle.commonName().contains("Platform") ? "platform" : "processor";
    Found<Crl> own = collateral.crl(Kind.INTEL_PCK_CRL, key, middle);
    Optional<Crl> pckCrl = crl("crl.pck", own, "the revocation list of " + middle.commonName());
    if (rootCrl.isPresent()) {
      notRevoked("pck.ca-revoked", rootCrl.get(), middle.serial());
    }
    if (pckCrl.isPresent()) {
      notRevoked("pck.revoked", pckCrl.get(), chain.leaf().serial());
    }
    return pckCrl.isPresent() ? rootCrl : Optional.empty();
  }

  private Optional<Crl> crl(String claim, Found<Crl> found, String missing) {
    if (found.problem().isPresent()) {
      Chains.Invalid bad = found.problem().get();
      claims.fails(claim, bad.reason() + ": " + bad.got(), bad.want());
    } else if (found.value().isEmpty()) {
      claims.missing(claim, missing);
    } else {
      Crl crl = found.value().get();
      claims.holds(claim, crl.size() + " revoked, until " + crl.nextUpdate(), "signed, in time");
      facts.valid(crl.thisUpdate(), crl.nextUpdate());
    }
    return found.value();
  }

  private void notRevoked(String claim, Crl crl, BigInteger serial) {
    boolean revoked = crl.revokes(serial);
    claims.check(
        claim,
        !revoked,
        "serial " + serial.toString(16) + (revoked ? " is revoked" : " is not on the list"),
        "not revoked");
  }

  private Optional<TcbInfo> tcbInfo(PckExtension pck, Crl rootCrl) {
    String fmspc = Hashes.hex(pck.fmspc());
    Found<TcbInfo> found = collateral.tcbInfo(quote.tdx(), fmspc, rootCrl);
    signed("tcb-info", found, "TCB info of FMSPC " + fmspc);
    found.value().ifPresent(info -> tcbInfoMatches(info, fmspc, Hashes.hex(pck.pceId())));
    return found.value();
  }

  private void tcbInfoMatches(TcbInfo info, String fmspc, String pceId) {
    boolean same =
        info.fmspc().equals(fmspc) && info.pceId().equals(pceId) && info.tdx() == quote.tdx();
    claims.check(
        "tcb-info.match",
        same,
        "FMSPC " + info.fmspc() + " PCEID " + info.pceId() + (info.tdx() ? " TDX" : " SGX"),
        "FMSPC " + fmspc + " PCEID " + pceId + (quote.tdx() ? " TDX" : " SGX"));
    span(info.updates());
    facts.identity("tcb-evaluation", "" + info.evaluation());
  }

  private Optional<EnclaveIdentity> identity(Crl rootCrl) {
    Found<EnclaveIdentity> found = collateral.identity(quote.tdx(), rootCrl);
    signed("qe-identity", found, "the identity of the " + (quote.tdx() ? "TD QE" : "QE"));
    found
        .value()
        .ifPresent(identity -> {
          boolean own = identity.id().equals(quote.tdx() ? "TD_QE" : "QE");
          Optional<String> other = identity.mismatch(quote.qeReport());
          claims.check(
              "qe-identity.match",
              own && other.isEmpty(),
              own ? other.map(field -> "another " + field).orElse("the same") : identity.id(),
              "Intel's quoting enclave");
          span(identity.updates());
        });
    return found.value();
  }

  private void signed(String what, Found<?> found, String missing) {
    if (found.problem().isPresent()) {
      Chains.Invalid bad = found.problem().get();
      boolean time = bad.reason().endsWith("_STALE") || bad.reason().endsWith("_NOT_YET_VALID");
      boolean cert = bad.reason().startsWith("CERT_");
      claims.fails(
          what + (time && !cert ? ".time" : ".signature"),
          bad.reason() + ": " + bad.got(),
          bad.want());
    } else if (found.value().isEmpty()) {
      claims.missing(what + ".signature", missing);
    } else {
      Chains.Valid signer = found.signer().orElseThrow();
      claims.holds(what + ".signature", signer.leaf().commonName(), "Intel's TCB signer");
      claims.holds(what + ".time", "in time", "valid at " + collateral.at());
      facts.valid(signer.from(), signer.until());
    }
  }

  private void span(Updates updates) {
    facts.valid(updates.issueDate(), updates.nextUpdate());
  }

  private void tcb(TcbInfo info, EnclaveIdentity identity, PckExtension pck) {
    Optional<IsvLevel> qe = IsvLevel.reached(identity.levels(), quote.qeReport().isvSvn());
    TcbRules.Outcome outcome =
        quote.td().isPresent()
            ? TcbRules.tdx(info, pck, quote.td().get(), qe)
            : TcbRules.sgx(info, pck, qe);
    if (quote.tdx()) {
      claims.check(
          "tdx.module",
          outcome.moduleProblem().isEmpty(),
          outcome.moduleProblem().orElse("one that Intel names"),
          "a TDX module that TCB info names");
    }
    int evaluation = Math.min(info.evaluation(), identity.evaluation());
    claims.check(
        "tcb.evaluation",
        evaluation >= rules.tcbEvaluationMin(),
        "TCB evaluation " + evaluation,
        "at least " + rules.tcbEvaluationMin());
    if (outcome.moduleProblem().isPresent()) {
      return;
    }
    String status = outcome.status().word();
    tcbStatus = Optional.of(status);
    advisories = outcome.advisories();
    if (!outcome.partAdvisories().isEmpty()) {
      facts.identity("advisories-module-qe", String.join(" ", outcome.partAdvisories()));
    }
    claims.check(
        "tcb.status",
        rules.tcbStatuses().contains(status),
        status + " (" + outcome.levels() + ")",
        "one of " + new java.util.TreeSet<>(rules.tcbStatuses()));
  }

  private void policy(Map<String, String> measured) {
    claims.check(
        "policy.family",
        policy.names(quote.family()),
        quote.family().label(),
        "a family that the policy names");
    boolean debug = quote.debug();
    claims.check(
        "debug",
        !debug || rules.debugAllowed(),
        debug ? "debug" : "no debug",
        rules.debugAllowed() ? "either, by policy" : "no debug");
    for (Map.Entry<String, Set<String>> rule : new TreeMap<>(rules.measurements()).entrySet()) {
      String got = measured.getOrDefault(rule.getKey(), "nothing of that name");
      claims.check(
          "measurement." + rule.getKey(),
          rule.getValue().contains(got),
          got,
          "one of " + rule.getValue());
    }
    expected();
  }

  private void expected() {
    byte[] data = quote.reportData();
    if (expectations.reportData().isPresent()) {
      byte[] want = expectations.reportData().get();
      claims.check("report-data", padded(want, data), Hashes.hex(data), Hashes.hex(want));
    } else if (expectations.nonce().isEmpty()) {
      claims.holds("report-data", Hashes.hex(data), "not asked");
    }
    if (expectations.nonce().isPresent()) {
      byte[] want = expectations.nonce().get();
      boolean alone = expectations.reportData().isEmpty();
      boolean fits = alone ? padded(want, data) : begins(want, data);
      claims.check("nonce", fits, Hashes.hex(data), Hashes.hex(want));
    }
  }

  private static boolean begins(byte[] want, byte[] data) {
    return want.length > 0
        && want.length <= data.length
        && Arrays.equals(want, 0, want.length, data, 0, want.length);
  }

  private static boolean padded(byte[] want, byte[] data) {
    if (!begins(want, data)) {
      return false;
    }
    for (int i = want.length; i < data.length; i++) {
      if (data[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
