package network.assay.agent.evidence.tee;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import network.assay.agent.execute.PortException;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;

/**
 * AWS Nitro: the enclave's security module behind {@code /dev/nsm} (aws-nitro-enclaves-nsm-api). A
 * request and its answer are CBOR in two buffers that one ioctl names; the report data goes in as
 * {@code user_data}.
 */
public final class NitroNsm implements ReportSource {
  public static final Path DEVICE = Path.of("/dev/nsm");

  /** {@code _IOWR(0x0A, 0, struct nsm_message)}: two iovecs, 32 bytes. */
  private static final long REQUEST = 0xC0200A00L;

  private static final int ANSWER_BYTES_MAX = 0x3000;

  /** Sends a request to the module and gives its answer. */
  @FunctionalInterface
  interface Module {
    byte[] ask(byte[] request) throws IOException;
  }

  private final Module module;

  NitroNsm(Module module) {
    this.module = module;
  }

  /**
   * The machine's module.
   *
   * @throws PortException in one sentence, where there is none
   */
  public static NitroNsm open() throws PortException {
    if (!Files.exists(DEVICE)) {
      throw new PortException("want an AWS Nitro enclave, got a machine without " + DEVICE);
    }
    return new NitroNsm(NitroNsm::askDevice);
  }

  private static byte[] askDevice(byte[] request) throws IOException {
    try (NativeDevice device = NativeDevice.open(DEVICE.toString());
        Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_BYTE, request);
      MemorySegment out = arena.allocate(ANSWER_BYTES_MAX);
      MemorySegment message = arena.allocate(32, 8);
      message.set(ValueLayout.ADDRESS, 0, in);
      message.set(ValueLayout.JAVA_LONG, 8, request.length);
      message.set(ValueLayout.ADDRESS, 16, out);
      message.set(ValueLayout.JAVA_LONG, 24, ANSWER_BYTES_MAX);
      device.ioctl(REQUEST, message);
      long length = message.get(ValueLayout.JAVA_LONG, 24);
      if (length < 0 || length > ANSWER_BYTES_MAX) {
        throw new IOException("the module says that its answer has " + length + " bytes");
      }
      return out.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public Family family() {
    return Family.NITRO;
  }

  @Override
  public String describe() {
    return "nitro through " + DEVICE;
  }

  @Override
  public Evidence report(byte[] reportData) throws PortException {
    try {
      return new Evidence(Family.NITRO, document(module.ask(request(reportData))), List.of());
    } catch (IOException e) {
      throw new PortException("the Nitro module gave no document: " + e.getMessage(), e);
    }
  }

  /** {@code {"Attestation": {"user_data": …, "nonce": null, "public_key": null}}}. */
  static byte[] request(byte[] reportData) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xa1);
    text(out, "Attestation");
    out.write(0xa3);
    text(out, "user_data");
    head(out, 2, reportData.length);
    out.writeBytes(reportData);
    text(out, "nonce");
    out.write(0xf6);
    text(out, "public_key");
    out.write(0xf6);
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    head(out, 3, text.length());
    out.writeBytes(text.getBytes(US_ASCII));
  }

  private static void head(ByteArrayOutputStream out, int major, int length) {
    if (length < 24) {
      out.write((major << 5) | length);
    } else if (length < 256) {
      out.write((major << 5) | 24);
      out.write(length);
    } else {
      out.write((major << 5) | 25);
      out.write(length >> 8);
      out.write(length);
    }
  }

  /** The document in {@code {"Attestation": {"document": bytes}}}; {@code {"Error": …}} is said. */
  static byte[] document(byte[] answer) throws PortException {
    byte[] before = before();
    if (answer.length > before.length + 3
        && Arrays.equals(before, 0, before.length, answer, 0, before.length)) {
      int at = before.length;
      int head = answer[at] & 0xff;
      int bytes = head == 0x58 ? 1 : head == 0x59 ? 2 : 0;
      int length = 0;
      for (int i = 1; i <= bytes; i++) {
        length = (length << 8) | (answer[at + i] & 0xff);
      }
      int from = at + 1 + bytes;
      if (bytes > 0 && length > 0 && from + length == answer.length) {
        return Arrays.copyOfRange(answer, from, answer.length);
      }
    }
    String said = new String(answer, 0, Math.min(answer.length, 60), US_ASCII);
    throw new PortException(
        "want an attestation document of the Nitro module, got "
            + said.replaceAll("[^\\x20-\\x7e]", "."));
  }

  private static byte[] before() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xa1);
    text(out, "Attestation");
    out.write(0xa1);
    text(out, "document");
    return out.toByteArray();
  }
}
