package network.assay.contracts.client.rpc;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;

/** Canonical hexadecimal: lower case with 0x. Every parser bounds the text before it reads it. */
public final class RpcHex {
  private static final HexFormat LOWER = HexFormat.of();

  /** 2^256 − 1 has 64 digits; a longer quantity is no quantity. */
  private static final int QUANTITY_CHARS_MAX = 66;

  private RpcHex() {}

  /** Bytes as 0x-prefixed lower-case hexadecimal. */
  public static String of(byte[] bytes) {
    return "0x" + LOWER.formatHex(bytes);
  }

  /**
   * The bytes of a 0x-prefixed text.
   *
   * @throws IllegalArgumentException where the text is no even-length hexadecimal or longer than
   *     bytesMax bytes
   */
  public static byte[] bytes(String text, int bytesMax) {
    if (text.length() > 2L + 2L * bytesMax) {
      throw new IllegalArgumentException(
          "want at most "
              + bytesMax
              + " bytes of hexadecimal, got "
              + text.length()
              + " characters");
    }
    if (!text.startsWith("0x") || text.length() % 2 != 0) {
      throw new IllegalArgumentException(
          "want 0x and an even number of hexadecimal digits, got " + clip(text));
    }
    try {
      return LOWER.parseHex(text, 2, text.length());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("want hexadecimal digits, got " + clip(text), e);
    }
  }

  /** Checks that the text is 0x and exactly {@code size} bytes, and returns it in lower case. */
  public static String fixed(String text, int size) {
    if (text.length() != 2 + 2 * size || !text.startsWith("0x")) {
      throw new IllegalArgumentException("want 0x and " + size + " bytes, got " + clip(text));
    }
    boolean isLower = true;
    for (int i = 2; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        if (c < 'A' || c > 'F') {
          throw new IllegalArgumentException("want hexadecimal digits, got " + clip(text));
        }
        isLower = false;
      }
    }
    return isLower ? text : text.toLowerCase(Locale.ROOT);
  }

  /** A 32-byte hash in lower case. */
  public static String hash(String text) {
    return fixed(text, 32);
  }

  /** A 20-byte address in lower case; a mixed-case checksum is accepted and not checked. */
  public static String address(String text) {
    return fixed(text, 20);
  }

  /**
   * An unsigned JSON-RPC quantity (0x and no leading zeros asked for, leading zeros tolerated),
   * below 2^256.
   */
  public static BigInteger quantity(String text) {
    if (text.length() < 3 || text.length() > QUANTITY_CHARS_MAX || !text.startsWith("0x")) {
      throw new IllegalArgumentException("want a quantity such as 0x1f, got " + clip(text));
    }
    for (int i = 2; i < text.length(); i++) {
      if (!HexFormat.isHexDigit(text.charAt(i))) {
        throw new IllegalArgumentException("want a quantity such as 0x1f, got " + clip(text));
      }
    }
    return new BigInteger(text.substring(2), 16);
  }

  /** A quantity that fits a non-negative long. */
  public static long quantityLong(String text) {
    BigInteger value = quantity(text);
    if (value.bitLength() > 63) {
      throw new IllegalArgumentException("want a quantity below 2^63, got " + text);
    }
    return value.longValue();
  }

  public static String ofQuantity(BigInteger value) {
    if (value.signum() < 0) {
      throw new IllegalArgumentException("want a quantity of at least 0, got " + value);
    }
    return "0x" + value.toString(16);
  }

  public static String ofQuantity(long value) {
    return ofQuantity(BigInteger.valueOf(value));
  }

  private static String clip(String text) {
    return text.length() <= 80
        ? "'" + text + "'"
        : "'" + text.substring(0, 80) + "…' (" + text.length() + " characters)";
  }
}
