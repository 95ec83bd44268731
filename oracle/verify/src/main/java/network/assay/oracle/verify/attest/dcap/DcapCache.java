package network.assay.oracle.verify.attest.dcap;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Crl;
import network.assay.oracle.verify.attest.x509.LinkCache;
import org.jspecify.annotations.Nullable;

/**
 * What need not be worked out again: parsed bytes, by their hash, and good signatures, by what was
 * signed and whose key it was. Verdicts are never kept, nor is anything that a later time could
 * change. May be shared by threads.
 */
public final class DcapCache {

  /** One fleet has some dozens of platforms and ten pieces of collateral each. */
  private static final int ENTRIES_MAX = 512;

  private final boolean keeps;
  private final boolean keepsPlatforms;
  private final LinkCache links;
  private final LinkCache platformLinks;
  private final Lru<Bytes, List<Cert>> chains;
  private final Lru<String, Crl> crls;
  private final Lru<String, SignedJson> signed;
  private final Lru<String, Boolean> signatures;
  private final Lru<String, Object> bodies;
  private final Lru<String, PckExtension> extensions;

  private DcapCache(int entriesMax, boolean keepsPlatforms) {
    this.keeps = entriesMax > 0;
    this.keepsPlatforms = keepsPlatforms;
    this.links = new LinkCache(entriesMax);
    this.platformLinks = keepsPlatforms ? links : LinkCache.none();
    this.chains = new Lru<>(entriesMax);
    this.crls = new Lru<>(entriesMax);
    this.signed = new Lru<>(entriesMax);
    this.signatures = new Lru<>(entriesMax);
    this.bodies = new Lru<>(entriesMax);
    this.extensions = new Lru<>(entriesMax);
  }

  /** A cache of the usual size. */
  public static DcapCache create() {
    return new DcapCache(ENTRIES_MAX, true);
  }

  /** Remembers collateral and no platform: as if each quote came from a machine never seen. */
  public static DcapCache collateralOnly() {
    return new DcapCache(ENTRIES_MAX, false);
  }

  /** Remembers nothing: everything is parsed and checked each time. */
  public static DcapCache none() {
    return new DcapCache(0, false);
  }

  /** Bytes as a key. */
  private record Bytes(byte[] bytes) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes same && Arrays.equals(bytes, same.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  LinkCache links() {
    return links;
  }

  /** Links of platforms' chains. */
  LinkCache platformLinks() {
    return platformLinks;
  }

  /** Certificates that a quote brings. */
  List<Cert> platformCerts(byte[] pemOrDer, int countMax) {
    return keepsPlatforms ? certs(pemOrDer, countMax) : Cert.parseAll(pemOrDer, countMax);
  }

  List<Cert> certs(byte[] pemOrDer, int countMax) {
    Bytes key = new Bytes(pemOrDer);
    List<Cert> known = keeps ? chains.get(key) : null;
    if (known == null) {
      known = List.copyOf(Cert.parseAll(pemOrDer, countMax));
      chains.put(key, known);
    }
    return known;
  }

  Crl crl(Collateral.Item item) {
    return kept(crls, item.sha256(), key -> Crl.parse(item.raw()));
  }

  SignedJson signed(Collateral.Item item, String bodyName) {
    return kept(signed, item.sha256(), key -> SignedJson.parse(item.raw(), bodyName));
  }

  /** Whether the signer's key signed the body; only a good answer is remembered. */
  boolean signedBy(Collateral.Item item, SignedJson body, Cert signer) {
    if (!keeps) {
      return body.signedBy(signer);
    }
    String link = item.sha256() + signer.sha256();
    if (signatures.get(link) != null) {
      return true;
    }
    boolean good = body.signedBy(signer);
    if (good) {
      signatures.put(link, true);
    }
    return good;
  }

  TcbInfo tcbInfo(Collateral.Item item, SignedJson body) {
    return (TcbInfo) kept(bodies, item.sha256(), key -> TcbInfo.read(body));
  }

  EnclaveIdentity identity(Collateral.Item item, SignedJson body) {
    return (EnclaveIdentity) kept(bodies, item.sha256(), key -> EnclaveIdentity.read(body));
  }

  PckExtension extension(Cert pck) {
    return keepsPlatforms
        ? kept(extensions, pck.sha256(), key -> PckExtension.of(pck))
        : PckExtension.of(pck);
  }

  private static <V> V kept(Lru<String, V> lru, String key, Function<String, V> make) {
    V known = lru.get(key);
    if (known == null) {
      known = make.apply(key);
      lru.put(key, known);
    }
    return known;
  }
}
