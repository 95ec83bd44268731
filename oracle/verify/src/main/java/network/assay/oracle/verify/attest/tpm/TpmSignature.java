package network.assay.oracle.verify.attest.tpm;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;
import network.assay.oracle.verify.attest.wire.ByteReader;
import network.assay.oracle.verify.attest.x509.Der;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.SignatureAlgorithm;
import network.assay.oracle.verify.attest.x509.VerifyKey;

/**
 * A TPMT_SIGNATURE, or bare bytes: those of Azure's tools are RSASSA with SHA-256, those of others
 * are RSA of either padding, or ECDSA in DER.
 *
 * @param scheme how the hash was signed
 * @param hash of the quote, and of its registers
 * @param value RSA signature, or r ‖ s of equal length
 */
record TpmSignature(Scheme scheme, HashAlgorithm hash, byte[] value) {
  private static final int RSA_BYTES_MAX = 1024;
  private static final int COMPONENT_MAX = 66;
  private static final int ECDSA_DER_MAX = 2 * COMPONENT_MAX + 16;

  /** TPM_ALG_ID of the schemes that AKs use. */
  enum Scheme {
    RSASSA(0x14),
    RSAPSS(0x16),
    ECDSA(0x18),
    /** Bare bytes of a key whose padding is not said: a good signature of either is its word. */
    RSA(-1);

    private final int id;

    Scheme(int id) {
      this.id = id;
    }

    static Optional<Scheme> of(int id) {
      return Arrays.stream(values()).filter(scheme -> scheme.id == id).findFirst();
    }
  }

  /** Bare bytes of an RSA key's length, as Azure's tools hand them out. */
  static TpmSignature bareRsa(byte[] raw) {
    if (raw.length < 256 || raw.length > RSA_BYTES_MAX) {
      throw new AttestException("TPM_SIGNATURE", raw.length + " bytes", "256 to 1024 bytes");
    }
    return new TpmSignature(Scheme.RSASSA, HashAlgorithm.SHA256, raw);
  }

  /**
   * Bare bytes beside a quote, as tools write them who were asked for a "plain" signature. The hash
   * is that of the quote's register digest: both are the signing scheme's.
   *
   * @throws AttestException if they are neither RSA's nor ECDSA's
   */
  static TpmSignature plain(byte[] raw, TpmQuote quote) {
    HashAlgorithm hash =
        switch (quote.pcrDigest().length) {
          case 32 -> HashAlgorithm.SHA256;
          case 48 -> HashAlgorithm.SHA384;
          case 64 -> HashAlgorithm.SHA512;
          default ->
              throw new AttestException(
                  "TPM_SIGNATURE", quote.pcrDigest().length + " bytes of digest", "32, 48 or 64");
        };
    if (raw.length > 8 && raw.length <= ECDSA_DER_MAX && raw[0] == Der.SEQUENCE) {
      Der outer = Der.of(raw);
      Der numbers = outer.sequence();
      outer.end();
      byte[] r = unsigned(numbers.integer(COMPONENT_MAX + 1));
      byte[] s = unsigned(numbers.integer(COMPONENT_MAX + 1));
      numbers.end();
      return new TpmSignature(Scheme.ECDSA, hash, pair(r, s));
    }
    return new TpmSignature(Scheme.RSA, hash, bareRsa(raw).value());
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] raw = number.toByteArray();
    return raw.length > 1 && raw[0] == 0 ? Arrays.copyOfRange(raw, 1, raw.length) : raw;
  }

  /**
   * Reads the TPM's structure.
   *
   * @throws AttestException if it is none, or of another scheme or hash
   */
  static TpmSignature read(byte[] raw) {
    ByteReader in = new ByteReader(raw, "TPMT_SIGNATURE");
    int id = in.u16be();
    Scheme scheme =
        Scheme.of(id)
            .orElseThrow(() ->
                new AttestException("TPM_SIGNATURE", "scheme " + id, "RSASSA, RSAPSS, ECDSA"));
    int hashId = in.u16be();
    HashAlgorithm hash =
        HashAlgorithm.of(hashId)
            .filter(TpmSignature::strong)
            .orElseThrow(
                () -> new AttestException("TPM_SIGNATURE", "hash " + hashId, "SHA-256 to SHA-512"));
    byte[] value =
        scheme == Scheme.ECDSA
            ? pair(part(in, COMPONENT_MAX), part(in, COMPONENT_MAX))
            : part(in, RSA_BYTES_MAX);
    in.end();
    return new TpmSignature(scheme, hash, value);
  }

  private static boolean strong(HashAlgorithm hash) {
    return hash == HashAlgorithm.SHA256
        || hash == HashAlgorithm.SHA384
        || hash == HashAlgorithm.SHA512;
  }

  private static byte[] part(ByteReader in, int max) {
    int length = in.u16be();
    if (length == 0 || length > max) {
      throw new AttestException("TPM_SIGNATURE", "part of " + length, "1 to " + max + " bytes");
    }
    return in.bytes(length);
  }

  private static byte[] pair(byte[] r, byte[] s) {
    int width = Math.max(r.length, s.length);
    byte[] both = new byte[2 * width];
    System.arraycopy(r, 0, both, width - r.length, r.length);
    System.arraycopy(s, 0, both, 2 * width - s.length, s.length);
    return both;
  }

  /** Whether the key made it over these bytes. */
  boolean by(VerifyKey key, byte[] signed) {
    if (scheme == Scheme.ECDSA) {
      return key instanceof EcKey ec && ecdsa(ec, signed);
    }
    return switch (scheme) {
      case RSASSA -> key.verifies(algorithm(false), signed, value);
      case RSAPSS -> pss(key, signed);
      default -> key.verifies(algorithm(false), signed, value) || pss(key, signed);
    };
  }

  private boolean pss(VerifyKey key, byte[] signed) {
    return key.verifies(algorithm(true), signed, value)
        || (key instanceof VerifyKey.Rsa rsa
            && rsa.verifiesLongestSalt(algorithm(true), signed, value));
  }

  private boolean ecdsa(EcKey key, byte[] signed) {
    int half = value.length / 2;
    return key.verifiesHash(
        hash.digest(signed),
        new BigInteger(1, Arrays.copyOf(value, half)),
        new BigInteger(1, Arrays.copyOfRange(value, half, value.length)));
  }

  private SignatureAlgorithm algorithm(boolean pss) {
    return switch (hash) {
      case SHA256 -> pss ? SignatureAlgorithm.RSA_PSS_SHA256 : SignatureAlgorithm.RSA_PKCS1_SHA256;
      case SHA384 -> pss ? SignatureAlgorithm.RSA_PSS_SHA384 : SignatureAlgorithm.RSA_PKCS1_SHA384;
      default -> pss ? SignatureAlgorithm.RSA_PSS_SHA512 : SignatureAlgorithm.RSA_PKCS1_SHA512;
    };
  }
}
