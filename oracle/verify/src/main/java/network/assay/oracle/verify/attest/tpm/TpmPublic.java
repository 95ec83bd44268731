package network.assay.oracle.verify.attest.tpm;

import java.math.BigInteger;
import java.util.Arrays;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;
import network.assay.oracle.verify.attest.wire.ByteReader;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.VerifyKey;

/**
 * A TPMT_PUBLIC: a key as the TPM describes it.
 *
 * @param raw the bytes; their hash with the name algorithm before it is the key's name
 * @param nameAlgorithm the hash of its name
 * @param attributes TPMA_OBJECT bits
 * @param key what checks signatures
 */
record TpmPublic(byte[] raw, HashAlgorithm nameAlgorithm, long attributes, VerifyKey key) {
  private static final int RSA = 0x0001;
  private static final int ECC = 0x0023;
  private static final int NULL = 0x0010;
  private static final long FIXED_TPM = 1 << 1;
  private static final long RESTRICTED = 1 << 16;
  private static final long DECRYPT = 1 << 17;
  private static final long SIGN = 1 << 18;

  /**
   * Reads a public area.
   *
   * @throws AttestException if it is none, or of another kind than RSA or a NIST curve
   */
  static TpmPublic read(byte[] raw) {
    ByteReader in = new ByteReader(raw, "TPMT_PUBLIC");
    int type = in.u16be();
    int nameId = in.u16be();
    HashAlgorithm name =
        HashAlgorithm.of(nameId)
            .orElseThrow(() -> new AttestException("TPM_PUBLIC", "name " + nameId, "a known hash"));
    long attributes = in.u32be();
    in.skip(in.u16be());
    VerifyKey key =
        switch (type) {
          case RSA -> rsa(in);
          case ECC -> ecc(in);
          default -> throw new AttestException("TPM_PUBLIC", "type " + type, "RSA or ECC");
        };
    in.end();
    return new TpmPublic(raw, name, attributes, key);
  }

  private static VerifyKey rsa(ByteReader in) {
    symmetric(in);
    scheme(in);
    int bits = in.u16be();
    long exponent = in.u32be();
    byte[] modulus = in.bytes(in.u16be());
    if (modulus.length * 8 != bits) {
      throw new AttestException("TPM_PUBLIC", modulus.length + " bytes", bits + " bits");
    }
    return VerifyKey.Rsa.of(
        new BigInteger(1, modulus), BigInteger.valueOf(exponent == 0 ? 65537 : exponent));
  }

  private static VerifyKey ecc(ByteReader in) {
    symmetric(in);
    scheme(in);
    int id = in.u16be();
    EcKey.Curve curve =
        switch (id) {
          case 3 -> EcKey.Curve.P256;
          case 4 -> EcKey.Curve.P384;
          case 5 -> EcKey.Curve.P521;
          default -> throw new AttestException("TPM_PUBLIC", "curve " + id, "P-256 to P-521");
        };
    scheme(in);
    byte[] x = coordinate(in, curve);
    byte[] y = coordinate(in, curve);
    byte[] both = Arrays.copyOf(x, x.length + y.length);
    System.arraycopy(y, 0, both, x.length, y.length);
    return EcKey.ofRaw(curve, both);
  }

  private static byte[] coordinate(ByteReader in, EcKey.Curve curve) {
    int length = in.u16be();
    if (length > curve.bytes()) {
      throw new AttestException("TPM_PUBLIC", "coordinate of " + length, "≤ " + curve.bytes());
    }
    byte[] padded = new byte[curve.bytes()];
    byte[] given = in.bytes(length);
    System.arraycopy(given, 0, padded, padded.length - length, length);
    return padded;
  }

  private static void symmetric(ByteReader in) {
    if (in.u16be() != NULL) {
      in.skip(4);
    }
  }

  private static void scheme(ByteReader in) {
    if (in.u16be() != NULL) {
      in.skip(2);
    }
  }

  /** Whether the TPM signs nothing with it but what it made itself, and never lets it out. */
  boolean restrictedSigner() {
    long all = FIXED_TPM | RESTRICTED | SIGN;
    return (attributes & all) == all && (attributes & DECRYPT) == 0;
  }
}
