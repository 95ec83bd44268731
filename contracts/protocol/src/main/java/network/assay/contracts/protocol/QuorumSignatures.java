package network.assay.contracts.protocol;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A quorum's signatures as they go on chain.
 *
 * @param bitmask bit i set: key i signed
 * @param signatures 64 bytes {@code r‖s} (v = 27) a signer, ascending by index
 */
public record QuorumSignatures(long bitmask, byte[] signatures) {
  private static final int EACH = 64;

  /** Packs exactly {@code quorum} signatures, those of the lowest indices. */
  public static QuorumSignatures pack(Committee committee, Map<Integer, Signature> byIndex) {
    SortedMap<Integer, Signature> sorted = new TreeMap<>(byIndex);
    if (sorted.size() < committee.quorum()) {
      throw new ProtocolException("NO_QUORUM", committee.quorum() + " signatures", sorted.size());
    }
    long mask = 0;
    Bytes out = Bytes.start();
    for (Map.Entry<Integer, Signature> entry : sorted.entrySet()) {
      if (Long.bitCount(mask) == committee.quorum()) {
        break;
      }
      mask |= 1L << entry.getKey();
      out.raw(entry.getValue().toNormalised64());
    }
    return new QuorumSignatures(mask, out.toArray());
  }

  /** Throws, naming what is wrong, unless exactly a quorum of the committee signed the digest. */
  public void verify(Committee committee, Bytes32 digest) {
    if (bitmask < 0
        || bitmask >>> committee.n() != 0
        || Long.bitCount(bitmask) != committee.quorum()) {
      throw new ProtocolException(
          "WRONG_BITMASK",
          committee.quorum() + " bits below " + committee.n(),
          Long.toBinaryString(bitmask));
    }
    if (signatures.length != EACH * committee.quorum()) {
      throw new ProtocolException(
          "WRONG_LENGTH", EACH * committee.quorum() + " bytes", signatures.length);
    }
    int at = 0;
    for (int i = 0; i < committee.n(); i++) {
      if ((bitmask >>> i & 1) == 0) {
        continue;
      }
      BigInteger r = new BigInteger(1, Arrays.copyOfRange(signatures, at, at + 32));
      BigInteger s = new BigInteger(1, Arrays.copyOfRange(signatures, at + 32, at + EACH));
      Optional<Address> signer = Secp256k1.recoverRaw(digest, r, s, 27);
      if (!signer.equals(Optional.of(committee.keys().get(i)))) {
        throw new ProtocolException(
            "WRONG_SIGNER", "signature of key " + i + ", " + committee.keys().get(i), signer);
      }
      at += EACH;
    }
  }
}
