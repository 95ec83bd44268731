package network.assay.oracle.verify.attest.compose;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.contracts.protocol.Bytes32;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Attestation;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.policy.PlatformGrade;
import network.assay.oracle.verify.attest.policy.PolicyDocument;
import network.assay.oracle.verify.attest.policy.PolicyJudge;

/**
 * A host's evidence with that of its devices, its TPM and its boot log. The host's report data must
 * be the job's binding, each device's nonce (a TPM's, too) the hash of that binding, each device
 * its own, and all must be accepted.
 *
 * <p>Assumption that breaks safety: the measured software of the host asks only devices in its own
 * slots. Nothing in a device's report says in which machine it sits; so a device answers for a host
 * only as far as the host's measurements are those of an agent that does so. Evidence of a device
 * that was asked for another host, job or time carries another nonce, and is rejected.
 */
public final class Composition {
  /** A host with eight GPUs and four switches, and room. */
  public static final int DEVICES_MAX = 24;

  private static final Set<Family> HOSTS =
      Set.of(Family.SGX, Family.TDX, Family.SNP, Family.NITRO, Family.TPM);

  private static final Set<Family> DEVICES = Set.of(Family.NVIDIA_GPU, Family.NVIDIA_SWITCH);

  /** What tells more about the host itself: its boot, as a TPM or its own registers recorded it. */
  private static final Set<Family> COMPANIONS = Set.of(Family.TPM, Family.EVENTLOG);

  private final Attestation verifiers;
  private final TrustAnchors anchors;
  private final PolicyDocument policy;

  /** A judge of hosts with devices. */
  public Composition(Attestation verifiers, TrustAnchors anchors, PolicyDocument policy) {
    this.verifiers = verifiers;
    this.anchors = anchors;
    this.policy = policy;
  }

  /**
   * What the whole came to.
   *
   * @param finding of the claims: the host's, then those about each device
   */
  public record Composed(
      Finding finding, List<Claim> claims, Appraisal host, List<Appraisal> devices) {
    /** Copies. */
    public Composed {
      claims = List.copyOf(claims);
      devices = List.copyOf(devices);
    }
  }

  /**
   * Judges a host alone or with devices.
   *
   * @param pieces the host's evidence first, then its devices'
   * @param binding what the job binds: the first 32 bytes of the host's report data
   */
  public Composed judge(List<Evidence> pieces, Collateral collateral, Bytes32 binding, Instant at) {
    Evidence first = pieces.getFirst();
    Appraisal host = appraise(first, collateral, Expectations.reportData(binding.toArray()), at);
    Claims claims = new Claims();
    claims.check(
        "compose.host",
        HOSTS.contains(first.family()),
        first.family().label(),
        "a host's evidence first");
    claims.check(
        "compose.count",
        pieces.size() - 1 <= DEVICES_MAX,
        pieces.size() - 1 + " devices",
        "at most " + DEVICES_MAX);
    if (!claims.noneFails()) {
      return new Composed(claims.finding(), claims.list(), host, List.of());
    }
    summary("host", host, claims);
    List<Appraisal> devices = new ArrayList<>();
    Set<String> certificates = new HashSet<>();
    Expectations nonce = Expectations.nonce(GpuNonce.of(binding).toArray());
    int beside = 0;
    for (Evidence piece : pieces.subList(1, pieces.size())) {
      if (COMPANIONS.contains(piece.family())) {
        companion("beside-" + beside++, piece, first, collateral, binding, at, claims);
        continue;
      }
      String name = "device-" + devices.size();
      if (!DEVICES.contains(piece.family())) {
        claims.fails(name, piece.family().label(), "evidence of a GPU, a switch, a TPM or a log");
        break;
      }
      Appraisal device = appraise(piece, collateral, nonce, at);
      devices.add(device);
      summary(name, device, claims);
      distinct(name, device, certificates, claims);
    }
    return new Composed(claims.finding(), claims.list(), host, devices);
  }

  /**
   * A TPM's quote carries the nonce that follows from the binding; a log is replayed against the
   * host's own quote and no other. What they are worth alone does not count: the host's grade does.
   */
  private void companion(
      String name,
      Evidence piece,
      Evidence host,
      Collateral collateral,
      Bytes32 binding,
      Instant at,
      Claims claims) {
    boolean log = piece.family() == Family.EVENTLOG;
    if (log && !piece.attachments().isEmpty()) {
      claims.fails(name, piece.attachments().size() + " attachments", "a log and nothing with it");
      return;
    }
    List<byte[]> quote = new ArrayList<>(List.of(host.raw()));
    quote.addAll(host.attachments());
    Evidence whole = log ? new Evidence(Family.EVENTLOG, piece.raw(), quote) : piece;
    Expectations asked =
        log
            ? Expectations.reportData(binding.toArray())
            : Expectations.nonce(TpmNonce.of(binding).toArray());
    Appraisal found = verifiers.appraise(whole, collateral, anchors, asked, policy.toPolicy(), at);
    PolicyDocument without =
        new PolicyDocument(policy.name(), policy.id(), PlatformGrade.NONE, policy.families());
    summary(name, PolicyJudge.judge(found, without, asked, at), claims);
  }

  private Appraisal appraise(
      Evidence evidence, Collateral collateral, Expectations expectations, Instant at) {
    Appraisal found =
        verifiers.appraise(evidence, collateral, anchors, expectations, policy.toPolicy(), at);
    return PolicyJudge.judge(found, policy, expectations, at);
  }

  /** One claim a piece: its own first reason, got and want. */
  private static void summary(String name, Appraisal found, Claims claims) {
    switch (found.finding()) {
      case Finding.Accepted good -> claims.holds(name, good.what(), "accepted");
      case Finding.Rejected bad ->
          claims.fails(
              name + "." + bad.reason().toLowerCase(java.util.Locale.ROOT).replace('_', '.'),
              bad.got(),
              bad.want());
      case Finding.Inconclusive open -> claims.missing(name, open.missing());
    }
  }

  /** A piece may itself hold several devices: their certificates are named one by one. */
  private static void distinct(
      String name, Appraisal device, Set<String> certificates, Claims claims) {
    for (Map.Entry<String, String> fact : device.facts().identity().entrySet()) {
      boolean certificate =
          fact.getKey().equals("gpu-certificate") || fact.getKey().endsWith("-certificate");
      if (certificate && !certificates.add(fact.getValue())) {
        claims.fails(name + ".borrowed", fact.getValue(), "a device that was not named before");
        return;
      }
    }
  }
}
