package network.assay.oracle.verify.attest.dcap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.Crl;
import org.jspecify.annotations.Nullable;

/**
 * Intel's collateral for one appraisal: of what is offered under a key, the first that holds at the
 * time; if none does, why the first does not.
 */
final class DcapCollateral {
  private static final int CHAIN_MAX = 8;
  private static final String SIGNER_NAME = "SGX TCB Signing";

  private final DcapCache cache;
  private final Collateral collateral;
  private final List<Cert> roots;
  private final Instant at;
  private final List<SignerChain> judged = new ArrayList<>(2);

  /** What this appraisal has read: nothing is read twice, whatever the cache keeps. */
  private final IdentityHashMap<Item, SignedJson> bodies = new IdentityHashMap<>(4);

  private final IdentityHashMap<Item, TcbInfo> infos = new IdentityHashMap<>(2);
  private final IdentityHashMap<Item, EnclaveIdentity> identities = new IdentityHashMap<>(2);
  private final IdentityHashMap<Item, Crl> lists = new IdentityHashMap<>(4);
  private @Nullable List<Cert> shared;

  /** A signer's chain, looked at once in an appraisal. */
  private record SignerChain(Cert leaf, Chains.Result result) {}

  DcapCollateral(DcapCache cache, Collateral collateral, TrustAnchors anchors, Instant at) {
    this.cache = cache;
    this.collateral = collateral;
    this.roots = anchors.of(Anchor.INTEL_SGX);
    this.at = at;
  }

  /**
   * Something found, or what is wrong with what was offered, or neither: nothing was offered.
   *
   * @param signer who signed it, for what is signed by the TCB signer
   */
  record Found<T>(
      Optional<T> value, Optional<Chains.Invalid> problem, Optional<Chains.Valid> signer) {
    static <T> Found<T> of(T value) {
      return new Found<>(Optional.of(value), Optional.empty(), Optional.empty());
    }

    static <T> Found<T> bad(Chains.Invalid problem) {
      return new Found<>(Optional.empty(), Optional.of(problem), Optional.empty());
    }

    static <T> Found<T> nothing() {
      return new Found<>(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  Instant at() {
    return at;
  }

  /** Certificates that came beside the quote's own and may stand in the PCK's chain. */
  List<Cert> pckPool() {
    List<Cert> pool = new ArrayList<>();
    for (Item item : candidates(Kind.INTEL_PCK_CHAIN, "pck")) {
      pool.addAll(cache.certs(item.raw(), CHAIN_MAX));
      item.issuerChain().forEach(chain -> pool.addAll(cache.certs(chain, CHAIN_MAX)));
    }
    return pool;
  }

  /** The chain of a PCK certificate to Intel's root: leaf, one CA, root. */
  Chains.Result pckChain(Cert leaf, List<Cert> pool) {
    Chains.Result result =
        Chains.verify(leaf, pool, roots, at, Chains.Rules.signer(), cache.platformLinks());
    if (!(result instanceof Chains.Valid valid)) {
      return result;
    }
    if (valid.path().size() != 3) {
      return new Chains.Invalid("PCK_CHAIN", valid.path().size() + " certificates", "3");
    }
    return leaf.commonName().contains("SGX PCK Certificate")
        ? valid
        : new Chains.Invalid("PCK_NAME", leaf.commonName(), "an SGX PCK Certificate");
  }

  /**
   * Reads what will be asked for first of each kind, so that malformed collateral is refused before
   * any signature is worked on. What signed bodies say is read after their signatures: an altered
   * one is refused for that.
   *
   * @param certs of the quote, leaf first; empty where it brings none
   * @throws AttestException for what is no such collateral
   */
  void readable(boolean tdx, List<Cert> certs) {
    if (!certs.isEmpty() && !certs.getFirst().isCa()) {
      Cert leaf = certs.getFirst();
      Kind kind = tdx ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX;
      first(kind, fmspc(leaf)).ifPresent(item -> read(item, "tcbInfo"));
      String ca = leaf.issuerCommonName().contains("Platform") ? "platform" : "processor";
      first(Kind.INTEL_PCK_CRL, ca).ifPresent(this::read);
    }
    first(Kind.INTEL_QE_IDENTITY, tdx ? "TD_QE" : "QE")
        .ifPresent(item -> read(item, "enclaveIdentity"));
    first(Kind.INTEL_ROOT_CRL, "root").ifPresent(this::read);
  }

  /** A leaf without it is refused by name, once its chain is known to be Intel's. */
  private String fmspc(Cert leaf) {
    try {
      return Hashes.hex(cache.extension(leaf).fmspc());
    } catch (AttestException e) {
      return "";
    }
  }

  private Optional<Item> first(Kind kind, String key) {
    return collateral.find(kind, key).stream().findFirst();
  }

  private void read(Item item, String name) {
    var _ = body(item, name);
  }

  private void read(Item item) {
    var _ = list(item);
  }

  private SignedJson body(Item item, String name) {
    return bodies.computeIfAbsent(item, one -> cache.signed(one, name));
  }

  private TcbInfo info(Item item) {
    return infos.computeIfAbsent(item, one -> cache.tcbInfo(one, body(one, "tcbInfo")));
  }

  private EnclaveIdentity enclave(Item item) {
    return identities.computeIfAbsent(
        item, one -> cache.identity(one, body(one, "enclaveIdentity")));
  }

  private Crl list(Item item) {
    return lists.computeIfAbsent(item, cache::crl);
  }

  /** The list of the issuer's revoked certificates. */
  Found<Crl> crl(Kind kind, String key, Cert issuer) {
    Chains.@Nullable Invalid first = null;
    for (Item item : candidates(kind, key)) {
      Crl crl = list(item);
      Optional<Chains.Invalid> problem = crl.problem(issuer, at, cache.links());
      if (problem.isEmpty()) {
        return Found.of(crl);
      }
      first = first == null ? problem.get() : first;
    }
    return first == null ? Found.nothing() : Found.bad(first);
  }

  /** TCB info for a platform family. */
  Found<TcbInfo> tcbInfo(boolean tdx, String fmspc, Crl rootCrl) {
    Kind kind = tdx ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX;
    Chains.@Nullable Invalid first = null;
    for (Item item : candidates(kind, fmspc)) {
      SignedJson signed = body(item, "tcbInfo");
      Chains.Result signer = signer(item, signed, rootCrl);
      if (signer instanceof Chains.Valid valid) {
        TcbInfo info = info(item);
        Optional<Chains.Invalid> stale = stale("TCB_INFO", info.updates());
        if (stale.isEmpty()) {
          return new Found<>(Optional.of(info), Optional.empty(), Optional.of(valid));
        }
        first = first == null ? stale.get() : first;
      } else if (first == null) {
        first = (Chains.Invalid) signer;
      }
    }
    return first == null ? Found.nothing() : Found.bad(first);
  }

  /** The identity of the quoting enclave. */
  Found<EnclaveIdentity> identity(boolean tdx, Crl rootCrl) {
    Chains.@Nullable Invalid first = null;
    for (Item item : candidates(Kind.INTEL_QE_IDENTITY, tdx ? "TD_QE" : "QE")) {
      SignedJson signed = body(item, "enclaveIdentity");
      Chains.Result signer = signer(item, signed, rootCrl);
      if (signer instanceof Chains.Valid valid) {
        EnclaveIdentity identity = enclave(item);
        Optional<Chains.Invalid> stale = stale("QE_IDENTITY", identity.updates());
        if (stale.isEmpty()) {
          return new Found<>(Optional.of(identity), Optional.empty(), Optional.of(valid));
        }
        first = first == null ? stale.get() : first;
      } else if (first == null) {
        first = (Chains.Invalid) signer;
      }
    }
    return first == null ? Found.nothing() : Found.bad(first);
  }

  private Optional<Chains.Invalid> stale(String what, Updates updates) {
    if (updates.holdAt(at)) {
      return Optional.empty();
    }
    boolean early = at.isBefore(updates.issueDate());
    return Optional.of(
        new Chains.Invalid(
            what + (early ? "_NOT_YET_VALID" : "_STALE"),
            early ? "from " + updates.issueDate() : "until " + updates.nextUpdate(),
            "valid at " + at));
  }

  /** Who of the TCB signers, in good standing, signed this body. */
  private Chains.Result signer(Item item, SignedJson signed, Crl rootCrl) {
    List<Cert> pool = signers(item);
    Chains.@Nullable Invalid first = null;
    for (Cert leaf : pool) {
      if (leaf.isCa()) {
        continue;
      }
      Chains.Result result = signerChain(leaf, pool, rootCrl);
      if (result instanceof Chains.Valid && !cache.signedBy(item, signed, leaf)) {
        result =
            new Chains.Invalid(
                "COLLATERAL_SIGNATURE", "a body that " + leaf + " did not sign", "its signature");
      }
      if (result instanceof Chains.Valid) {
        return result;
      }
      boolean better = first == null || ((Chains.Invalid) result).reason().startsWith("COLL");
      first = better ? (Chains.Invalid) result : first;
    }
    return first == null
        ? new Chains.Invalid("TCB_SIGNER", "no certificate", "the TCB signing certificate")
        : first;
  }

  private Chains.Result signerChain(Cert leaf, List<Cert> pool, Crl rootCrl) {
    for (SignerChain known : judged) {
      if (known.leaf.equals(leaf)) {
        return known.result;
      }
    }
    Chains.Result result = judge(leaf, pool, rootCrl);
    judged.add(new SignerChain(leaf, result));
    return result;
  }

  private Chains.Result judge(Cert leaf, List<Cert> pool, Crl rootCrl) {
    Chains.Result result =
        Chains.verify(leaf, pool, roots, at, Chains.Rules.signer(), cache.links());
    if (!(result instanceof Chains.Valid valid)) {
      return result;
    }
    if (valid.path().size() != 2 || !leaf.commonName().contains(SIGNER_NAME)) {
      return new Chains.Invalid(
          "TCB_SIGNER", leaf.commonName() + " at " + valid.path().size(), SIGNER_NAME);
    }
    return rootCrl.revokes(leaf.serial())
        ? new Chains.Invalid("TCB_SIGNER_REVOKED", leaf.toString(), "a signer not revoked")
        : valid;
  }

  private List<Cert> signers(Item item) {
    List<Cert> pool = new ArrayList<>(4);
    for (byte[] chain : item.issuerChain()) {
      pool.addAll(cache.certs(chain, CHAIN_MAX));
    }
    pool.addAll(sharedSigners());
    return pool;
  }

  private List<Cert> sharedSigners() {
    List<Cert> known = shared;
    if (known == null) {
      known = new ArrayList<>(4);
      for (Item signing : candidates(Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing")) {
        known.addAll(cache.certs(signing.raw(), CHAIN_MAX));
      }
      shared = known;
    }
    return known;
  }

  private List<Item> candidates(Kind kind, String key) {
    List<Item> all = collateral.find(kind, key);
    return all.size() <= Collateral.CANDIDATES_MAX
        ? all
        : all.subList(0, Collateral.CANDIDATES_MAX);
  }

  /** The certificates that the quote brings, or none where it brings only a name for them. */
  List<Cert> quoteCerts(Quote quote) {
    byte[] data = quote.certificationData();
    boolean certs = quote.certificationType() == 4 || quote.certificationType() == 5;
    if (!certs || data.length == 0) {
      return List.of();
    }
    boolean encoded = data[0] == '-' || data[0] == 0x30;
    if (!encoded) {
      return List.of();
    }
    List<Cert> found = cache.platformCerts(data, CHAIN_MAX);
    if (found.isEmpty()) {
      throw new AttestException("PCK_CHAIN", "no certificate", "the PCK certificate first");
    }
    if (quote.certificationType() == 4 && found.size() != 1) {
      throw new AttestException(
          "PCK_CHAIN", found.size() + " certificates", "the leaf alone in data of type 4");
    }
    return found;
  }
}
