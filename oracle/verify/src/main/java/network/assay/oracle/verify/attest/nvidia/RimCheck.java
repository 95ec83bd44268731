package network.assay.oracle.verify.attest.nvidia;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.LinkCache;
import network.assay.oracle.verify.attest.xml.XmlSignature;
import org.jspecify.annotations.Nullable;

/**
 * Checks a manifest: its XML signature, its signer's chain to the pinned root, and what it expects.
 */
public final class RimCheck {
  private static final int NVDEC0_INDEX = 35;

  private final LinkCache links;
  private final Recent<Read> recent = new Recent<>(256);

  /** A manifest as it was read, and whether its first certificate's key signed it. */
  private record Read(
      @Nullable Rim rim, boolean signed, List<Cert> chain, @Nullable AttestException refusal) {}

  /**
   * A manifest whose signature and chain were looked at.
   *
   * @param problem the first thing wrong with it, as a claim's end ("signature", "chain"), or empty
   */
  record Checked(
      Rim rim,
      String problem,
      String got,
      String want,
      @Nullable Instant from,
      @Nullable Instant until,
      List<Cert> path) {}

  /** A check that shares its memory of signatures. */
  public RimCheck(LinkCache links) {
    this.links = links;
  }

  private Read read(Item item) {
    return recent.get(item.sha256(), () -> readNow(item.raw()));
  }

  private static Read readNow(byte[] raw) {
    try {
      Rim rim = Rim.parse(raw);
      XmlSignature signature = rim.signature();
      List<Cert> chain = new ArrayList<>();
      for (byte[] der : signature.certificates()) {
        chain.add(Cert.parse(der));
      }
      boolean signed =
          signature.digestHolds()
              && chain.getFirst().key() instanceof EcKey key
              && key.verifiesRaw(
                  XmlSignature.digest(signature.hash(), signature.signed()), signature.value());
      return new Read(rim, signed, List.copyOf(chain), null);
    } catch (AttestException e) {
      return new Read(null, false, List.of(), e);
    }
  }

  /**
   * Checks one manifest alone, for conformance and for stores of collateral.
   *
   * @throws AttestException if it is no manifest
   */
  public Claims alone(byte[] raw, List<Cert> roots, Instant at) {
    Read read = readNow(raw);
    if (read.rim() == null) {
      throw read.refusal() == null
          ? new AttestException("MALFORMED_RIM", "nothing", "a manifest")
          : read.refusal();
    }
    Claims claims = new Claims();
    claimSigned("rim", checked(read, read.rim(), roots, at), at, claims);
    return claims;
  }

  private Checked checked(Read read, Rim rim, List<Cert> roots, Instant at) {
    Cert leaf = read.chain().getFirst();
    Instant clamped =
        at.isBefore(leaf.notBefore())
            ? leaf.notBefore()
            : at.isAfter(leaf.notAfter()) ? leaf.notAfter() : at;
    Chains.Result result =
        Chains.verify(leaf, read.chain(), roots, clamped, Chains.Rules.signer(), links);
    return switch (result) {
      case Chains.Invalid bad ->
          new Checked(
              rim, "chain", bad.reason() + ": " + bad.got(), bad.want(), null, null, List.of());
      case Chains.Valid good ->
          read.signed()
              ? new Checked(rim, "", "", "", good.from(), good.until(), good.path())
              : new Checked(
                  rim,
                  "signature",
                  rim.signature().digestHolds() ? "another signature" : "another document",
                  "ECDSA by " + leaf + " over the document",
                  good.from(),
                  good.until(),
                  good.path());
    };
  }

  private static void claimSigned(String claim, Checked checked, Instant at, Claims claims) {
    if (!checked.problem().isEmpty()) {
      claims.fails(claim + "." + checked.problem(), checked.got(), checked.want());
      return;
    }
    claims.holds(claim + ".chain", checked.path().toString(), "to the pinned manifest root");
    claims.holds(
        claim + ".signature", "XML signature of the whole document", "of the chain's leaf");
    boolean valid =
        checked.from() != null
            && checked.until() != null
            && !at.isBefore(checked.from())
            && !at.isAfter(checked.until());
    claims.check(
        claim + ".validity",
        valid,
        checked.from() + " to " + checked.until(),
        "a signer valid at " + at);
  }

  /**
   * Looks for the manifest of a version, checks it, and claims what was found. Where several have
   * that version, the one that is signed and matches counts; each is NVIDIA's word for that
   * version.
   *
   * @param claim "rim.driver" or "rim.vbios"
   * @param ids the manifest's official ids, for the store
   * @return the manifest, where one is signed
   */
  Optional<Rim> find(
      String claim,
      List<String> ids,
      String version,
      SpdmReport report,
      Materials materials,
      Instant at,
      Claims claims,
      Facts.Builder facts) {
    @Nullable Checked best = null;
    Set<String> seen = new HashSet<>();
    Set<String> others = new TreeSet<>();
    int looked = 0;
    for (Item item : materials.rims(ids, version)) {
      if (!seen.add(item.sha256()) || looked == Collateral.CANDIDATES_MAX) {
        continue;
      }
      Read read = read(item);
      if (read.rim() == null || !read.rim().version().equalsIgnoreCase(version)) {
        if (read.rim() != null && others.size() < 4) {
          others.add(read.rim().version());
        }
        continue;
      }
      looked++;
      Checked checked = checked(read, read.rim(), materials.rimRoots(), at);
      if (best == null || rank(checked, report) > rank(best, report)) {
        best = checked;
      }
    }
    if (best == null) {
      claims.missing(
          claim,
          "the manifest of "
              + version
              + " ("
              + ids.getFirst()
              + ")"
              + (others.isEmpty() ? "" : "; there are " + others));
      return Optional.empty();
    }
    claims.holds(claim + ".version", best.rim().version(), version);
    claimSigned(claim, best, at, claims);
    if (!best.problem().isEmpty()) {
      return Optional.empty();
    }
    if (best.from() != null && best.until() != null) {
      facts.valid(best.from(), best.until());
    }
    Revocation.check(claim + ".revocation", best.path(), materials, at, claims, facts);
    return Optional.of(best.rim());
  }

  private static int rank(Checked checked, SpdmReport report) {
    if (!checked.problem().isEmpty()) {
      return 0;
    }
    return mismatches(checked.rim(), report, true).isEmpty() ? 2 : 1;
  }

  /** Indexes at which the device measured something else than the manifest expects, or nothing. */
  static List<Integer> mismatches(Rim rim, SpdmReport report, boolean nvdec0) {
    List<Integer> found = new ArrayList<>();
    rim.measurements()
        .forEach((index, golden) -> {
          boolean asked = index != NVDEC0_INDEX || nvdec0;
          if (asked && !report.measurement(index).map(golden::matches).orElse(false)) {
            found.add(index);
          }
        });
    return found;
  }
}
