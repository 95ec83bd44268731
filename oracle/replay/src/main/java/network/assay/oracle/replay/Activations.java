package network.assay.oracle.replay;

/**
 * What the model computed for one passage.
 *
 * <p>Arrays are shared, not copied: treat them as read-only.
 *
 * @param tokenIds the tokens fed in, [CLS] first and [SEP] last; 2..256 of them
 * @param lastHidden the last layer's output, [tokens][hidden width], finite single-precision
 *     numbers
 * @param embedding mean over all tokens, L2-normalised ({@link
 *     network.assay.oracle.verify.work.Pooling})
 */
// A record of arrays: nobody compares two of these with equals, and copying 256 × 384 numbers at
// every read would hurt.
@SuppressWarnings("ArrayRecordComponent")
public record Activations(int[] tokenIds, float[][] lastHidden, float[] embedding) {

  /** Refuses a number of rows that is not the number of tokens. */
  public Activations {
    if (tokenIds.length != lastHidden.length) {
      throw new IllegalArgumentException(
          "want one row for each of the "
              + tokenIds.length
              + " tokens, got "
              + lastHidden.length
              + " rows");
    }
  }
}
