package network.assay.oracle.collateral.service;

import java.net.URI;

/**
 * Where the services are; a caching service of one's own that answers alike may stand in for each.
 *
 * @param intel PCS or PCCS, without {@code /sgx/certification/v4}
 * @param intelRootCrl the root CA's CRL, DER
 * @param amd KDS, without {@code /vcek/v1}
 * @param nvidiaRim RIM service, without {@code /v1/rim}
 * @param nvidiaOcsp OCSP responder
 */
public record ServiceEndpoints(
    URI intel, URI intelRootCrl, URI amd, URI nvidiaRim, URI nvidiaOcsp) {

  /**
   * The vendors' own: Intel SGX PCS API v4, AMD publication 57230, NVIDIA's attestation services.
   */
  public static ServiceEndpoints vendors() {
    return new ServiceEndpoints(
        URI.create("https://api.trustedservices.intel.com"),
        URI.create("https://certificates.trustedservices.intel.com/IntelSGXRootCA.der"),
        URI.create("https://kdsintf.amd.com"),
        URI.create("https://rim.attestation.nvidia.com"),
        URI.create("https://ocsp.ndis.nvidia.com"));
  }

  public ServiceEndpoints {
    for (URI uri : new URI[] {intel, intelRootCrl, amd, nvidiaRim, nvidiaOcsp}) {
      String scheme = String.valueOf(uri.getScheme());
      if (!(scheme.equals("https") || scheme.equals("http"))
          || uri.getHost() == null
          || uri.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "want an http or https address without a password in it, got " + uri);
      }
    }
  }
}
