package network.assay.contracts.protocol;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.KeccakDigest;

/** keccak256 as Ethereum uses it (the pre-standard padding; not SHA3-256). */
public final class Keccak {
  private Keccak() {}

  /** Hash of the concatenation of {@code parts}. */
  public static Bytes32 hash(byte[]... parts) {
    KeccakDigest digest = new KeccakDigest(256);
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] out = new byte[Bytes32.SIZE];
    digest.doFinal(out, 0);
    return Bytes32.of(out);
  }

  public static Bytes32 hashUtf8(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }
}
