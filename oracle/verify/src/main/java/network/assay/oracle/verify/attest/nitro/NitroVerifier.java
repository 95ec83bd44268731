package network.assay.oracle.verify.attest.nitro;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Appraisal;
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
import network.assay.oracle.verify.attest.cbor.CoseSign1;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.LinkCache;

/**
 * Verifies Nitro attestation documents. The bundle must stand in AWS's order, the root first and
 * pinned; the document must carry PCR0 to PCR2, and PCR0 of zeros is debug mode.
 */
public final class NitroVerifier implements FamilyVerifier {
  /** Clocks of module and verifier need not agree to the second. */
  private static final long SKEW_SECONDS = 300;

  /** The key's certificate lives three hours; a document is never older than that. */
  private static final long AGE_SECONDS_MAX = 3 * 3600 + SKEW_SECONDS;

  /** Image, kernel and application: a document without them says nothing about what runs. */
  private static final List<Integer> PCRS_NEEDED = List.of(0, 1, 2);

  private final LinkCache links;

  /** A verifier that remembers the signatures of AWS's long-lived certificates. */
  public NitroVerifier() {
    this(new LinkCache(256));
  }

  /** A verifier that shares what it knows of certificates' signatures. */
  public NitroVerifier(LinkCache links) {
    this.links = links;
  }

  @Override
  public Optional<Family> detect(byte[] raw) {
    return CoseSign1.looksLike(raw) ? Optional.of(Family.NITRO) : Optional.empty();
  }

  @Override
  public boolean verifies(Family family) {
    return family == Family.NITRO;
  }

  @Override
  public Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    CoseSign1 message = CoseSign1.read(evidence.raw());
    NitroDocument document = NitroDocument.read(message.payload());
    Cert leaf = Cert.parse(document.certificate());
    List<Cert> bundle = new ArrayList<>();
    document.bundle().forEach(der -> bundle.add(Cert.parse(der)));
    Claims claims = new Claims();
    Facts.Builder facts = new Facts.Builder();
    chain(claims, facts, leaf, bundle, anchors, at);
    if (claims.noneFails()) {
      signature(claims, leaf, message);
    }
    Policy.Rules rules = policy.rules(Family.NITRO);
    claims.check("family", policy.names(Family.NITRO), "nitro", "a family that the policy names");
    fresh(claims, document, rules, at);
    pcrs(claims, document, rules);
    asked(claims, "nonce", document.nonce(), expectations.nonce());
    asked(claims, "user-data", document.userData(), expectations.reportData());
    facts(facts, document);
    return Appraisal.of(Family.NITRO, claims, facts.build());
  }

  private void chain(
      Claims claims,
      Facts.Builder facts,
      Cert leaf,
      List<Cert> bundle,
      TrustAnchors anchors,
      Instant at) {
    List<Cert> roots = anchors.of(Anchor.AWS_NITRO);
    claims.check(
        "bundle.root",
        roots.contains(bundle.getFirst()),
        bundle.getFirst().toString(),
        "the pinned AWS Nitro root first");
    claims.check(
        "document.curve",
        leaf.key() instanceof EcKey ec && ec.curve() == EcKey.Curve.P384,
        leaf.key().kind(),
        "P-384");
    if (!claims.noneFails()) {
      return;
    }
    switch (Chains.verify(leaf, bundle, roots, at, Chains.Rules.signer(), links)) {
      case Chains.Invalid bad -> claims.fails("chain", bad.reason() + ": " + bad.got(), bad.want());
      case Chains.Valid good -> {
        claims.holds("chain", good.path().size() + " certificates", "to the pinned AWS root");
        order(claims, good, bundle);
        facts.signedBy(good.root().sha256()).valid(good.from(), good.until());
      }
    }
  }

  /** AWS: the root first, then each issuer before what it issued, and nothing beside them. */
  private static void order(Claims claims, Chains.Valid good, List<Cert> bundle) {
    List<Cert> expected = new ArrayList<>(good.path().subList(1, good.path().size()));
    Collections.reverse(expected);
    claims.check(
        "bundle.order",
        expected.equals(bundle),
        bundle.stream().map(Cert::commonName).toList().toString(),
        "root first, each before what it issued, none beside");
  }

  private static void signature(Claims claims, Cert leaf, CoseSign1 message) {
    boolean good =
        leaf.key() instanceof EcKey ec
            && ec.verifiesRaw(Hashes.sha384(message.toBeSigned()), message.signature());
    claims.check("signature", good, good ? "good" : "bad", "ES384 by the document's key");
  }

  private static void fresh(Claims claims, NitroDocument document, Policy.Rules rules, Instant at) {
    Instant made = Instant.ofEpochMilli(document.timestampMillis());
    long ageMax = rules.limits().getOrDefault("age.seconds.max", AGE_SECONDS_MAX);
    claims.check(
        "document.future",
        !made.isAfter(at.plusSeconds(SKEW_SECONDS)),
        made.toString(),
        "at most " + SKEW_SECONDS + " s after " + at);
    claims.check(
        "document.stale",
        Duration.between(made, at).toSeconds() <= ageMax,
        made.toString(),
        "at most " + ageMax + " s before " + at);
  }

  private static void pcrs(Claims claims, NitroDocument document, Policy.Rules rules) {
    for (int needed : PCRS_NEEDED) {
      boolean there = document.pcrs().containsKey(needed);
      claims.check("pcr" + needed, there, there ? "present" : "absent", "present");
    }
    byte[] image = document.pcrs().get(0);
    boolean debug = image != null && zero(image);
    claims.check(
        "debug",
        !debug || rules.debugAllowed(),
        debug ? "PCR0 all zero" : "off",
        rules.debugAllowed() ? "on or off" : "off");
    rules.measurements().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(rule -> measured(claims, document, rule.getKey(), rule.getValue()));
  }

  /** A PCR that is asked for and is not there is wrong, never "nothing to compare". */
  private static void measured(
      Claims claims, NitroDocument document, String name, Set<String> allowed) {
    String got =
        document.pcrs().entrySet().stream()
            .filter(pcr -> name.equals("pcr" + pcr.getKey()))
            .map(pcr -> Hashes.hex(pcr.getValue()))
            .findFirst()
            .orElse("absent");
    claims.check(
        "measurement." + name,
        allowed.contains(got),
        got,
        allowed.isEmpty() ? "an allow-list, and it is empty" : allowed.toString());
  }

  private static void asked(
      Claims claims, String name, Optional<byte[]> got, Optional<byte[]> wanted) {
    String shown = got.map(Hashes::hex).orElse("absent");
    if (wanted.isEmpty()) {
      claims.holds(name, shown, "anything: not asked");
      return;
    }
    boolean same = got.isPresent() && Arrays.equals(got.get(), wanted.get());
    claims.check(name, same, shown, Hashes.hex(wanted.get()));
  }

  private static void facts(Facts.Builder facts, NitroDocument document) {
    document.userData().ifPresent(facts::reportData);
    document.pcrs().forEach((index, value) -> facts.measurement("pcr" + index, Hashes.hex(value)));
    facts
        .identity("module-id", document.moduleId())
        .identity("timestamp", Instant.ofEpochMilli(document.timestampMillis()).toString());
    document.nonce().ifPresent(nonce -> facts.identity("nonce", Hashes.hex(nonce)));
    document.publicKey().ifPresent(key -> facts.identity("public-key", Hashes.hex(key)));
    byte[] image = document.pcrs().get(0);
    if (image != null) {
      facts.debug(zero(image));
    }
  }

  private static boolean zero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
