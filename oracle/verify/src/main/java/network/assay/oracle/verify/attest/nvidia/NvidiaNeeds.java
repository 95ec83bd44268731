package network.assay.oracle.verify.attest.nvidia;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Need;
import network.assay.oracle.verify.attest.x509.Cert;

/** What devices' verifiers will ask for: manifests by their ids, and the status of certificates. */
public final class NvidiaNeeds {
  private static final int CHAIN_MAX = 32;

  private NvidiaNeeds() {}

  /**
   * Of every device in the evidence, without doubles.
   *
   * @throws AttestException if there is no device's evidence in it
   */
  public static List<Need> of(Evidence evidence) {
    Set<Need> needs = new LinkedHashSet<>();
    List<Cert> beside = new ArrayList<>();
    evidence.attachments().forEach(raw -> beside.addAll(certs(raw)));
    for (DeviceEvidence device : DeviceEvidence.parse(evidence.raw())) {
      SpdmReport report = SpdmReport.parse(device.report());
      List<Cert> chain = device.chain().map(NvidiaNeeds::certs).orElse(beside);
      manifests(report, chain).forEach(ids -> needs.add(new Need.Manifest(ids)));
      needs.addAll(statuses(chain, Anchor.NVIDIA_DEVICE));
    }
    return List.copyOf(needs);
  }

  /** The driver's and the VBIOS', each with every id that it may have. */
  private static List<List<String>> manifests(SpdmReport report, List<Cert> chain) {
    Family family = DeviceCheck.family(report);
    OpaqueData opaque = report.opaque();
    String chip =
        chain.stream().filter(cert -> !cert.isCa()).findFirst().map(DeviceCheck::chip).orElse("");
    List<List<String>> all = new ArrayList<>();
    boolean gpu = family == Family.NVIDIA_GPU;
    if (gpu) {
      opaque
          .text(OpaqueData.DRIVER_VERSION)
          .ifPresent(version -> all.add(RimIds.driver(chip, version)));
    }
    Optional<String> vbios =
        gpu ? opaque.packedVbiosVersion() : opaque.text(OpaqueData.VBIOS_VERSION);
    vbios.ifPresent(version -> all.add(RimIds.vbios(family, opaque, version)));
    return all;
  }

  /**
   * Certificates of a manifest's signer whose status is asked for, once the manifest is there.
   *
   * @throws AttestException if it is no manifest
   */
  public static List<Need> ofManifest(byte[] xml) {
    List<Cert> chain = new ArrayList<>();
    for (byte[] der : Rim.parse(xml).signature().certificates()) {
      chain.add(Cert.parse(der));
    }
    return List.copyOf(statuses(chain, Anchor.NVIDIA_RIM));
  }

  /** Every certificate that names a responder, with the one that issued it. */
  private static Set<Need> statuses(List<Cert> chain, Anchor anchor) {
    List<Cert> issuers = new ArrayList<>(chain);
    issuers.addAll(TrustAnchors.production().of(anchor));
    Set<Need> needs = new LinkedHashSet<>();
    for (Cert cert : chain) {
      if (cert.selfIssued() || !Revocation.namesResponder(cert)) {
        continue;
      }
      issuers.stream()
          .filter(issuer -> Arrays.equals(issuer.subject(), cert.issuer()))
          .findFirst()
          .ifPresent(issuer -> needs.add(new Need.Status(cert, issuer)));
    }
    return needs;
  }

  private static List<Cert> certs(byte[] raw) {
    try {
      return Cert.parseAll(raw, CHAIN_MAX);
    } catch (AttestException e) {
      return List.of();
    }
  }
}
