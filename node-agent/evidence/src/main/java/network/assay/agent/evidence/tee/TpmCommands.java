package network.assay.agent.evidence.tee;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import network.assay.agent.execute.PortException;

/**
 * TPM2_ReadPublic and TPM2_PCR_Read as bytes (TPM 2.0 Library, part 3); neither needs a session.
 */
final class TpmCommands {
  private static final int NO_SESSIONS = 0x8001;
  private static final int READ_PUBLIC = 0x173;
  private static final int PCR_READ = 0x17e;
  private static final int SHA256 = 0x000b;
  private static final int HEADER = 10;

  private TpmCommands() {}

  static byte[] readPublic(int key) {
    return header(HEADER + 4, READ_PUBLIC).putInt(key).array();
  }

  /** The key's TPMT_PUBLIC. */
  static byte[] publicArea(byte[] answer) throws PortException {
    try {
      ByteBuffer in = parameters(answer, "a public area");
      return sized(in, 1024, "public area");
    } catch (BufferUnderflowException e) {
      throw new PortException("want a public area, got an answer that ends early", e);
    }
  }

  /**
   * @param pcrs bit i: PCR i of SHA-256, of 24
   */
  static byte[] readPcrs(int pcrs) {
    return header(HEADER + 10, PCR_READ)
        .putInt(1)
        .putShort((short) SHA256)
        .put((byte) 3)
        .put((byte) pcrs)
        .put((byte) (pcrs >> 8))
        .put((byte) (pcrs >> 16))
        .array();
  }

  /**
   * Puts what was read into a map; a TPM answers with at most eight registers at a time.
   *
   * @return the registers that came, as bits
   */
  static int pcrs(byte[] answer, int asked, Map<Integer, byte[]> into) throws PortException {
    try {
      ByteBuffer in = parameters(answer, "registers");
      var _ = in.getInt(); // how often registers were extended
      int selections = in.getInt();
      int bank = Short.toUnsignedInt(in.getShort());
      int bytes = in.get();
      if (selections != 1 || bank != SHA256 || bytes != 3) {
        throw new PortException(
            "want registers of SHA-256, got " + selections + " selections of bank " + bank);
      }
      int came = (in.get() & 0xff) | ((in.get() & 0xff) << 8) | ((in.get() & 0xff) << 16);
      int digests = in.getInt();
      if (came == 0 || (came & ~asked) != 0 || digests != Integer.bitCount(came)) {
        throw new PortException(
            "want registers that were asked for, got " + digests + " for bits " + came);
      }
      for (int i = 0; i < 24; i++) {
        if ((came >> i & 1) != 0) {
          into.put(i, sized(in, 32, "register"));
        }
      }
      return came;
    } catch (BufferUnderflowException e) {
      throw new PortException("want registers, got an answer that ends early", e);
    }
  }

  private static ByteBuffer header(int length, int code) {
    return ByteBuffer.allocate(length).putShort((short) NO_SESSIONS).putInt(length).putInt(code);
  }

  private static ByteBuffer parameters(byte[] answer, String what) throws PortException {
    ByteBuffer in = ByteBuffer.wrap(answer);
    int tag = Short.toUnsignedInt(in.getShort());
    int length = in.getInt();
    int code = in.getInt();
    if (code != 0) {
      throw new PortException("want " + what + ", got TPM error 0x" + Integer.toHexString(code));
    }
    if (tag != NO_SESSIONS || length != answer.length) {
      throw new PortException(
          "want a whole answer without a session, got tag " + tag + " and " + length + " bytes");
    }
    return in;
  }

  private static byte[] sized(ByteBuffer in, int max, String what) throws PortException {
    int size = Short.toUnsignedInt(in.getShort());
    if (size == 0 || size > max || size > in.remaining()) {
      throw new PortException("want a " + what + " within the answer, got " + size + " bytes");
    }
    byte[] bytes = new byte[size];
    in.get(bytes);
    return bytes;
  }
}
