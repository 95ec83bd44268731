package network.assay.contracts.protocol;

import com.google.errorprone.annotations.Immutable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A flat EIP-712 struct type. Java types by Solidity type: uint8, uint16 → Integer; uint32, uint40,
 * uint64 → Long (uint64 uses all bits, read as unsigned); wider uint → BigInteger; address → {@link
 * Address}; bytes32 → {@link Bytes32}.
 *
 * <p>Source: EIP-712, "Definition of encodeType" and "encodeData".
 */
@Immutable
@SuppressWarnings("Immutable") // the list is unmodifiable and holds records
public final class StructType {
  /** One member: its Solidity type and name. */
  public record Field(String type, String name) {
    int bits() {
      return Integer.parseInt(type.substring("uint".length()));
    }
  }

  private final String signature;
  private final String name;
  private final List<Field> fields;
  private final Bytes32 typeHash;

  private StructType(String signature, String name, List<Field> fields) {
    this.signature = signature;
    this.name = name;
    this.fields = fields;
    this.typeHash = Keccak.hashUtf8(signature);
  }

  /** Parses {@code Name(type name,…)}. */
  public static StructType of(String signature) {
    int open = signature.indexOf('(');
    List<Field> fields = new ArrayList<>();
    for (String member : signature.substring(open + 1, signature.length() - 1).split(",", -1)) {
      int space = member.indexOf(' ');
      fields.add(new Field(member.substring(0, space), member.substring(space + 1)));
    }
    return new StructType(signature, signature.substring(0, open), List.copyOf(fields));
  }

  public String name() {
    return name;
  }

  public String signature() {
    return signature;
  }

  public List<Field> fields() {
    return fields;
  }

  public Bytes32 typeHash() {
    return typeHash;
  }

  public int wordsLength() {
    return 32 * fields.size();
  }

  /** The struct's words; refuses a value that does not fit its Solidity type. */
  public byte[] encode(Object... values) {
    if (values.length != fields.size()) {
      throw new ProtocolException("WRONG_FIELD_COUNT", fields.size(), values.length);
    }
    Bytes out = Bytes.start();
    for (int i = 0; i < values.length; i++) {
      encodeField(out, fields.get(i), values[i]);
    }
    return out.toArray();
  }

  private void encodeField(Bytes out, Field field, Object value) {
    switch (value) {
      case Address address -> out.raw(new byte[12]).raw(address);
      case Bytes32 bytes -> out.raw(bytes);
      default -> {
        BigInteger number = unsigned(field, value);
        if (number.signum() < 0 || number.bitLength() > field.bits()) {
          throw new ProtocolException(
              "OUT_OF_RANGE", name + "." + field.name() + " as " + field.type(), number);
        }
        out.u256(number);
      }
    }
  }

  private static BigInteger unsigned(Field field, Object value) {
    return switch (value) {
      case BigInteger big -> big;
      case Integer small -> BigInteger.valueOf(small);
      case Long number when field.bits() == 64 -> new BigInteger(Long.toUnsignedString(number));
      case Long number -> BigInteger.valueOf(number);
      default ->
          throw new ProtocolException("WRONG_TYPE", field.type(), value.getClass().getSimpleName());
    };
  }

  /** The values of the words; refuses a wrong length and dirty upper bits. */
  public Object[] decode(byte[] words) {
    if (words.length != wordsLength()) {
      throw new ProtocolException(
          "WRONG_LENGTH", wordsLength() + " bytes of " + name, words.length);
    }
    ByteReader in = new ByteReader(words);
    Object[] values = new Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = decodeField(fields.get(i), in.raw(32));
    }
    return values;
  }

  private Object decodeField(Field field, byte[] word) {
    if (field.type().equals("bytes32")) {
      return Bytes32.of(word);
    }
    BigInteger number = new BigInteger(1, word);
    int bits = field.type().equals("address") ? 160 : field.bits();
    if (number.bitLength() > bits) {
      throw new ProtocolException(
          "OUT_OF_RANGE", name + "." + field.name() + " as " + field.type(), number);
    }
    if (field.type().equals("address")) {
      return Address.of(word, 12);
    }
    if (bits <= 16) {
      return number.intValueExact();
    }
    return bits <= 64 ? (Object) number.longValue() : number;
  }

  /**
   * Field names to text: numbers decimal (uint64 unsigned), bytes and addresses as hex; in field
   * order.
   */
  public Map<String, String> toText(Object... values) {
    Map<String, String> out = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      boolean bytes = value instanceof Address || value instanceof Bytes32;
      out.put(
          fields.get(i).name(),
          bytes ? value.toString() : unsigned(fields.get(i), value).toString());
    }
    return out;
  }

  /** The words of the text form; refuses missing, unknown and malformed members by name. */
  public byte[] wordsFromText(Map<String, String> text) {
    if (text.size() != fields.size()) {
      throw new ProtocolException(
          "WRONG_FIELD_COUNT", fields.size() + " members of " + name, text.size());
    }
    Bytes out = Bytes.start();
    for (Field field : fields) {
      String value = text.get(field.name());
      if (value == null) {
        throw new ProtocolException("MISSING_FIELD", name + "." + field.name(), "nothing");
      }
      switch (field.type()) {
        case "address" -> out.raw(new byte[12]).raw(Address.fromHex(value));
        case "bytes32" -> out.raw(Bytes32.fromHex(value));
        default -> out.u256(number(field, value));
      }
    }
    return out.toArray();
  }

  private BigInteger number(Field field, String value) {
    if (value.isEmpty()
        || value.length() > 78
        || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new ProtocolException(
          "MALFORMED_NUMBER", name + "." + field.name() + " in decimal digits", value);
    }
    BigInteger number = new BigInteger(value);
    if (number.bitLength() > field.bits() || !number.toString().equals(value)) {
      throw new ProtocolException(
          "OUT_OF_RANGE", name + "." + field.name() + " as " + field.type(), value);
    }
    return number;
  }
}
