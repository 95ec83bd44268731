package network.assay.contracts.protocol.work;

import java.util.List;
import network.assay.contracts.protocol.ByteReader;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.ProtocolException;

/**
 * The bytes of an embeddings job's rows and results; docs/PROTOCOL.md §4. Floats are IEEE 754
 * single precision, big-endian.
 *
 * <p>Reading accepts NaN and infinities: judging them is the verifier's part, and a leaf with one
 * is a proof.
 */
public final class EmbeddingLeaves {

  /** Widest vector of any registered workload: bounds what is read before it is known what for. */
  public static final int DIMENSIONS_MAX = 8_192;

  private EmbeddingLeaves() {}

  /** One token's last hidden row. */
  // A record of an array: read once and compared number by number, never with equals.
  @SuppressWarnings("ArrayRecordComponent")
  public record Row(long unit, long token, float[] values) {}

  /** One unit's embedding. */
  @SuppressWarnings("ArrayRecordComponent") // as above
  public record Result(long unit, float[] values) {}

  /** {@code u32 unit ‖ u32 token ‖ dim × float32}. */
  public static byte[] work(long unit, long token, float[] row) {
    return floats(Bytes.start().u32(unit).u32(token), row).toArray();
  }

  /** {@code u32 unit ‖ dim × float32}. */
  public static byte[] result(long unit, float[] embedding) {
    return floats(Bytes.start().u32(unit), embedding).toArray();
  }

  /** The whole result before it is sealed: {@code u32 units ‖ u32 dim ‖ units × dim × float32}. */
  public static byte[] plaintext(List<float[]> embeddings) {
    int dimensions = embeddings.isEmpty() ? 0 : embeddings.getFirst().length;
    Bytes out = Bytes.start().u32(embeddings.size()).u32(dimensions);
    for (float[] embedding : embeddings) {
      if (embedding.length != dimensions) {
        throw new ProtocolException("WRONG_DIMENSIONS", dimensions, embedding.length);
      }
      floats(out, embedding);
    }
    return out.toArray();
  }

  /** Reads a work leaf of any width up to {@link #DIMENSIONS_MAX}. */
  public static Row readWork(byte[] leaf) {
    ByteReader in = new ByteReader(leaf);
    return new Row(in.u32(), in.u32(), readFloats(in));
  }

  /** Reads a result leaf of any width up to {@link #DIMENSIONS_MAX}. */
  public static Result readResult(byte[] leaf) {
    ByteReader in = new ByteReader(leaf);
    return new Result(in.u32(), readFloats(in));
  }

  /**
   * Reads a result's plaintext: all embeddings, by unit. Refuses numbers that do not fit the bytes.
   */
  public static float[][] readPlaintext(byte[] plaintext) {
    ByteReader in = new ByteReader(plaintext);
    long units = in.u32();
    long dimensions = in.u32();
    if (units < 1
        || units > Passages.PASSAGES_MAX
        || dimensions < 1
        || dimensions > DIMENSIONS_MAX) {
      throw new ProtocolException(
          "OUT_OF_RANGE",
          "1 to " + Passages.PASSAGES_MAX + " units of 1 to " + DIMENSIONS_MAX + " dimensions",
          units + " of " + dimensions);
    }
    if (in.remaining() != units * dimensions * Float.BYTES) {
      throw new ProtocolException(
          "WRONG_LENGTH", units * dimensions * Float.BYTES + " bytes", in.remaining());
    }
    float[][] embeddings = new float[(int) units][(int) dimensions];
    for (float[] embedding : embeddings) {
      for (int d = 0; d < embedding.length; d++) {
        embedding[d] = in.f32();
      }
    }
    return embeddings;
  }

  private static Bytes floats(Bytes out, float[] values) {
    for (float value : values) {
      out.f32(value);
    }
    return out;
  }

  private static float[] readFloats(ByteReader in) {
    int bytes = in.remaining();
    if (bytes == 0 || bytes % Float.BYTES != 0 || bytes / Float.BYTES > DIMENSIONS_MAX) {
      throw new ProtocolException(
          "WRONG_LENGTH", "1 to " + DIMENSIONS_MAX + " floats of 4 bytes", bytes + " bytes");
    }
    float[] values = new float[bytes / Float.BYTES];
    for (int d = 0; d < values.length; d++) {
      values[d] = in.f32();
    }
    return values;
  }
}
