package network.assay.oracle.verify.attest.dcap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.MeasuredOperation;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Crl;
import network.assay.oracle.verify.attest.x509.EcKey;

/**
 * What a bench times of DCAP: one quote with nothing remembered ("cold", nine signatures), with
 * collateral remembered but each platform new ("warm-platform", four: its PCK and PCK CA as well),
 * and with both remembered ("warm", two). The floors use the same keys, already decoded, over and
 * over: no verifier that meets new keys can be as fast.
 */
public final class DcapOperations {
  private final Evidence evidence;
  private final Collateral collateral;
  private final Instant at;
  private final String name;

  private DcapOperations(Evidence evidence, Collateral collateral, Instant at, String name) {
    this.evidence = evidence;
    this.collateral = collateral;
    this.at = at;
    this.name = name;
  }

  /**
   * The operations on one quote that brings its own chain.
   *
   * @param collateral all that the quote needs, one item of each kind
   * @param at a time at which it gets as far as a TCB status
   */
  public static List<MeasuredOperation> of(byte[] raw, Collateral collateral, Instant at) {
    Family family =
        Quote.detect(raw)
            .orElseThrow(() -> new IllegalArgumentException("got other bytes, want a quote"));
    String name = "dcap." + family.label() + "-v" + LittleEndian.u16(raw, 0);
    return new DcapOperations(Evidence.of(family, raw), collateral, at, name).all();
  }

  private List<MeasuredOperation> all() {
    List<BooleanSupplier> quote = quoteChecks();
    List<BooleanSupplier> platform = new ArrayList<>(quote);
    platform.addAll(chainChecks());
    List<BooleanSupplier> everything = new ArrayList<>(platform);
    everything.addAll(collateralChecks());
    return List.of(
        operation("cold", new DcapVerifier(DcapCache.none()), everything),
        operation("warm-platform", new DcapVerifier(DcapCache.collateralOnly()), platform),
        operation("warm", new DcapVerifier(DcapCache.create()), quote));
  }

  private MeasuredOperation operation(
      String which, DcapVerifier verifier, List<BooleanSupplier> signatures) {
    status(verifier); // fills the cache, if it has one
    List<BooleanSupplier> floor = List.copyOf(signatures);
    return new MeasuredOperation(
        name + "." + which,
        floor.size(),
        () -> !status(verifier).isEmpty(),
        () -> {
          boolean good = true;
          for (BooleanSupplier each : floor) {
            good &= each.getAsBoolean();
          }
          return good;
        });
  }

  private String status(DcapVerifier verifier) {
    Appraisal appraisal =
        verifier.appraise(
            evidence,
            collateral,
            TrustAnchors.production(),
            Expectations.none(),
            Policy.production(),
            at);
    return appraisal
        .tcbStatus()
        .orElseThrow(
            () -> new IllegalArgumentException("got " + appraisal.finding() + ", want a status"));
  }

  private List<BooleanSupplier> quoteChecks() {
    Quote quote = Quote.parse(evidence.raw());
    byte[] signed = Arrays.copyOf(quote.raw(), quote.signedBytes());
    EcKey key = EcKey.ofRaw(EcKey.Curve.P256, quote.attestationKey());
    EcKey pck = (EcKey) chain().getFirst().key();
    return List.of(
        () -> key.verifiesRaw(Hashes.sha256(signed), quote.signature()),
        () -> pck.verifiesRaw(Hashes.sha256(quote.qeReport().raw()), quote.qeReportSignature()));
  }

  private List<BooleanSupplier> chainChecks() {
    List<Cert> chain = chain();
    Cert root = root();
    return List.of(
        () -> chain.get(0).signedBy(chain.get(1).key()), () -> chain.get(1).signedBy(root.key()));
  }

  private List<BooleanSupplier> collateralChecks() {
    boolean tdx = evidence.family() == Family.TDX;
    List<Cert> chain = chain();
    PckExtension pck = PckExtension.of(chain.getFirst());
    Kind infoKind = tdx ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX;
    SignedJson info = SignedJson.parse(item(infoKind, Hashes.hex(pck.fmspc())), "tcbInfo");
    byte[] identityRaw = item(Kind.INTEL_QE_IDENTITY, tdx ? "TD_QE" : "QE");
    SignedJson identity = SignedJson.parse(identityRaw, "enclaveIdentity");
    String ca = chain.get(1).commonName().contains("Platform") ? "platform" : "processor";
    Crl pckCrl = Crl.parse(item(Kind.INTEL_PCK_CRL, ca));
    Crl rootCrl = Crl.parse(item(Kind.INTEL_ROOT_CRL, "root"));
    Cert root = root();
    Cert signer =
        Cert.parseAll(item(Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing"), 8).getFirst();
    return List.of(
        () -> signer.signedBy(root.key()),
        () -> info.signedBy(signer),
        () -> identity.signedBy(signer),
        () -> pckCrl.signedBy(chain.get(1).key()),
        () -> rootCrl.signedBy(root.key()));
  }

  private List<Cert> chain() {
    return Cert.parseAll(Quote.parse(evidence.raw()).certificationData(), 8);
  }

  private byte[] item(Kind kind, String key) {
    List<Item> found = collateral.find(kind, key);
    if (found.isEmpty()) {
      throw new IllegalArgumentException("got no " + kind + " " + key + ", want one");
    }
    return found.getFirst().raw();
  }

  private static Cert root() {
    return TrustAnchors.production().of(Anchor.INTEL_SGX).getFirst();
  }
}
