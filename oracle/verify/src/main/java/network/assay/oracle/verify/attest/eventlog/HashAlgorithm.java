package network.assay.oracle.verify.attest.eventlog;

import java.util.Optional;
import network.assay.oracle.verify.attest.Hashes;
import org.bouncycastle.crypto.digests.SM3Digest;

/** Digests that logs and quotes name by their TPM_ALG_ID. */
public enum HashAlgorithm {
  SHA1(0x0004, 20, "SHA-1"),
  SHA256(0x000b, 32, "SHA-256"),
  SHA384(0x000c, 48, "SHA-384"),
  SHA512(0x000d, 64, "SHA-512"),
  SM3(0x0012, 32, "SM3");

  private final int id;
  private final int bytes;
  private final String title;

  HashAlgorithm(int id, int bytes, String title) {
    this.id = id;
    this.bytes = bytes;
    this.title = title;
  }

  /** TPM_ALG_ID. */
  public int id() {
    return id;
  }

  /** Length of a digest. */
  public int bytes() {
    return bytes;
  }

  /** As people write it. */
  public String title() {
    return title;
  }

  /** By TPM_ALG_ID. */
  public static Optional<HashAlgorithm> of(int id) {
    for (HashAlgorithm algorithm : values()) {
      if (algorithm.id == id) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** The digest of the parts, one after the other. */
  public byte[] digest(byte[]... parts) {
    if (this == SM3) {
      return sm3(parts);
    }
    var digest = Hashes.messageDigest(title);
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  private static byte[] sm3(byte[]... parts) {
    SM3Digest digest = new SM3Digest();
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] result = new byte[digest.getDigestSize()];
    digest.doFinal(result, 0);
    return result;
  }
}
