package network.assay.oracle.verify.attest.nvidia;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.LinkCache;

/**
 * Evidence of NVIDIA GPUs and NVSwitches. One piece may hold several devices (a host's eight GPUs):
 * each is checked alone, its claims carry its number, and all must hold. Attachments may be
 * certificate chains, manifests and OCSP answers, told apart by their bytes.
 *
 * <p>Assumptions that break safety: the pinned device and manifest roots; that a device signs only
 * what it measured; that NVIDIA revokes devices whose keys got out. That break liveness: manifests
 * and OCSP answers reach the verifier. Not shown: what the host around the device runs (see {@code
 * attest.compose}), and whether the measurements of a driver's version are of a driver without
 * known holes (that is the policy's list of versions).
 */
public final class NvidiaVerifier implements FamilyVerifier {
  /** Of a device after the first at most so many claims that do not hold are listed. */
  private static final int OTHERS_MAX = 8;

  private final DeviceCheck check;
  private final Recent<List<Cert>> chains = new Recent<>(1024);

  /** A verifier that remembers signatures of chains and manifests, in bounded number. */
  public NvidiaVerifier() {
    this(new LinkCache(4096));
  }

  /** A verifier that shares its memory of signatures with others. */
  public NvidiaVerifier(LinkCache links) {
    this.check = new DeviceCheck(links, chains);
  }

  @Override
  public Optional<Family> detect(byte[] raw) {
    try {
      if (!DeviceEvidence.looksLike(raw)) {
        return Optional.empty();
      }
      SpdmReport first = SpdmReport.parse(DeviceEvidence.parse(raw).getFirst().report());
      return Optional.of(DeviceCheck.family(first));
    } catch (network.assay.oracle.verify.attest.AttestException e) {
      return SpdmReport.looksLike(raw) ? Optional.of(Family.NVIDIA_GPU) : Optional.empty();
    }
  }

  @Override
  public boolean verifies(Family family) {
    return family == Family.NVIDIA_GPU || family == Family.NVIDIA_SWITCH;
  }

  @Override
  public Appraisal appraise(
      Evidence evidence,
      Collateral collateral,
      TrustAnchors anchors,
      Expectations expectations,
      Policy policy,
      Instant at) {
    List<DeviceEvidence> devices = DeviceEvidence.parse(evidence.raw());
    List<SpdmReport> reports = new ArrayList<>();
    devices.forEach(device -> reports.add(SpdmReport.parse(device.report())));
    // All that is malformed is refused before the first signature, of whichever device it is.
    devices.forEach(check::readable);
    Materials materials = Materials.of(evidence.attachments(), collateral, anchors, chains);
    List<Appraisal> each = new ArrayList<>();
    for (int i = 0; i < devices.size(); i++) {
      each.add(
          check.appraise(
              evidence.family(), devices.get(i), reports.get(i), materials, expectations, at));
    }
    return each.size() == 1 ? each.getFirst() : together(evidence.family(), each);
  }

  /** Only the first device's good claims are listed; of the others, what fails or is missing. */
  private static Appraisal together(Family family, List<Appraisal> each) {
    Claims claims = new Claims();
    Set<String> names = new HashSet<>();
    Facts.Builder facts = new Facts.Builder();
    boolean distinct = true;
    for (int i = 0; i < each.size(); i++) {
      Facts one = each.get(i).facts();
      String certificate = one.identity().getOrDefault("gpu-certificate", "none " + i);
      distinct &= names.add(certificate);
      facts.identity("device-" + i + "-certificate", certificate);
    }
    claims.check(
        "devices.distinct",
        distinct,
        names.size() + " certificates",
        each.size() + " devices, each with its own");
    for (int i = 0; i < each.size(); i++) {
      list(claims, i, each.get(i));
    }
    merge(each, facts);
    return Appraisal.of(family, claims, facts.build());
  }

  private static void list(Claims claims, int number, Appraisal one) {
    String prefix = "device-" + number + ".";
    int held = 0;
    int others = 0;
    for (Claim claim : one.claims()) {
      boolean holds = claim.outcome() == Claim.Outcome.HOLDS;
      if (holds && number > 0) {
        held++;
      } else if (number == 0 || ++others <= OTHERS_MAX) {
        add(claims, prefix + claim.name(), claim);
      }
    }
    if (held > 0) {
      claims.holds(prefix + "others", held + " more checks hold", "those of device 0");
    }
  }

  private static void add(Claims claims, String name, Claim claim) {
    switch (claim.outcome()) {
      case HOLDS -> claims.holds(name, claim.got(), claim.want());
      case FAILS -> claims.fails(name, claim.got(), claim.want());
      case MISSING -> claims.missing(name, claim.want());
    }
  }

  /** A fact is one of all devices only where all agree; the verdict's time is the shortest. */
  private static void merge(List<Appraisal> each, Facts.Builder facts) {
    Facts first = each.getFirst().facts();
    first
        .identity()
        .forEach((name, value) -> {
          if (each.stream().allMatch(one -> value.equals(one.facts().identity().get(name)))) {
            facts.identity(name, value);
          }
        });
    first
        .measurements()
        .forEach((name, value) -> {
          if (each.stream().allMatch(one -> value.equals(one.facts().measurements().get(name)))) {
            facts.measurement(name, value);
          }
        });
    first
        .reportData()
        .ifPresent(nonce -> {
          boolean same =
              each.stream()
                  .allMatch(one ->
                      one.facts().reportData().isPresent()
                          && java.util.Arrays.equals(nonce, one.facts().reportData().get()));
          if (same) {
            facts.reportData(nonce);
          }
        });
    if (each.stream().allMatch(one -> one.facts().debug().equals(Optional.of(false)))) {
      facts.debug(false);
    }
    first.signedBy().ifPresent(facts::signedBy);
    for (Appraisal one : each) {
      if (one.facts().validFrom().isPresent() && one.facts().validUntil().isPresent()) {
        facts.valid(one.facts().validFrom().get(), one.facts().validUntil().get());
      }
    }
  }
}
