package network.assay.oracle.collateral.service;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.collateral.Inspector;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.OcspResponse;
import org.bouncycastle.asn1.x509.Certificate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** NVIDIA's RIM service (reference integrity manifests) and OCSP responder. */
public final class NvidiaServices {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final ServiceHttp http;
  private final ServiceEndpoints at;
  private final InstantSource clock;

  public NvidiaServices(ServiceHttp http, ServiceEndpoints at, InstantSource clock) {
    this.http = http;
    this.at = at;
    this.clock = clock;
  }

  /**
   * A manifest.
   *
   * @param id such as {@code NV_GPU_DRIVER_GH100_535.104.05}
   */
  public CollateralItem rim(String id) {
    if (!id.matches("[A-Za-z0-9._-]{1,128}")) {
      throw new CollateralException(
          "WRONG_RIM_ID", id, "letters, digits, dots, dashes, at most 128");
    }
    URI uri = at.nvidiaRim().resolve("/v1/rim/" + id);
    JsonNode tree;
    try {
      tree = JSON.readTree(http.get(uri).body());
    } catch (JacksonException e) {
      throw new CollateralException("OTHER_ANSWER", e.getOriginalMessage(), "JSON from " + uri, e);
    }
    JsonNode answeredId = tree.path("id");
    if (!answeredId.isString() || !answeredId.stringValue().equals(id)) {
      throw new CollateralException("OTHER_ANSWER", answeredId + " from " + uri, id);
    }
    CollateralItem item = Inspector.inspect(decoded(tree, uri), uri.toString(), clock.instant());
    if (item.kind() != Kind.NVIDIA_RIM) {
      throw new CollateralException("OTHER_ANSWER", item.kind() + " from " + uri, "rim");
    }
    return item.as(Kind.NVIDIA_RIM, id);
  }

  private static byte[] decoded(JsonNode tree, URI uri) {
    JsonNode text = tree.path("rim");
    if (!text.isString()) {
      throw new CollateralException("OTHER_ANSWER", "no manifest from " + uri, "a text \"rim\"");
    }
    try {
      return Base64.getDecoder().decode(text.stringValue());
    } catch (IllegalArgumentException e) {
      throw new CollateralException(
          "OTHER_ANSWER", String.valueOf(e.getMessage()), "base64 in \"rim\"", e);
    }
  }

  /**
   * A certificate's status, whatever it is: a revocation is kept like any other answer.
   *
   * @param nonce must stand in the answer, so that no old one can be played again
   * @throws CollateralException also where the answer is not signed for the issuer, speaks of
   *     another certificate, or has not our nonce
   */
  public CollateralItem ocsp(Cert cert, Cert issuer, byte[] nonce) {
    ServiceHttp.Answer answer =
        http.post(at.nvidiaOcsp(), "application/ocsp-request", request(cert, issuer, nonce));
    CollateralItem item =
        Inspector.inspect(answer.body(), at.nvidiaOcsp().toString(), clock.instant());
    String want = cert.serial().toString(16);
    if (item.kind() != Kind.NVIDIA_OCSP || !item.key().equals(want)) {
      throw new CollateralException("OTHER_ANSWER", item.kind() + " " + item.key(), want);
    }
    OcspResponse.Answer said = judged(answer.body(), cert, issuer, nonce);
    return switch (said.status()) {
      case GOOD, REVOKED, UNKNOWN, STALE, NOT_YET -> item;
      case UNTRUSTED, NONCE_MISMATCH, OTHER_CERTIFICATE, REFUSED ->
          throw new CollateralException(
              "OCSP_" + said.status(), said.got() + " for " + cert, said.want());
    };
  }

  private OcspResponse.Answer judged(byte[] body, Cert cert, Cert issuer, byte[] nonce) {
    try {
      return OcspResponse.parse(body).judge(cert, issuer, Optional.of(nonce), clock.instant());
    } catch (AttestException e) {
      throw new CollateralException("OTHER_ANSWER", e.got(), e.want(), e);
    }
  }

  private static byte[] request(Cert cert, Cert issuer, byte[] nonce) {
    try {
      return OcspRequests.encode(
          Certificate.getInstance(cert.der()), Certificate.getInstance(issuer.der()), nonce);
    } catch (IOException e) {
      throw new CollateralException(
          "MALFORMED_CERTIFICATE", String.valueOf(e.getMessage()), "a DER certificate", e);
    }
  }
}
