package network.assay.oracle.verify.attest.compose;

import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.snp.SnpProduct;
import network.assay.oracle.verify.attest.x509.Cert;

/** A piece of collateral that a verifier of some evidence will ask for. */
public sealed interface Need {

  /**
   * Intel's: TCB info, the quoting enclave's identity, the lists of the root and of the PCK's CA.
   *
   * @param fmspc 12 hex digits; empty where the quote does not bring its PCK
   * @param ca "platform" or "processor"; empty where the quote does not bring its PCK
   */
  record Intel(boolean tdx, Optional<String> fmspc, Optional<String> ca) implements Need {}

  /**
   * AMD's: the signing key of a report, its issuers, its list.
   *
   * @param product empty in reports of version 2, which do not say it
   * @param vlek a key that a provider was lent, which only he can fetch
   * @param chipId 64 bytes, of Turin 8; zeros where the host masks it
   * @param reportedTcb as it stands in the report, little-endian
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Amd(Optional<SnpProduct> product, boolean vlek, byte[] chipId, long reportedTcb)
      implements Need {}

  /**
   * One of NVIDIA's manifests.
   *
   * @param ids under one of which the service has it, the likeliest first
   */
  record Manifest(List<String> ids) implements Need {}

  /** Whether NVIDIA revoked a certificate. */
  record Status(Cert cert, Cert issuer) implements Need {}
}
