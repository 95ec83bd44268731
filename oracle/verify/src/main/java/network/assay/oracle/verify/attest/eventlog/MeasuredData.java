package network.assay.oracle.verify.attest.eventlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Whether an event's digest is that of the data written beside it. Where the log holds only a
 * description (an image's path, a blob's address) nothing can be recomputed, and the data must not
 * be believed.
 */
public final class MeasuredData {
  /** GUID, two lengths of eight bytes: UEFI_VARIABLE_DATA before the name. */
  private static final int VARIABLE_HEADER = 32;

  /** What boot loaders write before the string that they measure. */
  private static final List<String> LOADER_PREFIXES =
      List.of("grub_cmd: ", "kernel_cmdline: ", "module_cmdline: ", "grub_kernel_cmdline ");

  private MeasuredData() {}

  /** Whether some reading of the data that the event's type knows gives the digest. */
  public static boolean matches(LogEvent event, HashAlgorithm algorithm) {
    byte[] digest = event.digests().get(algorithm);
    if (digest == null) {
      return false;
    }
    byte[] data = event.data();
    if (Arrays.equals(digest, algorithm.digest(data))) {
      return true;
    }
    if (event.type() == LogEvent.VARIABLE_BOOT
        || event.type() == LogEvent.VARIABLE_BOOT2
        || event.type() == LogEvent.VARIABLE_AUTHORITY) {
      return variable(data, digest, algorithm);
    }
    if (event.type() == LogEvent.IPL) {
      return loaderString(data, digest, algorithm);
    }
    return event.type() == LogEvent.EVENT_TAG && tagged(data, digest, algorithm);
  }

  /** Some firmware measures the variable's contents alone. */
  private static boolean variable(byte[] data, byte[] digest, HashAlgorithm algorithm) {
    if (data.length < VARIABLE_HEADER) {
      return false;
    }
    long name = little(data, 16, 8);
    long contents = little(data, 24, 8);
    if (name < 0 || contents < 0 || name > data.length || contents > data.length) {
      return false;
    }
    long from = VARIABLE_HEADER + 2 * name;
    return from + contents == data.length
        && Arrays.equals(digest, algorithm.digest(tail(data, (int) from)));
  }

  private static boolean loaderString(byte[] data, byte[] digest, HashAlgorithm algorithm) {
    byte[] text = withoutNul(data);
    if (Arrays.equals(digest, algorithm.digest(text))) {
      return true;
    }
    for (String prefix : LOADER_PREFIXES) {
      byte[] start = prefix.getBytes(StandardCharsets.US_ASCII);
      boolean has =
          text.length > start.length
              && Arrays.equals(text, 0, start.length, start, 0, start.length);
      if (has && Arrays.equals(digest, algorithm.digest(tail(text, start.length)))) {
        return true;
      }
    }
    return false;
  }

  /** TCG_PCClientTaggedEvent: id, length, and the data that is measured. */
  private static boolean tagged(byte[] data, byte[] digest, HashAlgorithm algorithm) {
    return data.length >= 8
        && little(data, 4, 4) == data.length - 8L
        && Arrays.equals(digest, algorithm.digest(tail(data, 8)));
  }

  private static byte[] withoutNul(byte[] data) {
    int length = data.length;
    return length > 0 && data[length - 1] == 0 ? Arrays.copyOf(data, length - 1) : data;
  }

  private static byte[] tail(byte[] data, int from) {
    return Arrays.copyOfRange(data, from, data.length);
  }

  private static long little(byte[] data, int at, int width) {
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = (value << 8) | (data[at + i] & 0xff);
    }
    return value;
  }
}
