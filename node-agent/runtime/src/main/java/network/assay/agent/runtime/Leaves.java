package network.assay.agent.runtime;

import java.util.Arrays;
import network.assay.agent.execute.WorkloadRuntime.UnitWork;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.work.EmbeddingLeaves;

/**
 * A unit's leaves as they are stored: the work leaves one after the other, and the result leaf
 * ({@link EmbeddingLeaves}).
 */
public final class Leaves {
  private static final int WORK_HEADER = 8;
  private static final int RESULT_HEADER = 4;

  private Leaves() {}

  /** All work leaves of a unit, one after the other; each {@link #workLeafBytes} long. */
  public static byte[] work(UnitWork unit) {
    Bytes out = Bytes.start();
    for (int token = 0; token < unit.rows().length; token++) {
      out.raw(EmbeddingLeaves.work(unit.unit(), token, unit.rows()[token]));
    }
    return out.toArray();
  }

  /** The result leaf of a unit. */
  public static byte[] result(UnitWork unit) {
    return EmbeddingLeaves.result(unit.unit(), unit.embedding());
  }

  static int workLeafBytes(int dim) {
    return WORK_HEADER + Float.BYTES * dim;
  }

  /** The width of a result leaf's vector. */
  static int dim(byte[] resultLeaf) {
    return (resultLeaf.length - RESULT_HEADER) / Float.BYTES;
  }

  /** The vector's bytes of a result leaf, as they stand in the result plaintext. */
  static byte[] vector(byte[] resultLeaf) {
    return Arrays.copyOfRange(resultLeaf, RESULT_HEADER, resultLeaf.length);
  }
}
