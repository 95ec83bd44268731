package network.assay.oracle.verify.attest.nvidia;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.LinkCache;
import org.jspecify.annotations.Nullable;

/** Checks one device's report, in the order in which a failure is named. */
final class DeviceCheck {
  /** OID of the subject alternative name; DMTF's device information stands in it. */
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

  private static final int NVDEC0_ON = 0xAA;
  private static final int NVDEC0_OFF = 0x55;

  /** The signature of a report is tried with at most so many leaves. */
  private static final int LEAVES_MAX = 24;

  private final LinkCache links;
  private final RimCheck rims;
  private final Recent<List<Cert>> chains;

  DeviceCheck(LinkCache links, Recent<List<Cert>> chains) {
    this.links = links;
    this.chains = chains;
    this.rims = new RimCheck(links);
  }

  /** Refuses a chain of its own that does not parse; one that does is remembered. */
  void readable(DeviceEvidence device) {
    if (device.chain().isPresent()) {
      for (Cert cert : own(device.chain().get())) {
        // Read when it is asked for, and by then signatures would have been checked.
        var _ = cert.commonName();
      }
    }
  }

  /** A GPU's report names the driver's version; a switch has no driver of its own. */
  static Family family(SpdmReport report) {
    return report.opaque().field(OpaqueData.DRIVER_VERSION).isPresent()
        ? Family.NVIDIA_GPU
        : Family.NVIDIA_SWITCH;
  }

  Appraisal appraise(
      Family asked,
      DeviceEvidence device,
      SpdmReport report,
      Materials materials,
      Expectations expectations,
      Instant at) {
    Claims claims = new Claims();
    Facts.Builder facts = new Facts.Builder();
    Family family = family(report);
    claims.check("family", family == asked, family.label(), asked.label());
    Optional<Cert> leaf = chain(device, report, materials, at, claims, facts);
    nonces(device, report, expectations, claims);
    facts.reportData(report.requestNonce());
    leaf.ifPresent(cert -> identity(device, report, cert, claims, facts));
    versions(family, device, report, claims, facts);
    measurements(family, report, leaf, materials, at, claims, facts);
    return Appraisal.of(family, claims, facts.build());
  }

  private Optional<Cert> chain(
      DeviceEvidence device,
      SpdmReport report,
      Materials materials,
      Instant at,
      Claims claims,
      Facts.Builder facts) {
    Collection<Cert> pool =
        device.chain().isPresent() ? own(device.chain().get()) : materials.certificates();
    byte[] hash = Hashes.sha384(report.signed());
    @Nullable Cert signer = null;
    int leaves = 0;
    for (Cert cert : pool) {
      if (signer == null && !cert.isCa() && leaves++ < LEAVES_MAX && signed(cert, hash, report)) {
        signer = cert;
      }
    }
    if (leaves == 0) {
      claims.missing("device.chain", "the device's certificate chain");
      return Optional.empty();
    }
    if (signer == null) {
      claims.fails(
          "report.signature",
          "a signature by none of " + leaves + " leaf certificates",
          "ECDSA P-384 by the device's attestation key");
      return Optional.empty();
    }
    Chains.Result result =
        Chains.verify(signer, pool, materials.deviceRoots(), at, Chains.Rules.signer(), links);
    switch (result) {
      case Chains.Invalid bad -> {
        claims.fails("device.chain", bad.reason() + ": " + bad.got(), bad.want());
        return Optional.empty();
      }
      case Chains.Valid good -> {
        claims.holds("device.chain", good.path().toString(), "to the pinned device root");
        claims.holds("report.signature", "ECDSA P-384 over request and response", "of its leaf");
        facts.signedBy(good.root().sha256());
        facts.valid(good.from(), good.until());
        facts.identity("gpu-certificate", good.leaf().sha256());
        Revocation.check("device.revocation", good.path(), materials, at, claims, facts);
        return Optional.of(signer);
      }
    }
  }

  private List<Cert> own(byte[] chain) {
    return chains.get(
        Hashes.sha256Hex(chain), () -> List.copyOf(Cert.parseAll(chain, Chains.LENGTH_MAX)));
  }

  private static boolean signed(Cert cert, byte[] hash, SpdmReport report) {
    return cert.key() instanceof EcKey key
        && key.curve() == EcKey.Curve.P384
        && key.verifiesRaw(hash, report.signature());
  }

  private static void nonces(
      DeviceEvidence device, SpdmReport report, Expectations expectations, Claims claims) {
    byte[] nonce = report.requestNonce();
    // A GPU has one field for both: who asks for report data asks for the nonce.
    Optional<byte[]> wanted =
        expectations.nonce().isPresent() ? expectations.nonce() : expectations.reportData();
    if (wanted.isPresent()) {
      claims.check(
          "nonce", Arrays.equals(nonce, wanted.get()), Hashes.hex(nonce), Hashes.hex(wanted.get()));
    } else {
      claims.holds("nonce", Hashes.hex(nonce), "not asked: freshness is not shown");
    }
    if (!device.nonceAgrees(report)) {
      claims.fails(
          "evidence.nonce",
          Hashes.hex(device.nonce().orElse(new byte[0])),
          "the report's, " + Hashes.hex(nonce));
    }
  }

  /** FWID and chip: that the key that signed belongs to this firmware on this kind of chip. */
  private static void identity(
      DeviceEvidence device, SpdmReport report, Cert leaf, Claims claims, Facts.Builder facts) {
    Optional<byte[]> reported = report.opaque().field(OpaqueData.FWID);
    Optional<byte[]> certified;
    try {
      certified = FirmwareId.of(leaf);
    } catch (AttestException e) {
      claims.fails("fwid", e.got(), e.want());
      return;
    }
    if (reported.isPresent()) {
      claims.check(
          "fwid",
          certified.isPresent() && Arrays.equals(certified.get(), reported.get()),
          Hashes.hex(reported.get()),
          certified.map(Hashes::hex).orElse("a FWID in the leaf certificate"));
    } else {
      claims.holds("fwid", "none in the report", "the certificate's, where the report has one");
    }
    certified.ifPresent(fwid -> facts.identity("fwid", Hashes.hex(fwid)));
    String chip = chip(leaf);
    String architecture = architecture(chip);
    facts.identity("chip", chip);
    facts.identity("architecture", architecture);
    deviceInformation(leaf).ifPresent(serial -> facts.identity("device-serial", serial));
    claims.check(
        "architecture",
        !architecture.isEmpty() && device.arch().map(architecture::equals).orElse(true),
        chip + " (" + (architecture.isEmpty() ? "unknown" : architecture) + ")",
        device.arch().orElse("HOPPER, BLACKWELL or LS10"));
  }

  /** Chip of a certificate's name, "GH100 A01 GSP FMC LF" → "GH100", "LS_10 A01 …" → "LS10". */
  static String chip(Cert leaf) {
    String name = leaf.commonName();
    int end = name.indexOf(' ');
    String first = (end < 0 ? name : name.substring(0, end)).replace("_", "");
    return first.toUpperCase(Locale.ROOT);
  }

  private static String architecture(String chip) {
    if (chip.startsWith("GH1")) {
      return "HOPPER";
    }
    if (chip.startsWith("GB")) {
      return "BLACKWELL";
    }
    return chip.equals("LS10") ? "LS10" : "";
  }

  /**
   * "NVIDIA:GH100:48B0…": manufacturer, product and serial number of SPDM's device certificates.
   */
  private static Optional<String> deviceInformation(Cert leaf) {
    byte[] names = leaf.extension(SUBJECT_ALTERNATIVE_NAME).orElse(new byte[0]);
    String text = new String(names, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = text.indexOf("NVIDIA:");
    int colon = at < 0 ? -1 : text.indexOf(':', at + 7);
    if (colon < 0) {
      return Optional.empty();
    }
    int end = colon + 1;
    while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0) {
      end++;
    }
    return end - colon < 9 ? Optional.empty() : Optional.of(text.substring(colon + 1, end));
  }

  private static void versions(
      Family family, DeviceEvidence device, SpdmReport report, Claims claims, Facts.Builder facts) {
    OpaqueData opaque = report.opaque();
    Optional<String> vbios = vbios(family, opaque);
    Optional<String> driver = opaque.text(OpaqueData.DRIVER_VERSION);
    vbios.ifPresent(version -> facts.identity("vbios", version.toLowerCase(Locale.ROOT)));
    driver.ifPresent(version -> facts.identity("driver", version.toLowerCase(Locale.ROOT)));
    opaque.text(OpaqueData.PROJECT).ifPresent(text -> facts.identity("project", text));
    opaque.text(OpaqueData.PROJECT_SKU).ifPresent(text -> facts.identity("project-sku", text));
    opaque.text(OpaqueData.CHIP_SKU).ifPresent(text -> facts.identity("chip-sku", text));
    opaque
        .field(OpaqueData.BOARD_ID)
        .ifPresent(bytes -> facts.identity("board-id", Hashes.hex(bytes)));
    opaque
        .field(OpaqueData.FEATURE_FLAG)
        .ifPresent(bytes -> facts.identity("mode", Hashes.hex(bytes)));
    said("evidence.driver", device.driver(), driver, claims);
    said("evidence.vbios", device.vbios(), vbios, claims);
  }

  private static void said(
      String claim, Optional<String> host, Optional<String> report, Claims claims) {
    if (host.isPresent() && !host.get().equalsIgnoreCase(report.orElse(""))) {
      claims.fails(claim, host.get(), report.orElse("a version in the report"));
    }
  }

  private static Optional<String> vbios(Family family, OpaqueData opaque) {
    return family == Family.NVIDIA_GPU
        ? opaque.packedVbiosVersion()
        : opaque.text(OpaqueData.VBIOS_VERSION);
  }

  private void measurements(
      Family family,
      SpdmReport report,
      Optional<Cert> leaf,
      Materials materials,
      Instant at,
      Claims claims,
      Facts.Builder facts) {
    for (int index : report.indexes()) {
      report
          .measurement(index)
          .ifPresent(value -> facts.measurement("measurement-" + index, Hashes.hex(value)));
    }
    OpaqueData opaque = report.opaque();
    boolean gpu = family == Family.NVIDIA_GPU;
    boolean nvdec0 = !gpu || nvdec0(opaque, claims);
    String chip = leaf.map(DeviceCheck::chip).orElse("");
    Optional<Rim> driver = Optional.empty();
    if (gpu) {
      driver =
          opaque
              .text(OpaqueData.DRIVER_VERSION)
              .flatMap(version ->
                  rims.find(
                      "rim.driver",
                      RimIds.driver(chip, version),
                      version,
                      report,
                      materials,
                      at,
                      claims,
                      facts));
    }
    Optional<Rim> vbios = vbiosManifest(family, report, materials, at, claims, facts);
    List<Rim> all = new ArrayList<>();
    driver.ifPresent(all::add);
    vbios.ifPresent(all::add);
    compare(driver, vbios, report, nvdec0, claims);
    boolean complete = all.size() == (gpu ? 2 : 1);
    if (complete && claims.noneFails()) {
      // Release firmware does not run with debugging on: NVIDIA derives the same from a full match.
      facts.debug(false);
    }
  }

  private Optional<Rim> vbiosManifest(
      Family family,
      SpdmReport report,
      Materials materials,
      Instant at,
      Claims claims,
      Facts.Builder facts) {
    Optional<String> version = vbios(family, report.opaque());
    if (version.isEmpty()) {
      claims.fails("vbios.version", "none in the report", "a version");
      return Optional.empty();
    }
    return rims.find(
        "rim.vbios",
        RimIds.vbios(family, report.opaque(), version.get()),
        version.get(),
        report,
        materials,
        at,
        claims,
        facts);
  }

  private static boolean nvdec0(OpaqueData opaque, Claims claims) {
    byte[] status = opaque.field(OpaqueData.NVDEC0_STATUS).orElse(new byte[0]);
    int value = status.length == 0 ? -1 : status[0] & 0xFF;
    claims.check(
        "nvdec0",
        value == NVDEC0_ON || value == NVDEC0_OFF,
        value < 0 ? "no status" : "%02x".formatted(value),
        "aa (on) or 55 (off: its measurement, index 35, is not asked)");
    return value != NVDEC0_OFF;
  }

  private static void compare(
      Optional<Rim> driver, Optional<Rim> vbios, SpdmReport report, boolean nvdec0, Claims claims) {
    if (driver.isPresent() && vbios.isPresent()) {
      Set<Integer> both = new TreeSet<>(driver.get().measurements().keySet());
      both.retainAll(vbios.get().measurements().keySet());
      claims.check(
          "rim.conflict",
          both.isEmpty(),
          both.isEmpty() ? "none" : "both expect something at " + both,
          "each index in one manifest");
    }
    driver.ifPresent(rim -> match("rim.driver", rim, report, nvdec0, claims));
    vbios.ifPresent(rim -> match("rim.vbios", rim, report, nvdec0, claims));
  }

  private static void match(
      String claim, Rim rim, SpdmReport report, boolean nvdec0, Claims claims) {
    List<Integer> wrong = RimCheck.mismatches(rim, report, nvdec0);
    int count = rim.measurements().size();
    String got = wrong.isEmpty() ? count + " as expected" : wrong.size() + " differ, at " + wrong;
    claims.check(
        claim + ".measurements", count > 0 && wrong.isEmpty(), got, count + " active ones");
    if (!rim.unread().isEmpty()) {
      claims.missing(claim + ".records", "a reader for records " + rim.unread());
    }
  }
}
