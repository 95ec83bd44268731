package network.assay.oracle.verify.attest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes and hex, as every family needs them. */
public final class Hashes {

  private Hashes() {}

  /** SHA-256 of the parts, one after the other. */
  public static byte[] sha256(byte[]... parts) {
    return digest("SHA-256", parts);
  }

  /** SHA-384 of the parts, one after the other. */
  public static byte[] sha384(byte[]... parts) {
    return digest("SHA-384", parts);
  }

  /** SHA-256, lower-case hex. */
  public static String sha256Hex(byte[]... parts) {
    return hex(sha256(parts));
  }

  /** Lower-case hex. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** A digest of that name; the JDK's own, which uses the processor's instructions. */
  public static MessageDigest messageDigest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }

  private static byte[] digest(String name, byte[]... parts) {
    MessageDigest digest = messageDigest(name);
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }
}
