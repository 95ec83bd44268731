package network.assay.oracle.verify.work;

import java.util.Locale;
import java.util.Optional;
import network.assay.oracle.verify.Finding;

/**
 * How far a machine's numbers may lie from a re-run in single precision, as relative L2; part of
 * policy sampled/v1.
 *
 * <p>Up to the band: accepted. Above {@value #MARGIN} times the band: rejected. Between:
 * inconclusive, so that nobody is slashed for a new processor's rounding. The distance is of signed
 * numbers: a vector with its signs turned is 2 away.
 *
 * <p>Measured on one x86-64 processor, all-MiniLM-L6-v2, 360 rows: the same fp32 weights at another
 * optimisation level of ONNX Runtime differ by at most 1.3e-6; 8-bit weights by 8.8e-2 at least in
 * a row and 1.3e-1 in an embedding. So the fp32 band stands eight times above the one and, with its
 * margin, two thousand times below the other.
 *
 * @param precision the profile, such as {@code fp32}
 * @param accepted largest relative L2 that is accepted
 */
public record Band(String precision, double accepted) {

  /** From where on a distance is a proof, in multiples of {@link #accepted}. */
  public static final double MARGIN = 4;

  /**
   * The band of a precision profile. There is none for int8: quantised sums differ between machines
   * by as much as a wrong answer does.
   */
  public static Optional<Band> of(String precision) {
    return switch (precision) {
      case "fp32" -> Optional.of(new Band(precision, 1e-5));
      case "tf32", "fp16" -> Optional.of(new Band(precision, 2e-3));
      case "bf16" -> Optional.of(new Band(precision, 1.5e-2));
      default -> Optional.empty();
    };
  }

  /**
   * Judges {@code got}, from the provider, against {@code want}, from the re-run.
   *
   * @param what names the vector in findings
   */
  public Finding judge(String what, float[] got, float[] want) {
    if (got.length != want.length) {
      return Finding.rejected("DIMENSIONS", got.length, want.length + " in " + what);
    }
    for (int d = 0; d < got.length; d++) {
      if (!Float.isFinite(got[d])) {
        return Finding.rejected(
            "NOT_FINITE", got[d], "a finite number at dimension " + d + " of " + what);
      }
    }
    double distance = RelativeL2.between(got, want);
    if (Double.isNaN(distance) || Double.isInfinite(distance)) {
      return Finding.inconclusive("a re-run of " + what + " that is finite and not zero");
    }
    return judge(what, distance);
  }

  private Finding judge(String what, double distance) {
    if (distance <= accepted) {
      return Finding.accepted("%s within %s of the re-run".formatted(what, text(distance)));
    }
    if (distance > MARGIN * accepted) {
      return Finding.rejected(
          "OUT_OF_BAND",
          "relative L2 " + text(distance) + " in " + what,
          "at most " + text(accepted) + " for " + precision);
    }
    return Finding.inconclusive(
        "a clear distance of %s: relative L2 %s lies between %s and %s"
            .formatted(what, text(distance), text(accepted), text(MARGIN * accepted)));
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.2e", value);
  }
}
