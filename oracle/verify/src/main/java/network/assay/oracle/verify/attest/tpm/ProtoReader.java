package network.assay.oracle.verify.attest.tpm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.wire.ByteReader;

/** One protobuf message (wire format, proto3) out of hostile bytes: fields by number, in order. */
final class ProtoReader {
  private static final int FIELDS_MAX = 512;

  /**
   * One field.
   *
   * @param varint its value, for wire type 0
   * @param bytes its contents, for wire type 2; empty otherwise
   */
  record Field(int number, int wireType, long varint, byte[] bytes) {}

  private final List<Field> fields;

  private ProtoReader(List<Field> fields) {
    this.fields = fields;
  }

  /**
   * Reads all fields of a message.
   *
   * @throws AttestException if one does not fit, has number 0 or a wire type that is not used
   */
  static ProtoReader read(byte[] raw) {
    ByteReader in = new ByteReader(raw, "protobuf message");
    List<Field> found = new ArrayList<>();
    while (in.remaining() > 0) {
      if (found.size() >= FIELDS_MAX) {
        throw new AttestException("PROTOBUF", "more than " + FIELDS_MAX + " fields", "fewer");
      }
      found.add(field(in));
    }
    return new ProtoReader(found);
  }

  private static Field field(ByteReader in) {
    long tag = varint(in);
    long number = tag >>> 3;
    if (number < 1 || number > 1000) {
      throw new AttestException("PROTOBUF", "field " + number, "1 to 1000");
    }
    int type = (int) tag & 7;
    return switch (type) {
      case 0 -> new Field((int) number, type, varint(in), new byte[0]);
      case 2 -> new Field((int) number, type, 0, in.bytes(varint(in)));
      default -> throw new AttestException("PROTOBUF", "wire type " + type, "0 or 2");
    };
  }

  private static long varint(ByteReader in) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int next = in.u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new AttestException("PROTOBUF", "a number of more than 63 bits", "fewer");
  }

  /** Contents of every field of that number and wire type 2. */
  List<byte[]> all(int number) {
    return fields.stream()
        .filter(field -> field.number() == number && field.wireType() == 2)
        .map(Field::bytes)
        .toList();
  }

  /** Contents of the only field of that number. */
  Optional<byte[]> one(int number) {
    List<byte[]> found = all(number);
    if (found.size() > 1) {
      throw new AttestException("PROTOBUF", "field " + number + " again", "once");
    }
    return found.stream().findFirst();
  }

  /** A number; 0 where the field is absent, as proto3 has it. */
  long number(int number) {
    List<Field> found = fields.stream().filter(field -> field.number() == number).toList();
    if (found.size() > 1 || (found.size() == 1 && found.getFirst().wireType() != 0)) {
      throw new AttestException("PROTOBUF", "field " + number, "one number");
    }
    return found.isEmpty() ? 0 : found.getFirst().varint();
  }

  /** How many fields there are. */
  int size() {
    return fields.size();
  }
}
