package network.assay.oracle.cli.attest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.attest.ear.Ear;
import network.assay.oracle.verify.attest.ear.EarIssuer;
import network.assay.oracle.verify.attest.ear.EarJwt;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import network.assay.oracle.verify.attest.policy.PolicyJudge;
import network.assay.oracle.verify.attest.policy.PolicyParser;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.VerifyKey;

/**
 * Reads what a request names, verifies, judges. Keeps what several requests of one batch share:
 * piles, policies, and signatures that were checked before.
 */
final class Appraiser {
  /** What an EAR says of its verifier. */
  private static final String BUILD = "0.1.0";

  private static final int KEPT_MAX = 16;
  private static final int ROOTS_MAX = 16;

  private final Attestation production = Verifiers.all();
  private final Map<List<Path>, Pile> piles = bounded();
  private final Map<Path, PolicyDocument> policies = bounded();
  private final Map<List<Path>, Roots> roots = bounded();

  /** Anchors with one's own among them, and a front door that trusts one's own EAR keys. */
  private record Roots(TrustAnchors anchors, Attestation attestation, int count) {}

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > KEPT_MAX;
      }
    };
  }

  /** Verifies one request. Never throws: unusable input is a result, too. */
  Result appraise(Request request) {
    Optional<String> family = Optional.empty();
    try {
      Roots own = roots(request.roots());
      PolicyDocument policy = policy(request.policy());
      EvidenceFile found = EvidenceFile.find(read(request.evidence()), own.attestation());
      family = Optional.of(found.family().label());
      Pile pile = pile(request.collateral(), request.at()).with(found.beside(), request.at());
      return judged(request, own, policy, found, pile);
    } catch (AttestException e) {
      return Result.unusable(family, e);
    } catch (RuntimeException | StackOverflowError e) {
      // Whatever a parser did not foresee is a defect of ours, and never an acceptance.
      return Result.unusable(
          family,
          new AttestException(
              "INTERNAL", e.getClass().getSimpleName(), "input that this build understands"));
    }
  }

  private static Result judged(
      Request request, Roots own, PolicyDocument policy, EvidenceFile found, Pile pile) {
    Expectations expectations = new Expectations(request.nonce(), request.reportData());
    Appraisal appraisal =
        own.attestation()
            .appraise(
                new Evidence(found.family(), found.raw(), pile.attachments(found.beside())),
                pile.at(request.at()),
                own.anchors(),
                expectations,
                policy.toPolicy(),
                request.at());
    Appraisal judged = PolicyJudge.judge(appraisal, policy, expectations, request.at());
    Appraisal shown = own.count() == 0 ? judged : loud(judged, own.count());
    Result result = Result.of(shown.family().label(), shown);
    return request.ear().isEmpty() ? result : result.signed(ear(request, policy, shown));
  }

  /** The whole appraisal as a JWT that others may rely on, whatever it came to. */
  private static String ear(Request request, PolicyDocument policy, Appraisal shown) {
    EarJwt.SigningKey key = EarJwt.signingKey(read(request.ear().orElseThrow()));
    Ear ear =
        EarIssuer.issue(
            Map.of(shown.family().label(), shown),
            policy,
            BUILD,
            request.nonce().map(Hashes::hex),
            request.at());
    return EarJwt.sign(ear, key.secret(), key.curve());
  }

  /** Whoever reads the result must see that the anchors were not the pinned ones alone. */
  private static Appraisal loud(Appraisal appraisal, int count) {
    Claims claims = new Claims();
    claims.addAll(appraisal.claims());
    claims.holds(
        "anchors",
        "anchors: given on the command line (" + count + ")",
        "the vendors' pinned roots, for anything that matters");
    return Appraisal.of(
        appraisal.family(),
        claims,
        appraisal.tcbStatus(),
        appraisal.advisories(),
        appraisal.facts());
  }

  static byte[] read(Path file) {
    try {
      if (Files.size(file) > 2L * Evidence.RAW_BYTES_MAX) {
        throw new AttestException(
            "TOO_LONG", Files.size(file) + " bytes", "at most " + 2 * Evidence.RAW_BYTES_MAX);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AttestException("UNREADABLE", e.toString(), "a file at " + file);
    }
  }

  private Pile pile(List<Path> paths, Instant at) {
    if (paths.isEmpty()) {
      return Pile.none();
    }
    Pile known = piles.get(paths);
    if (known == null) {
      known = Pile.read(paths, at);
      piles.put(List.copyOf(paths), known);
    }
    return known;
  }

  private PolicyDocument policy(Optional<Path> file) {
    if (file.isEmpty()) {
      return PolicyDocument.commandLineDefault();
    }
    return policies.computeIfAbsent(file.get(), path -> PolicyParser.parse(read(path)));
  }

  private Roots roots(List<Path> files) {
    if (files.isEmpty()) {
      return new Roots(TrustAnchors.production(), production, 0);
    }
    return roots.computeIfAbsent(List.copyOf(files), Appraiser::readRoots);
  }

  private static Roots readRoots(List<Path> files) {
    List<Cert> certs = new ArrayList<>();
    List<VerifyKey> keys = new ArrayList<>();
    for (Path file : files) {
      byte[] raw = read(file);
      if (raw.length > 0 && raw[0] == '{') {
        keys.add(EarJwt.publicKey(raw));
      } else {
        certs.addAll(Cert.parseAll(raw, ROOTS_MAX));
      }
    }
    TrustAnchors.Builder builder = TrustAnchors.builder();
    for (Anchor anchor : Anchor.values()) {
      TrustAnchors.production().of(anchor).forEach(root -> builder.trust(anchor, root));
      certs.forEach(root -> builder.trust(anchor, root));
    }
    if (certs.isEmpty() && keys.isEmpty()) {
      throw new AttestException("ROOTS", "no certificate and no key", "PEM, DER or a JWK");
    }
    return new Roots(builder.build(), Verifiers.all(keys), certs.size() + keys.size());
  }
}
