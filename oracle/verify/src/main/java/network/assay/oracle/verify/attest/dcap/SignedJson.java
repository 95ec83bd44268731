package network.assay.oracle.verify.attest.dcap;

import java.util.Arrays;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.EcKey;
import network.assay.oracle.verify.attest.x509.VerifyKey;

/**
 * Collateral as PCS delivers it: one object with a body and a signature over the body's bytes
 * exactly as they stand there. Nothing is written anew before the signature is checked.
 *
 * @param from where the body begins in {@code json}
 * @param to where it ends
 * @param signature r ‖ s, P-256, over SHA-256 of the body's bytes
 */
record SignedJson(byte[] json, int from, int to, byte[] signature) {

  /** TCB info of the largest platforms is some 40 kB. */
  static final int BYTES_MAX = 512 << 10;

  private static final byte[] SIGNATURE =
      "signature".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  /**
   * Finds body and signature.
   *
   * @param bodyName "tcbInfo" or "enclaveIdentity"
   */
  static SignedJson parse(byte[] json, String bodyName) {
    if (json.length > BYTES_MAX) {
      throw new AttestException("COLLATERAL_SIZE", json.length + "", "at most " + BYTES_MAX);
    }
    byte[][] names = {bodyName.getBytes(java.nio.charset.StandardCharsets.US_ASCII), SIGNATURE};
    JsonReader in = new JsonReader(json);
    int[] range = new int[2];
    byte[][] signature = new byte[1][];
    int seen =
        in.object(
            names,
            name -> {
              if (name == 0) {
                range[0] = in.position();
                in.skip();
                range[1] = in.behind();
              } else {
                signature[0] = in.hex(64);
              }
            });
    in.end();
    if (seen != 3) {
      throw new AttestException("COLLATERAL", "another object", bodyName + " and signature");
    }
    return new SignedJson(json, range[0], range[1], signature[0]);
  }

  /** Whether this certificate's key signed the body. */
  boolean signedBy(Cert signer) {
    return signedBy(signer.key());
  }

  /** Whether this key signed the body. */
  boolean signedBy(VerifyKey signer) {
    byte[] hash = hash();
    return signer instanceof EcKey key
        && key.curve() == EcKey.Curve.P256
        && key.verifiesRaw(hash, signature);
  }

  /** A reader over the body. */
  JsonReader body() {
    return new JsonReader(json, from, to);
  }

  private byte[] hash() {
    var digest = Hashes.messageDigest("SHA-256");
    digest.update(json, from, to - from);
    return digest.digest();
  }

  /** The body's bytes. */
  byte[] bodyBytes() {
    return Arrays.copyOfRange(json, from, to);
  }
}
