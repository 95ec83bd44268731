package network.assay.contracts.protocol;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;

/**
 * Seals a result to the Order's one-time key: HPKE (RFC 9180) base mode, DHKEM(X25519,
 * HKDF-SHA256), HKDF-SHA256, AES-256-GCM; blob = {@code enc(32) ‖ ct}.
 */
public final class ResultSealing {
  private static final int ENC_BYTES = 32;

  /** How much longer a blob is than what it seals: the encapsulated key and the tag. */
  public static final int OVERHEAD_BYTES = ENC_BYTES + 16;

  private static final byte[] NO_AAD = new byte[0];

  private ResultSealing() {}

  private static HPKE hpke() {
    return new HPKE(
        HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
  }

  private static byte[] info(long jobId, Bytes32 specHash) {
    return Bytes.start().utf8("assay/result/v1").u64(jobId).raw(specHash).toArray();
  }

  /** The public key (Order.resultKey) of a 32-byte X25519 secret. */
  public static Bytes32 publicKey(Bytes32 secret) {
    return Bytes32.of(
        new X25519PrivateKeyParameters(secret.toArray(), 0).generatePublicKey().getEncoded());
  }

  /** A fresh one-time secret. */
  public static Bytes32 newSecret(SecureRandom random) {
    return Bytes32.of(new X25519PrivateKeyParameters(random).getEncoded());
  }

  public static byte[] seal(Bytes32 resultKey, long jobId, Bytes32 specHash, byte[] plaintext) {
    try {
      HPKEContextWithEncapsulation context =
          hpke()
              .setupBaseS(
                  new X25519PublicKeyParameters(resultKey.toArray(), 0), info(jobId, specHash));
      return Bytes.start()
          .raw(context.getEncapsulation())
          .raw(context.seal(NO_AAD, plaintext))
          .toArray();
    } catch (InvalidCipherTextException | RuntimeException e) {
      throw new ProtocolException(
          "SEALING_FAILED", "a usable X25519 result key", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Opens a blob; refuses by name what was not sealed to this key for this job and specification.
   */
  public static byte[] open(Bytes32 secret, long jobId, Bytes32 specHash, byte[] blob) {
    if (blob.length <= ENC_BYTES) {
      throw new ProtocolException("TRUNCATED", "more than 32 bytes", blob.length);
    }
    X25519PrivateKeyParameters key = new X25519PrivateKeyParameters(secret.toArray(), 0);
    try {
      return hpke()
          .setupBaseR(
              Arrays.copyOf(blob, ENC_BYTES),
              new AsymmetricCipherKeyPair(key.generatePublicKey(), key),
              info(jobId, specHash))
          .open(NO_AAD, Arrays.copyOfRange(blob, ENC_BYTES, blob.length));
    } catch (InvalidCipherTextException | RuntimeException e) {
      throw new ProtocolException(
          "UNSEALING_FAILED", "a blob sealed to this key and job", String.valueOf(e.getMessage()));
    }
  }
}
