package network.assay.oracle.verify.attest.dcap;

import java.time.Instant;
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
import network.assay.oracle.verify.attest.x509.VerifyKey;

/**
 * What a bench times of DCAP: one quote with nothing remembered ("cold", nine signatures), with
 * collateral remembered but each platform new ("warm-platform", four: its PCK and PCK CA as well),
 * and with both remembered ("warm", two). The floors verify the same signatures with the same
 * primitives. Keys that the operation meets for the first time are new to the floor, too, decoded
 * from their bytes; those that it remembers (the pinned root's always) are ready in both.
 */
public final class DcapOperations {
  private static final Policy POLICY = Policy.production();

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
    Signed signed = new Signed(this);
    EcKey pck = signed.pck();
    return List.of(
        operation("cold", 9, DcapCache.none(), signed::everything),
        operation("warm-platform", 4, DcapCache.collateralOnly(), signed::platform),
        operation("warm", 2, DcapCache.create(), () -> signed.quote(pck)));
  }

  private MeasuredOperation operation(
      String which, int signatures, DcapCache cache, BooleanSupplier floor) {
    DcapVerifier verifier = new DcapVerifier(cache);
    status(verifier); // fills the cache, if it keeps anything
    return new MeasuredOperation(
        name + "." + which, signatures, () -> !status(verifier).isEmpty(), floor);
  }

  private String status(DcapVerifier verifier) {
    Appraisal appraisal =
        verifier.appraise(
            evidence, collateral, TrustAnchors.production(), Expectations.none(), POLICY, at);
    return appraisal
        .tcbStatus()
        .orElseThrow(
            () -> new IllegalArgumentException("got " + appraisal.finding() + ", want a status"));
  }

  /** Everything that is signed, parsed, and the signatures alone over it. */
  private static final class Signed {
    private final Quote quote;
    private final byte[] body;
    private final List<Cert> chain;
    private final Cert root = root();
    private final Cert signer;
    private final SignedJson info;
    private final SignedJson identity;
    private final Crl pckCrl;
    private final Crl rootCrl;

    Signed(DcapOperations of) {
      boolean tdx = of.evidence.family() == Family.TDX;
      this.quote = Quote.parse(of.evidence.raw());
      this.body = Arrays.copyOf(quote.raw(), quote.signedBytes());
      this.chain = Cert.parseAll(quote.certificationData(), 8);
      String fmspc = Hashes.hex(PckExtension.of(chain.getFirst()).fmspc());
      Kind infoKind = tdx ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX;
      this.info = SignedJson.parse(of.item(infoKind, fmspc), "tcbInfo");
      byte[] raw = of.item(Kind.INTEL_QE_IDENTITY, tdx ? "TD_QE" : "QE");
      this.identity = SignedJson.parse(raw, "enclaveIdentity");
      String ca = chain.get(1).commonName().contains("Platform") ? "platform" : "processor";
      this.pckCrl = Crl.parse(of.item(Kind.INTEL_PCK_CRL, ca));
      this.rootCrl = Crl.parse(of.item(Kind.INTEL_ROOT_CRL, "root"));
      byte[] signers = of.item(Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing");
      this.signer = Cert.parseAll(signers, 8).getFirst();
    }

    EcKey pck() {
      return (EcKey) VerifyKey.ofSpki(chain.get(0).spki());
    }

    /** Two signatures: the quote's by its new key, the QE report's by the PCK. */
    boolean quote(EcKey pck) {
      EcKey key = EcKey.ofRaw(EcKey.Curve.P256, quote.attestationKey());
      return key.verifiesRaw(Hashes.sha256(body), quote.signature())
          && pck.verifiesRaw(Hashes.sha256(quote.qeReport().raw()), quote.qeReportSignature());
    }

    /** Four: also those of the PCK's chain. */
    boolean platform() {
      return quote(pck()) && chain(VerifyKey.ofSpki(chain.get(1).spki()));
    }

    private boolean chain(VerifyKey middle) {
      return chain.get(0).signedBy(middle) && chain.get(1).signedBy(root.key());
    }

    /** Nine: also those of the collateral. */
    boolean everything() {
      VerifyKey middle = VerifyKey.ofSpki(chain.get(1).spki());
      VerifyKey tcb = VerifyKey.ofSpki(signer.spki());
      return quote(pck())
          && chain(middle)
          && pckCrl.signedBy(middle)
          && rootCrl.signedBy(root.key())
          && signer.signedBy(root.key())
          && info.signedBy(tcb)
          && identity.signedBy(tcb);
    }
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
