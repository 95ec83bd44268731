package network.assay.oracle.collateral.service;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;

/** RFC 6960 requests, without a signature: nobody asks for one. */
final class OcspRequests {
  /** NVIDIA's responder identifies certificates by SHA-384, as its own tools ask. */
  private static final ASN1ObjectIdentifier HASH = NISTObjectIdentifiers.id_sha384;

  private static final int NONCE_BYTES_MIN = 8;
  private static final int NONCE_BYTES_MAX = 32;

  private OcspRequests() {}

  static byte[] encode(Certificate certificate, Certificate issuer, byte[] nonce)
      throws IOException {
    if (nonce.length < NONCE_BYTES_MIN || nonce.length > NONCE_BYTES_MAX) {
      throw new IllegalArgumentException("want a nonce of 8 to 32 bytes, got " + nonce.length);
    }
    Request one = new Request(id(certificate, issuer), null);
    Extensions extensions =
        new Extensions(
            new Extension(
                OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                false,
                new DEROctetString(nonce).getEncoded("DER")));
    TBSRequest body = new TBSRequest(null, new DERSequence(one), extensions);
    return new OCSPRequest(body, null).getEncoded("DER");
  }

  private static CertID id(Certificate certificate, Certificate issuer) throws IOException {
    byte[] name = digest(issuer.getSubject().getEncoded("DER"));
    byte[] key = digest(issuer.getSubjectPublicKeyInfo().getPublicKeyData().getOctets());
    return new CertID(
        new AlgorithmIdentifier(HASH, DERNull.INSTANCE),
        new DEROctetString(name),
        new DEROctetString(key),
        certificate.getSerialNumber());
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-384").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-384", e);
    }
  }
}
