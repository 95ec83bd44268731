package network.assay.agent.execute;

import java.util.List;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobSpec;

/** Where work runs. */
public interface WorkloadRuntime {

  /** Registered hashes of the models that are ready. */
  List<Bytes32> models();

  /** Whether a job of this specification could be taken. */
  boolean supports(JobSpec spec);

  /**
   * What this input will amount to.
   *
   * @throws WorkRefusedException where the input is no input of this workload
   */
  WorkPlan plan(JobSpec spec, byte[] input) throws WorkRefusedException;

  /**
   * Works through the input's units in order, from {@code firstUnit} on, and hands each to the sink
   * before it begins the next. Interrupting the thread stops it at the next unit.
   *
   * @throws WorkRefusedException where the work cannot be done
   * @throws InterruptedException when stopped
   */
  void run(JobSpec spec, byte[] input, int firstUnit, UnitSink sink)
      throws WorkRefusedException, InterruptedException;

  /** Takes finished units. */
  @FunctionalInterface
  interface UnitSink {
    void accept(UnitWork unit);
  }

  /**
   * One finished unit.
   *
   * @param rows one per token, each as long as the embedding
   */
  @SuppressWarnings("ArrayRecordComponent") // a large buffer that is handed on once
  record UnitWork(int unit, float[][] rows, float[] embedding) {
    public UnitWork {
      if (unit < 0 || rows.length == 0 || embedding.length == 0) {
        throw new IllegalArgumentException(
            "want a unit ≥ 0 with rows and an embedding, got unit "
                + unit
                + " with "
                + rows.length
                + " rows");
      }
      for (float[] row : rows) {
        if (row.length != embedding.length) {
          throw new IllegalArgumentException(
              "want rows of " + embedding.length + " numbers, got " + row.length);
        }
      }
    }
  }

  /**
   * What an input amounts to.
   *
   * @param units how many units it has
   * @param dim numbers in a row and in an embedding
   */
  record WorkPlan(int units, int dim) {
    /** Bytes of the sealed result: header, vectors, the encapsulated key and the tag of HPKE. */
    public long sealedBytes() {
      return 8 + 4L * units * dim + 32 + 16;
    }
  }

  /** The input or the job cannot be worked on; the message says what came and what was wanted. */
  final class WorkRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public WorkRefusedException(String message) {
      super(message);
    }

    public WorkRefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
