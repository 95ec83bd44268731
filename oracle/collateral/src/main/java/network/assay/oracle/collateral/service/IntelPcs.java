package network.assay.oracle.collateral.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.collateral.Inspector;
import network.assay.oracle.verify.attest.Collateral.Kind;

/**
 * Intel's Provisioning Certification Service, version 4 of its API (Intel SGX PCS API
 * documentation). Each answer's signers come in a response header, percent-encoded PEM: they are
 * kept with the item, and those of TCB info and identities as an item of their own, too.
 */
public final class IntelPcs {
  private final ServiceHttp http;
  private final ServiceEndpoints at;
  private final InstantSource clock;

  public IntelPcs(ServiceHttp http, ServiceEndpoints at, InstantSource clock) {
    this.http = http;
    this.at = at;
    this.clock = clock;
  }

  /** Which kind of enclave. */
  public enum Tee {
    SGX,
    TDX;

    String path() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The CA that certified the platform's PCK. */
  public enum Ca {
    PROCESSOR,
    PLATFORM;

    String query() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * TCB info and its signers.
   *
   * @param fmspc 12 hex digits
   */
  public List<CollateralItem> tcbInfo(Tee tee, String fmspc) {
    String platform = fmspc.toLowerCase(Locale.ROOT);
    if (!platform.matches("[0-9a-f]{12}")) {
      throw new CollateralException("WRONG_FMSPC", fmspc, "12 hex digits");
    }
    return withChain(
        "/" + tee.path() + "/certification/v4/tcb?fmspc=" + platform,
        "TCB-Info-Issuer-Chain",
        tee == Tee.SGX ? Kind.INTEL_TCB_INFO_SGX : Kind.INTEL_TCB_INFO_TDX,
        platform);
  }

  /** The quoting enclave's identity and its signers. */
  public List<CollateralItem> qeIdentity(Tee tee) {
    return withChain(
        "/" + tee.path() + "/certification/v4/qe/identity",
        "SGX-Enclave-Identity-Issuer-Chain",
        Kind.INTEL_QE_IDENTITY,
        tee == Tee.SGX ? "QE" : "TD_QE");
  }

  /** What the CA of a platform's PCK revoked, with the CA's certificates. */
  public List<CollateralItem> pckCrl(Ca ca) {
    URI uri = at.intel().resolve("/sgx/certification/v4/pckcrl?encoding=der&ca=" + ca.query());
    ServiceHttp.Answer answer = http.get(uri);
    CollateralItem crl = of(Kind.INTEL_PCK_CRL, ca.query(), answer.body(), uri);
    byte[] chain = chain(answer, "SGX-PCK-CRL-Issuer-Chain", uri);
    return List.of(crl.with(chain));
  }

  /** What the root revoked. */
  public List<CollateralItem> rootCrl() {
    ServiceHttp.Answer answer = http.get(at.intelRootCrl());
    return List.of(of(Kind.INTEL_ROOT_CRL, "root", answer.body(), at.intelRootCrl()));
  }

  private List<CollateralItem> withChain(String path, String header, Kind kind, String key) {
    URI uri = at.intel().resolve(path);
    ServiceHttp.Answer answer = http.get(uri);
    byte[] chain = chain(answer, header, uri);
    CollateralItem signers = of(Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing", chain, uri);
    return List.of(of(kind, key, answer.body(), uri).with(chain), signers);
  }

  private static byte[] chain(ServiceHttp.Answer answer, String header, URI uri) {
    String encoded =
        answer
            .header(header)
            .orElseThrow(() ->
                new CollateralException(
                    "NO_ISSUER_CHAIN", "no such header", header + " of " + uri));
    try {
      return URLDecoder.decode(encoded, UTF_8).getBytes(UTF_8);
    } catch (IllegalArgumentException e) {
      throw new CollateralException(
          "NO_ISSUER_CHAIN", String.valueOf(e.getMessage()), "percent-encoded PEM in " + header, e);
    }
  }

  private CollateralItem of(Kind kind, String key, byte[] body, URI uri) {
    CollateralItem item = Inspector.inspect(body, uri.toString(), clock.instant());
    if (item.kind() != kind || !item.key().equals(key)) {
      throw new CollateralException(
          "OTHER_ANSWER", item.kind() + " " + item.key() + " from " + uri, kind + " " + key);
    }
    return item;
  }
}
