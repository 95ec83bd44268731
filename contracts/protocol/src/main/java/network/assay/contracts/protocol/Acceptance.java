package network.assay.contracts.protocol;

import java.util.Optional;

/**
 * The consumer has the result and takes it: what a job of grade ACCEPTED is paid on. Signed by the
 * Order's consumer; {@code resultHash} is that of what he decrypted and checked.
 */
public record Acceptance(long jobId, Bytes32 resultHash) implements TypedStruct {
  public static final StructType TYPE =
      StructType.of("Acceptance(uint64 jobId,bytes32 resultHash)");

  public Acceptance {
    var _ = TYPE.encode(jobId, resultHash);
  }

  /** Reads the struct's words; refuses a wrong length and values that do not fit. */
  public static Acceptance fromWords(byte[] words) {
    Object[] v = TYPE.decode(words);
    return new Acceptance((long) v[0], (Bytes32) v[1]);
  }

  /** An acceptance with its signature, as it travels. */
  public record Signed(Acceptance message, Signature signature) {
    public static final int SIZE = TYPE.wordsLength() + Signature.SIZE;

    public byte[] toBytes() {
      return Bytes.start().raw(message.words()).raw(signature.toArray()).toArray();
    }

    /** Refuses any other length by name. */
    public static Signed of(byte[] bytes) {
      if (bytes.length != SIZE) {
        throw new ProtocolException("WRONG_LENGTH", SIZE + " bytes", bytes.length);
      }
      ByteReader in = new ByteReader(bytes);
      return new Signed(
          fromWords(in.raw(TYPE.wordsLength())), Signature.of(in.raw(Signature.SIZE)));
    }

    /** Whether {@code consumer} signed it for this market. */
    public boolean isBy(Address consumer, Eip712Domain market) {
      return Secp256k1.recover(message.digest(market), signature).equals(Optional.of(consumer));
    }

    /** Whether these hostile bytes are {@code want}, signed by {@code consumer}. */
    public static boolean isFor(
        Acceptance want, byte[] bytes, Address consumer, Eip712Domain market) {
      try {
        Signed got = of(bytes);
        return got.message().equals(want) && got.isBy(consumer, market);
      } catch (ProtocolException notOne) {
        return false;
      }
    }
  }

  @Override
  public StructType type() {
    return TYPE;
  }

  @Override
  public Object[] values() {
    return new Object[] {jobId, resultHash};
  }
}
