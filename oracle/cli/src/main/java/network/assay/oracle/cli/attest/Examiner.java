package network.assay.oracle.cli.attest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import network.assay.oracle.verify.attest.policy.PolicyJudge;

/**
 * The way of {@code assay attest verify} for other commands: files in, an appraisal under the
 * default policy out.
 */
public final class Examiner {
  private final Attestation attestation = Verifiers.all();
  private final Map<List<Path>, Pile> piles = new ConcurrentHashMap<>();

  /**
   * The family of the evidence in these bytes, however it is wrapped; empty where there is none.
   */
  public Optional<Family> family(byte[] bytes) {
    try {
      return Optional.of(EvidenceFile.find(bytes, attestation).family());
    } catch (AttestException e) {
      return Optional.empty();
    }
  }

  /**
   * The evidence in a file, however it is wrapped, with what lies beside it in the wrapping.
   *
   * @throws AttestException UNREADABLE, TOO_LONG or UNKNOWN_EVIDENCE
   */
  public Evidence evidence(Path file) {
    EvidenceFile found = EvidenceFile.find(Appraiser.read(file), attestation);
    List<byte[]> beside = found.beside().stream().limit(Evidence.ATTACHMENTS_MAX).toList();
    return new Evidence(found.family(), found.raw(), beside);
  }

  /** Appraises under the vendors' pinned roots. */
  public Appraisal appraise(Path evidence, List<Path> collateral, Instant at) throws IOException {
    return appraise(evidence, collateral, TrustAnchors.production(), at);
  }

  /** Appraises under these anchors. */
  public Appraisal appraise(Path evidence, List<Path> collateral, TrustAnchors anchors, Instant at)
      throws IOException {
    EvidenceFile found = EvidenceFile.find(Files.readAllBytes(evidence), attestation);
    Pile pile = pile(collateral, at).with(found.beside(), at);
    PolicyDocument policy = PolicyDocument.commandLineDefault();
    Appraisal appraisal =
        attestation.appraise(
            new Evidence(found.family(), found.raw(), pile.attachments(found.beside())),
            pile.at(at),
            anchors,
            Expectations.none(),
            policy.toPolicy(),
            at);
    return PolicyJudge.judge(appraisal, policy, Expectations.none(), at);
  }

  /** A time at which as much of the collateral as possible holds, where it names any. */
  public Optional<Instant> commonTime(List<Path> collateral) {
    Pile pile = pile(collateral, Instant.EPOCH);
    List<CollateralItem> bounded =
        pile.items().stream().filter(item -> item.kind().name().startsWith("INTEL_")).toList();
    return bounded.stream()
        .map(item -> item.validity().from().plusSeconds(1))
        .max(
            java.util.Comparator.comparingLong((Instant at) ->
                    bounded.stream().filter(item -> item.validity().covers(at)).count())
                .thenComparing(java.util.Comparator.naturalOrder()));
  }

  private Pile pile(List<Path> paths, Instant now) {
    return piles.computeIfAbsent(List.copyOf(paths), files -> Pile.read(files, now));
  }
}
