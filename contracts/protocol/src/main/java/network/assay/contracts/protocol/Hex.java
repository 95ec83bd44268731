package network.assay.contracts.protocol;

import java.util.HexFormat;

/** Lower-case {@code 0x} hex, as Ethereum's JSON-RPC writes bytes. */
public final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  public static String encode(byte[] bytes) {
    return "0x" + FORMAT.formatHex(bytes);
  }

  /**
   * Reads lower-case {@code 0x…} (so that no two texts mean the same bytes) of at most {@code
   * bytesMax} bytes.
   *
   * @throws ProtocolException named MALFORMED_HEX
   */
  public static byte[] decode(String text, int bytesMax) {
    if (!text.startsWith("0x") || text.length() % 2 != 0) {
      throw new ProtocolException("MALFORMED_HEX", "0x and an even number of digits", clip(text));
    }
    if ((text.length() - 2) / 2 > bytesMax) {
      throw new ProtocolException(
          "MALFORMED_HEX", "at most " + bytesMax + " bytes", (text.length() - 2) / 2);
    }
    if (text.chars().anyMatch(c -> c >= 'A' && c <= 'F')) {
      throw new ProtocolException("MALFORMED_HEX", "lower-case digits", clip(text));
    }
    try {
      return FORMAT.parseHex(text, 2, text.length());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("MALFORMED_HEX", "hex digits", clip(text));
    }
  }

  private static String clip(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
