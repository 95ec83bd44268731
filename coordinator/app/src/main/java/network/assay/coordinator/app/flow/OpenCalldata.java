package network.assay.coordinator.app.flow;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Signature;

/**
 * What a transaction that opened an order says: the market's {@code open}, {@code openAccepted} and
 * {@code fund} begin with the Order, the payment and (but for fund) the Offer. Believed only as far
 * as its hashes are those of the events.
 *
 * @param offer with the given hash, where the calldata holds it
 * @param offerSignature where the calldata holds it: {@code open} does
 */
public record OpenCalldata(
    Order order,
    BigInteger validAfter,
    BigInteger validBefore,
    Signature payment,
    Optional<Offer> offer,
    Optional<Signature> offerSignature) {
  private static final int WORD = 32;
  private static final int SELECTOR = 4;
  private static final int SIGNATURE_BYTES = 65;

  /**
   * Reads a transaction's input.
   *
   * @return empty where it does not begin with the order of this hash
   */
  public static Optional<OpenCalldata> parse(
      byte[] input, Bytes32 orderHash, Optional<Bytes32> offerHash, Eip712Domain market) {
    int order = Order.TYPE.fields().size();
    int offer = Offer.TYPE.fields().size();
    try {
      Order found = Order.fromWords(words(input, 0, order));
      if (!found.digest(market).equals(orderHash)) {
        return Optional.empty();
      }
      int payment = offset(input, order);
      Optional<Offer> joined = offer(input, order + 1, offer, offerHash, market);
      return Optional.of(
          new OpenCalldata(
              found,
              new BigInteger(1, words(input, payment / WORD, 1)),
              new BigInteger(1, words(input, payment / WORD + 1, 1)),
              signature(input, payment + offset(input, payment / WORD + 2)),
              joined,
              joined.flatMap(o -> offerSignature(input, order + 1 + offer, o, market))));
    } catch (ProtocolException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty(); // some other contract's call, or made to be misread
    }
  }

  private static byte[] words(byte[] input, int from, int count) {
    int begin = SELECTOR + from * WORD;
    int end = begin + count * WORD;
    if (begin < SELECTOR || end > input.length) {
      throw new IndexOutOfBoundsException("the calldata ends early");
    }
    return Arrays.copyOfRange(input, begin, end);
  }

  /** A byte offset, relative to the arguments' begin or to a tuple's. */
  private static int offset(byte[] input, int word) {
    BigInteger value = new BigInteger(1, words(input, word, 1));
    if (value.bitLength() > 24 || value.intValue() % WORD != 0) {
      throw new IndexOutOfBoundsException("no offset");
    }
    return value.intValue();
  }

  private static Signature signature(byte[] input, int at) {
    BigInteger length = new BigInteger(1, words(input, at / WORD, 1));
    if (!length.equals(BigInteger.valueOf(SIGNATURE_BYTES))) {
      throw new IndexOutOfBoundsException("no signature of 65 bytes");
    }
    return Signature.of(Arrays.copyOf(words(input, at / WORD + 1, 3), SIGNATURE_BYTES));
  }

  private static Optional<Offer> offer(
      byte[] input, int from, int count, Optional<Bytes32> hash, Eip712Domain market) {
    if (hash.isEmpty() || SELECTOR + (from + count) * WORD > input.length) {
      return Optional.empty();
    }
    Offer found = Offer.fromWords(words(input, from, count));
    return found.digest(market).equals(hash.get()) ? Optional.of(found) : Optional.empty();
  }

  /** openAccepted has an inputRoot here, and no signature of the offer. */
  private static Optional<Signature> offerSignature(
      byte[] input, int word, Offer offer, Eip712Domain market) {
    try {
      Signature found = signature(input, offset(input, word));
      boolean signed =
          network.assay.contracts.protocol.Secp256k1.recover(offer.digest(market), found)
              .equals(Optional.of(offer.device()));
      return signed ? Optional.of(found) : Optional.empty();
    } catch (ProtocolException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
