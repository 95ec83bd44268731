package network.assay.contracts.protocol;

import java.nio.charset.StandardCharsets;

/**
 * A consumer's word that nothing more is to be begun for his order: one line that any wallet signs
 * (EIP-191, {@code personal_sign}). It moves no money and cannot be taken back, so it needs no time
 * and no nonce; the order's hash binds chain and market.
 */
public final class StopRequest {
  private StopRequest() {}

  /** What the wallet shows. */
  public static String text(Bytes32 orderHash) {
    return "Assay: stop the order " + orderHash.hex();
  }

  /** What the order's consumer signs. */
  public static Bytes32 digest(Bytes32 orderHash) {
    byte[] text = text(orderHash).getBytes(StandardCharsets.UTF_8);
    byte[] prefix =
        ("\u0019Ethereum Signed Message:\n" + text.length).getBytes(StandardCharsets.UTF_8);
    return Keccak.hash(prefix, text);
  }
}
