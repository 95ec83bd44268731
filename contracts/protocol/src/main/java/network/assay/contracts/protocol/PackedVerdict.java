package network.assay.contracts.protocol;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** One verdict, 53 bytes: {@code jobId u64 | code u8 | cumulativePaid u96 | resultHash bytes32}. */
public record PackedVerdict(
    long jobId, VerdictCode code, BigInteger cumulativePaid, Bytes32 resultHash) {
  public static final int SIZE = 53;
  public static final int COUNT_MAX = 256;

  public PackedVerdict {
    if (cumulativePaid.signum() < 0 || cumulativePaid.bitLength() > 96) {
      throw new ProtocolException("OUT_OF_RANGE", "cumulativePaid as uint96", cumulativePaid);
    }
  }

  public byte[] pack() {
    return Bytes.start().u64(jobId).u8(code.code()).u96(cumulativePaid).raw(resultHash).toArray();
  }

  /** {@code H} of the 53 bytes. */
  public Bytes32 hash() {
    return Keccak.hash(pack());
  }

  public static PackedVerdict unpack(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new ProtocolException("WRONG_LENGTH", SIZE + " bytes", bytes.length);
    }
    ByteReader in = new ByteReader(bytes);
    return new PackedVerdict(in.u64(), VerdictCode.of(in.u8()), in.u96(), in.bytes32());
  }

  public static byte[] packAll(List<PackedVerdict> verdicts) {
    Bytes out = Bytes.start();
    verdicts.forEach(verdict -> out.raw(verdict.pack()));
    return out.toArray();
  }

  public static List<PackedVerdict> unpackAll(byte[] bytes) {
    if (bytes.length % SIZE != 0 || bytes.length > SIZE * COUNT_MAX) {
      throw new ProtocolException("WRONG_LENGTH", "at most 256 times 53 bytes", bytes.length);
    }
    List<PackedVerdict> out = new ArrayList<>();
    ByteReader in = new ByteReader(bytes);
    while (in.remaining() > 0) {
      out.add(unpack(in.raw(SIZE)));
    }
    return out;
  }

  /** {@code resultHash = H(ciphertextRoot ‖ plaintextRoot)}. */
  public static Bytes32 resultHash(Bytes32 ciphertextRoot, Bytes32 plaintextRoot) {
    return Keccak.hash(ciphertextRoot.toArray(), plaintextRoot.toArray());
  }
}
