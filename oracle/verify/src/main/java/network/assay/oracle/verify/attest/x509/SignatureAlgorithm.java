package network.assay.oracle.verify.attest.x509;

import java.util.Arrays;
import network.assay.oracle.verify.attest.AttestException;

/** The signatures that vendors of evidence use. For PSS the salt is as long as the hash. */
public enum SignatureAlgorithm {
  ECDSA_SHA256("SHA-256", Kind.ECDSA),
  ECDSA_SHA384("SHA-384", Kind.ECDSA),
  ECDSA_SHA512("SHA-512", Kind.ECDSA),
  RSA_PKCS1_SHA256("SHA-256", Kind.PKCS1),
  RSA_PKCS1_SHA384("SHA-384", Kind.PKCS1),
  RSA_PKCS1_SHA512("SHA-512", Kind.PKCS1),
  RSA_PSS_SHA256("SHA-256", Kind.PSS),
  RSA_PSS_SHA384("SHA-384", Kind.PSS),
  RSA_PSS_SHA512("SHA-512", Kind.PSS);

  /** The scheme around the hash. */
  enum Kind {
    ECDSA,
    PKCS1,
    PSS
  }

  private final String hash;
  private final Kind kind;

  SignatureAlgorithm(String hash, Kind kind) {
    this.hash = hash;
    this.kind = kind;
  }

  String hash() {
    return hash;
  }

  Kind kind() {
    return kind;
  }

  /** Reads an AlgorithmIdentifier (RFC 3279, 4055, 5758). */
  static SignatureAlgorithm of(Der identifier) {
    String oid = identifier.oid();
    SignatureAlgorithm found =
        switch (oid) {
          case "1.2.840.10045.4.3.2" -> ECDSA_SHA256;
          case "1.2.840.10045.4.3.3" -> ECDSA_SHA384;
          case "1.2.840.10045.4.3.4" -> ECDSA_SHA512;
          case "1.2.840.113549.1.1.11" -> RSA_PKCS1_SHA256;
          case "1.2.840.113549.1.1.12" -> RSA_PKCS1_SHA384;
          case "1.2.840.113549.1.1.13" -> RSA_PKCS1_SHA512;
          case "1.2.840.113549.1.1.10" -> pss(identifier.sequence());
          default -> throw new AttestException("SIGNATURE_ALGORITHM", oid, "ECDSA or RSA, SHA-2");
        };
    if (found.kind == Kind.PKCS1 && !identifier.atEnd()) {
      identifier.skip(Der.NULL);
    }
    identifier.end();
    return found;
  }

  private static SignatureAlgorithm pss(Der params) {
    int length = hashBytes(params.read(0xa0).sequence());
    Der mask = params.read(0xa1).sequence();
    boolean mgf1 = mask.oid().equals("1.2.840.113549.1.1.8");
    boolean same = mgf1 && hashBytes(mask.sequence()) == length;
    boolean salt = params.read(0xa2).smallInteger() == length;
    boolean trailer = params.atEnd() || params.read(0xa3).smallInteger() == 1;
    params.end();
    if (!same || !salt || !trailer) {
      throw new AttestException("PSS_PARAMETERS", "others", "MGF1 and salt of the same hash");
    }
    return Arrays.asList(RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512).get(length / 16 - 2);
  }

  private static int hashBytes(Der identifier) {
    String oid = identifier.oid();
    return switch (oid) {
      case "2.16.840.1.101.3.4.2.1" -> 32;
      case "2.16.840.1.101.3.4.2.2" -> 48;
      case "2.16.840.1.101.3.4.2.3" -> 64;
      default -> throw new AttestException("HASH_ALGORITHM", oid, "SHA-256, SHA-384 or SHA-512");
    };
  }
}
