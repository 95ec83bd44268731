package network.assay.agent.evidence.tee;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import network.assay.agent.execute.PortException;

/**
 * A TPM 2.0's signed word on its PCRs (TPM 2.0 Library, part 3, TPM2_Quote), through the kernel's
 * resource manager. A TPM alone tells what booted; its bus is in the owner's hands, so no platform
 * grade above "boot" rests on it.
 */
public final class TpmQuote {
  public static final Path DEVICE = Path.of("/dev/tpmrm0");

  /** Where Azure's confidential VMs keep their attestation key. */
  public static final int AZURE_AK = 0x81000003;

  private static final int SESSIONS = 0x8002;
  private static final int QUOTE = 0x158;
  private static final int PASSWORD = 0x40000009;
  private static final int SHA256 = 0x000b;
  private static final int NULL = 0x0010;
  private static final int ANSWER_BYTES_MAX = 4096;

  /** Sends a command to the TPM and gives its answer. */
  @FunctionalInterface
  interface Chip {
    byte[] ask(byte[] command) throws IOException;
  }

  private final Chip chip;
  private final int key;

  TpmQuote(Chip chip, int key) {
    this.chip = chip;
    this.key = key;
  }

  /**
   * What was signed and how.
   *
   * @param attested TPMS_ATTEST
   * @param signature TPMT_SIGNATURE
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Quote(byte[] attested, byte[] signature) {}

  /**
   * The machine's TPM with a persistent attestation key.
   *
   * @throws PortException in one sentence, where there is none
   */
  public static TpmQuote open(int key) throws PortException {
    return new TpmQuote(device(), key);
  }

  /** The machine's TPM. */
  static Chip device() throws PortException {
    if (!Files.exists(DEVICE)) {
      throw new PortException("want a TPM 2.0, got a machine without " + DEVICE);
    }
    return TpmQuote::askDevice;
  }

  private static byte[] askDevice(byte[] command) throws IOException {
    try (RandomAccessFile device = new RandomAccessFile(DEVICE.toFile(), "rw")) {
      device.write(command);
      byte[] answer = new byte[ANSWER_BYTES_MAX];
      int length = device.read(answer);
      return Arrays.copyOf(answer, Math.max(0, length));
    }
  }

  /**
   * A quote over SHA-256 PCRs.
   *
   * @param qualifying at most 64 bytes, bound by the signature
   * @param pcrs bit i: PCR i, of 24
   */
  public Quote quote(byte[] qualifying, int pcrs) throws PortException {
    try {
      return parse(chip.ask(command(qualifying, pcrs)));
    } catch (IOException e) {
      throw new PortException("the TPM gave no quote: " + e.getMessage(), e);
    }
  }

  byte[] command(byte[] qualifying, int pcrs) {
    if (qualifying.length > 64 || (pcrs >>> 24) != 0) {
      throw new IllegalArgumentException(
          "want at most 64 bytes and PCRs below 24, got " + qualifying.length + " and " + pcrs);
    }
    int length = 10 + 4 + 4 + 9 + 2 + qualifying.length + 2 + 4 + 2 + 1 + 3;
    return ByteBuffer.allocate(length)
        .putShort((short) SESSIONS)
        .putInt(length)
        .putInt(QUOTE)
        .putInt(key)
        // One password session without a password.
        .putInt(9)
        .putInt(PASSWORD)
        .putShort((short) 0)
        .put((byte) 0)
        .putShort((short) 0)
        .putShort((short) qualifying.length)
        .put(qualifying)
        .putShort((short) NULL)
        .putInt(1)
        .putShort((short) SHA256)
        .put((byte) 3)
        .put((byte) pcrs)
        .put((byte) (pcrs >> 8))
        .put((byte) (pcrs >> 16))
        .array();
  }

  static Quote parse(byte[] answer) throws PortException {
    ByteBuffer in = ByteBuffer.wrap(answer);
    if (answer.length < 16) {
      throw new PortException("want a TPM's answer, got " + answer.length + " bytes");
    }
    int tag = Short.toUnsignedInt(in.getShort());
    int length = in.getInt();
    int code = in.getInt();
    if (code != 0) {
      throw new PortException("want a quote, got TPM error 0x" + Integer.toHexString(code));
    }
    if (tag != SESSIONS || length != answer.length) {
      throw new PortException(
          "want a whole answer with a session, got tag " + tag + " and " + length + " bytes");
    }
    int parameters = in.getInt();
    if (parameters < 4 || parameters > in.remaining()) {
      throw new PortException("want parameters within the answer, got " + parameters + " bytes");
    }
    int size = Short.toUnsignedInt(in.getShort());
    if (size == 0 || size > parameters - 2) {
      throw new PortException("want an attested structure within the answer, got " + size);
    }
    byte[] attested = new byte[size];
    in.get(attested);
    byte[] signature = new byte[parameters - 2 - size];
    in.get(signature);
    return new Quote(attested, signature);
  }
}
