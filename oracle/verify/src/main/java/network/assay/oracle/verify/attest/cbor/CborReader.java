package network.assay.oracle.verify.attest.cbor;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.wire.ByteReader;

/**
 * Reads CBOR that nobody vouches for: at most {@value #DEPTH_MAX} levels and {@value #ITEMS_MAX}
 * items, no key twice, nothing allocated by a length alone. Strings have definite lengths; arrays
 * and maps may be of either kind, since the Nitro module sends maps of indefinite length.
 */
public final class CborReader {
  /** A Nitro document has three. */
  static final int DEPTH_MAX = 8;

  /** A Nitro document has some 120: 32 PCRs, ten certificates, nine fields with their keys. */
  static final int ITEMS_MAX = 512;

  private final ByteReader in;
  private final boolean shortest;
  private int items;

  private CborReader(ByteReader in, boolean shortest) {
    this.in = in;
    this.shortest = shortest;
  }

  /**
   * Reads one item that fills the bytes.
   *
   * @param shortest refuse numbers and lengths that are written longer than they must be: for bytes
   *     that no signature covers, so that no two spellings of one document exist
   */
  public static CborValue read(byte[] bytes, boolean shortest, String what) {
    ByteReader in = new ByteReader(bytes, what);
    CborValue value = new CborReader(in, shortest).value(0);
    in.end();
    return value;
  }

  private CborValue value(int depth) {
    if (depth > DEPTH_MAX || ++items > ITEMS_MAX) {
      throw new AttestException(
          "CBOR_BOUNDS", "more than " + DEPTH_MAX + " levels or " + ITEMS_MAX + " items", "fewer");
    }
    int first = in.u8();
    int major = first >> 5;
    int minor = first & 0x1f;
    return switch (major) {
      case 0 -> new CborValue.Int(argument(minor));
      case 1 -> new CborValue.Int(-1 - argument(minor));
      case 2 -> new CborValue.Bytes(in.bytes(argument(minor)));
      case 3 -> new CborValue.Text(utf8(in.bytes(argument(minor))));
      case 4 -> array(minor, depth);
      case 5 -> map(minor, depth);
      case 7 -> simple(minor);
      default -> throw unsupported("tag " + argument(minor));
    };
  }

  private CborValue simple(int minor) {
    if (minor < 20 || minor > 23) {
      throw unsupported("simple value or float " + minor);
    }
    return new CborValue.Simple(minor);
  }

  private CborValue array(int minor, int depth) {
    List<CborValue> found = new ArrayList<>();
    long count = minor == 31 ? -1 : argument(minor);
    while (count < 0 ? !broken() : found.size() < count) {
      found.add(value(depth + 1));
    }
    return new CborValue.Array(List.copyOf(found));
  }

  private CborValue map(int minor, int depth) {
    Map<Object, CborValue> found = new LinkedHashMap<>();
    long count = minor == 31 ? -1 : argument(minor);
    while (count < 0 ? !broken() : found.size() < count) {
      Object key = key(value(depth + 1));
      if (found.putIfAbsent(key, value(depth + 1)) != null) {
        throw new AttestException("CBOR_DUPLICATE_KEY", "key " + key + " twice", "each key once");
      }
    }
    return new CborValue.Dictionary(java.util.Collections.unmodifiableMap(found));
  }

  private static Object key(CborValue value) {
    return switch (value) {
      case CborValue.Text(String text) -> text;
      case CborValue.Int(long number) -> number;
      default -> throw unsupported("a map key that is neither text nor integer");
    };
  }

  /** Whether the next byte ends an item of indefinite length; takes it if so. */
  private boolean broken() {
    if (in.remaining() > 0 && in.peek() == 0xff) {
      in.skip(1);
      return true;
    }
    return false;
  }

  private long argument(int minor) {
    if (minor < 24) {
      return minor;
    }
    long value =
        switch (minor) {
          case 24 -> in.u8();
          case 25 -> in.u16be();
          case 26 -> in.u32be();
          case 27 -> in.u64be();
          default -> throw unsupported("length form " + minor);
        };
    if (value < 0) {
      throw unsupported("a number of 2^63 or more");
    }
    if (shortest && value < smallest(minor)) {
      throw new AttestException(
          "CBOR_NOT_SHORTEST", value + " in length form " + minor, "the shortest form");
    }
    return value;
  }

  private static long smallest(int minor) {
    return switch (minor) {
      case 24 -> 24;
      case 25 -> 0x100;
      case 26 -> 0x10000;
      default -> 0x100000000L;
    };
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new AttestException("CBOR_TEXT", "bytes that are no UTF-8", "UTF-8");
    }
  }

  private static AttestException unsupported(String got) {
    return new AttestException("CBOR_UNSUPPORTED", got, "CBOR as attestation documents use it");
  }
}
