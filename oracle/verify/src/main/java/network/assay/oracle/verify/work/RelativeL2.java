package network.assay.oracle.verify.work;

/**
 * How far one vector is from another: ‖got − want‖₂ / ‖want‖₂, computed in double precision, first
 * dimension first.
 */
public final class RelativeL2 {

  private RelativeL2() {}

  /**
   * The relative distance of {@code got} from {@code want}.
   *
   * @return at least 0; not a number or infinite where either vector holds such a number, or {@code
   *     want} is zero
   * @throws IllegalArgumentException if the lengths differ
   */
  public static double between(float[] got, float[] want) {
    if (got.length != want.length) {
      throw new IllegalArgumentException("want " + want.length + " dimensions, got " + got.length);
    }
    double difference = 0;
    double size = 0;
    for (int d = 0; d < want.length; d++) {
      double delta = (double) got[d] - want[d];
      difference += delta * delta;
      size += (double) want[d] * want[d];
    }
    return Math.sqrt(difference) / Math.sqrt(size);
  }
}
