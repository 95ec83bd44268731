package network.assay.oracle.node.testing;

import java.util.Optional;
import network.assay.contracts.protocol.ByteReader;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.oracle.verify.work.ModelRunner;

/**
 * A model that is a hash: one row of eight numbers for each word. Deterministic, and quick enough
 * for clusters.
 */
public final class ToyModel implements ModelRunner, ModelRunner.Model {
  public static final Bytes32 HASH = Keccak.hashUtf8("toy model");
  private static final int DIMENSIONS = 8;

  @Override
  public Optional<Model> model(Bytes32 modelHash) {
    return modelHash.equals(HASH) ? Optional.of(this) : Optional.empty();
  }

  @Override
  public String precision() {
    return "fp32";
  }

  @Override
  public int dimensions() {
    return DIMENSIONS;
  }

  @Override
  public int tokens(String passage) {
    return passage.split(" ", -1).length;
  }

  @Override
  public Rerun run(String passage) {
    String[] words = passage.split(" ", -1);
    float[][] rows = new float[words.length][DIMENSIONS];
    for (int t = 0; t < words.length; t++) {
      ByteReader hash = new ByteReader(Keccak.hashUtf8(t + words[t]).toArray());
      for (int d = 0; d < DIMENSIONS; d++) {
        rows[t][d] = hash.u32() / (float) 0x1p32;
      }
    }
    return new Rerun(rows, embedding(rows));
  }

  private static float[] embedding(float[][] rows) {
    float[] mean = new float[DIMENSIONS];
    double norm = 0;
    for (int d = 0; d < DIMENSIONS; d++) {
      for (float[] row : rows) {
        mean[d] += row[d] / rows.length;
      }
      norm += (double) mean[d] * mean[d];
    }
    for (int d = 0; d < DIMENSIONS; d++) {
      mean[d] /= (float) Math.sqrt(norm);
    }
    return mean;
  }
}
