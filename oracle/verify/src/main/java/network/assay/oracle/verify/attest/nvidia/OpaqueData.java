package network.assay.oracle.verify.attest.nvidia;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;

/**
 * The opaque data of a report: fields of type, size and value. There are two layouts: a bare list
 * of {@code u16 type ‖ u16 size ‖ value}, and one behind a header of 12 bytes ("NVDAOD", u16
 * profile, major, minor, 2 bytes) whose fields have a {@code u16 value type} after the type.
 */
public final class OpaqueData {
  /** Version of the driver, ASCII; only a GPU's report has it. */
  public static final int DRIVER_VERSION = 3;

  /** Version of the VBIOS: packed in 8 bytes by a GPU, ASCII by a switch. */
  public static final int VBIOS_VERSION = 6;

  /** 0xAA where the first video decoder is on, 0x55 where it is off. */
  public static final int NVDEC0_STATUS = 11;

  /** The board's number. */
  public static final int BOARD_ID = 14;

  /** ASCII, as in the name of a VBIOS manifest. */
  public static final int CHIP_SKU = 15;

  /** ASCII, as in the name of a VBIOS manifest. */
  public static final int PROJECT = 17;

  /** ASCII, as in the name of a VBIOS manifest. */
  public static final int PROJECT_SKU = 18;

  /** Hash of the firmware that holds the attestation key; stands in the leaf certificate, too. */
  public static final int FWID = 20;

  /** Device ids of the switches a GPU sees; in a switch's report its own id. */
  public static final int SWITCH_PDI = 22;

  /** Device ids of the GPUs a switch sees. */
  public static final int SWITCH_GPU_PDIS = 26;

  /** Version of the bare list; absent in older reports. */
  public static final int DATA_VERSION = 34;

  /** Which mode the device is in; from data version 1 on. */
  public static final int FEATURE_FLAG = 36;

  private static final byte[] MAGIC = "NVDAOD".getBytes(US_ASCII);
  private static final int HEADER_BYTES = 12;
  private static final int FIELDS_MAX = 256;
  private static final int VERSION_MAX = 2;
  private static final int TEXT_MAX = 64;

  private final Map<Integer, byte[]> fields = new TreeMap<>();

  private OpaqueData() {}

  static OpaqueData parse(byte[] bytes) {
    OpaqueData data = new OpaqueData();
    boolean header =
        bytes.length >= HEADER_BYTES && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, 6);
    if (header) {
      int profile = u16(bytes, 6);
      int major = bytes[8] & 0xFF;
      if (profile != 0 || major > VERSION_MAX) {
        throw new AttestException(
            "UNKNOWN_OPAQUE_DATA_VERSION",
            "profile " + profile + ", version " + major,
            "profile 0, version up to " + VERSION_MAX);
      }
    }
    data.read(bytes, header ? HEADER_BYTES : 0, header ? 2 : 0);
    data.checkVersion();
    return data;
  }

  private void read(byte[] bytes, int from, int valueTypeBytes) {
    int at = from;
    while (at < bytes.length) {
      int head = 4 + valueTypeBytes;
      if (bytes.length - at < head) {
        throw malformed((bytes.length - at) + " bytes after the last field", "none");
      }
      int type = u16(bytes, at);
      int size = u16(bytes, at + 2 + valueTypeBytes);
      if (size > bytes.length - at - head) {
        throw malformed("field " + type + " of " + size + " bytes", "a field within the data");
      }
      byte[] value = Arrays.copyOfRange(bytes, at + head, at + head + size);
      if (fields.put(type, value) != null || fields.size() > FIELDS_MAX) {
        throw malformed("field " + type + " again", "each of at most " + FIELDS_MAX + " once");
      }
      at += head + size;
    }
  }

  private void checkVersion() {
    byte[] value = fields.get(DATA_VERSION);
    if (value == null) {
      return;
    }
    long version = 0;
    for (int i = Math.min(value.length, 8) - 1; i >= 0; i--) {
      version = (version << 8) | (value[i] & 0xFF);
    }
    if (value.length == 0 || value.length > 8 || version < 0 || version > VERSION_MAX) {
      throw new AttestException(
          "UNKNOWN_OPAQUE_DATA_VERSION",
          HexFormat.of().formatHex(value),
          "a version up to " + VERSION_MAX);
    }
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) | ((bytes[at + 1] & 0xFF) << 8);
  }

  private static AttestException malformed(String got, String want) {
    return new AttestException("MALFORMED_OPAQUE_DATA", got, want);
  }

  /** A field's bytes. */
  public Optional<byte[]> field(int type) {
    return Optional.ofNullable(fields.get(type)).map(byte[]::clone);
  }

  /** Types of all fields, ascending. */
  public java.util.Set<Integer> types() {
    return Collections.unmodifiableSet(fields.keySet());
  }

  /** A field that is ASCII behind which zeros may stand; nothing else counts as text. */
  public Optional<String> text(int type) {
    byte[] value = fields.get(type);
    if (value == null) {
      return Optional.empty();
    }
    int end = value.length;
    while (end > 0 && value[end - 1] == 0) {
      end--;
    }
    if (end == 0 || end > TEXT_MAX) {
      return Optional.empty();
    }
    for (int i = 0; i < end; i++) {
      if (value[i] < 0x20 || value[i] > 0x7E) {
        return Optional.empty();
      }
    }
    return Optional.of(new String(value, 0, end, US_ASCII));
  }

  /**
   * A GPU's VBIOS version as people write it, "96.00.A5.00.01": the upper half of the little-endian
   * number, then the highest byte of its lower half.
   */
  public Optional<String> packedVbiosVersion() {
    byte[] value = fields.get(VBIOS_VERSION);
    if (value == null || value.length < 4 || value.length > 16 || value.length % 2 != 0) {
      return Optional.empty();
    }
    int half = value.length / 2;
    StringBuilder text = new StringBuilder();
    HexFormat hex = HexFormat.of().withUpperCase();
    for (int i = half - 1; i >= 0; i--) {
      text.append(hex.toHexDigits(value[i])).append('.');
    }
    return Optional.of(text.append(hex.toHexDigits(value[half])).toString());
  }
}
