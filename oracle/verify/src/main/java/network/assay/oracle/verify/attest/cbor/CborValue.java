package network.assay.oracle.verify.attest.cbor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;

/**
 * One item of CBOR. Floating point, tags within and big numbers are not read: nobody signs them
 * here.
 */
public sealed interface CborValue {

  /**
   * Major types 0 and 1.
   *
   * @param value exact; unsigned values from 2^63 on are refused by the reader
   */
  record Int(long value) implements CborValue {}

  /** Major type 2. */
  record Bytes(byte[] value) implements CborValue {}

  /** Major type 3, well-formed UTF-8. */
  record Text(String value) implements CborValue {}

  /** Major type 4. */
  record Array(List<CborValue> items) implements CborValue {}

  /** Major type 5, in its order; keys are texts or integers and none is there twice. */
  record Dictionary(Map<Object, CborValue> entries) implements CborValue {

    /** The value of a key (a {@link String} or a {@link Long}), if it is there. */
    public Optional<CborValue> get(Object key) {
      return Optional.ofNullable(entries.get(key));
    }
  }

  /** True, false, null and undefined: 21, 20, 22 and 23. */
  record Simple(int value) implements CborValue {
    /** Whether this is null or undefined. */
    public boolean isNull() {
      return value == 22 || value == 23;
    }
  }

  /** The bytes of a byte string. */
  default byte[] bytes(String what) {
    if (this instanceof Bytes(byte[] value)) {
      return value;
    }
    throw wrong(what, "a byte string");
  }

  /** The characters of a text string. */
  default String text(String what) {
    if (this instanceof Text(String value)) {
      return value;
    }
    throw wrong(what, "a text string");
  }

  /** The number. */
  default long integer(String what) {
    if (this instanceof Int(long value)) {
      return value;
    }
    throw wrong(what, "an integer");
  }

  /** The items of an array. */
  default List<CborValue> array(String what) {
    if (this instanceof Array(List<CborValue> items)) {
      return items;
    }
    throw wrong(what, "an array");
  }

  /** The map. */
  default Dictionary map(String what) {
    if (this instanceof Dictionary map) {
      return map;
    }
    throw wrong(what, "a map");
  }

  private AttestException wrong(String what, String want) {
    return new AttestException(
        "CBOR_TYPE", what + " is " + getClass().getSimpleName(), what + " as " + want);
  }
}
