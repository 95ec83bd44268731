package network.assay.agent.evidence.tee;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;

/** A TPM of ours, command by command; it signs with the key whose certificate it is given. */
final class FakeTpm implements TpmQuote.Chip {
  private static final int READ_AT_ONCE = 8;

  final TestKey key;
  final List<byte[]> pcrs = new ArrayList<>();
  int readings;
  int movesBefore;
  long attributes = 0x50072;

  FakeTpm(TestKey key) {
    this.key = key;
    for (int i = 0; i < 24; i++) {
      pcrs.add(new byte[32]);
    }
  }

  static TestKey rsa() {
    return TestKey.of(TestKey.Kind.RSA_2048, "tpm of a host");
  }

  @Override
  public byte[] ask(byte[] command) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(command);
    in.getShort();
    if (in.getInt() != command.length) {
      throw new IOException("errno 22");
    }
    return switch (in.getInt()) {
      case 0x173 -> answer(0x8001, sized(publicArea()));
      case 0x17e -> answer(0x8001, registers(in));
      case 0x158 -> quote(in);
      default -> throw new IOException("errno 5");
    };
  }

  byte[] publicArea() {
    byte[] modulus = modulus();
    return ByteBuffer.allocate(2 + 2 + 4 + 2 + 2 + 4 + 2 + 4 + 2 + modulus.length)
        .putShort((short) 1)
        .putShort((short) 0x0b)
        .putInt((int) attributes)
        .putShort((short) 0)
        .putShort((short) 0x10)
        .putShort((short) 0x14)
        .putShort((short) 0x0b)
        .putShort((short) 2048)
        .putInt(0)
        .putShort((short) modulus.length)
        .put(modulus)
        .array();
  }

  /** Out of the SubjectPublicKeyInfo: its last 5 bytes are the exponent, before it 256 of n. */
  private byte[] modulus() {
    byte[] spki = key.spki();
    return Arrays.copyOfRange(spki, spki.length - 5 - 256, spki.length - 5);
  }

  private byte[] registers(ByteBuffer in) {
    if (readings++ < movesBefore) {
      pcrs.set(0, Hashes.sha256(pcrs.get(0)));
    }
    in.getInt();
    in.getShort();
    in.get();
    int asked = (in.get() & 0xff) | ((in.get() & 0xff) << 8) | ((in.get() & 0xff) << 16);
    int given = 0;
    ByteBuffer values = ByteBuffer.allocate(READ_AT_ONCE * 34);
    for (int i = 0; i < 24 && Integer.bitCount(given) < READ_AT_ONCE; i++) {
      if ((asked >> i & 1) != 0) {
        given |= 1 << i;
        values.putShort((short) 32).put(pcrs.get(i));
      }
    }
    byte[] all = Arrays.copyOf(values.array(), values.position());
    return ByteBuffer.allocate(4 + 4 + 6 + 4 + all.length)
        .putInt(77)
        .putInt(1)
        .putShort((short) 0x0b)
        .put((byte) 3)
        .put((byte) given)
        .put((byte) (given >> 8))
        .put((byte) (given >> 16))
        .putInt(Integer.bitCount(given))
        .put(all)
        .array();
  }

  private byte[] quote(ByteBuffer in) {
    in.position(10 + 4 + 4 + 9);
    byte[] extra = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(extra);
    in.position(in.position() + 2 + 4 + 2 + 1);
    int asked = (in.get() & 0xff) | ((in.get() & 0xff) << 8) | ((in.get() & 0xff) << 16);
    List<byte[]> quoted = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      if ((asked >> i & 1) != 0) {
        quoted.add(pcrs.get(i));
      }
    }
    byte[] digest = Hashes.sha256(quoted.toArray(byte[][]::new));
    byte[] attested =
        ByteBuffer.allocate(6 + 2 + 34 + 2 + extra.length + 17 + 8 + 4 + 6 + 2 + 32)
            .put(new byte[] {-1, 'T', 'C', 'G', (byte) 0x80, 0x18})
            .putShort((short) 34)
            .put(new byte[34])
            .putShort((short) extra.length)
            .put(extra)
            .put(new byte[17])
            .putLong(0x20200312)
            .putInt(1)
            .putShort((short) 0x0b)
            .put((byte) 3)
            .put((byte) asked)
            .put((byte) (asked >> 8))
            .put((byte) (asked >> 16))
            .putShort((short) 32)
            .put(digest)
            .array();
    byte[] signature = key.sign(attested);
    byte[] parameters =
        ByteBuffer.allocate(2 + attested.length + 6 + signature.length)
            .putShort((short) attested.length)
            .put(attested)
            .putShort((short) 0x14)
            .putShort((short) 0x0b)
            .putShort((short) signature.length)
            .put(signature)
            .array();
    return answer(
        0x8002,
        ByteBuffer.allocate(4 + parameters.length + 5)
            .putInt(parameters.length)
            .put(parameters)
            .array());
  }

  private static byte[] sized(byte[] bytes) {
    return ByteBuffer.allocate(2 + bytes.length + 4)
        .putShort((short) bytes.length)
        .put(bytes)
        .array();
  }

  private static byte[] answer(int tag, byte[] body) {
    return ByteBuffer.allocate(10 + body.length)
        .putShort((short) tag)
        .putInt(10 + body.length)
        .putInt(0)
        .put(body)
        .array();
  }

  /** A root, an AK certificate under it. */
  static TestAuthority root() {
    return TestAuthority.root(
        network.assay.oracle.verify.fixture.ca.CertSpec.ca("Test vTPM Root"),
        TestKey.p384("vtpm root"));
  }
}
