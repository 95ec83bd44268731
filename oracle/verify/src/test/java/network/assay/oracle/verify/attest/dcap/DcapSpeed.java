package network.assay.oracle.verify.attest.dcap;

import java.util.List;
import java.util.Locale;
import network.assay.oracle.verify.attest.MeasuredOperation;
import network.assay.oracle.verify.fixture.dcap.DcapScenario;
import network.assay.oracle.verify.fixture.vectors.Vectors;

/** Prints operation and floor in turns; a plain main for work on speed, not a test. */
final class DcapSpeed {
  /** Short, so that the best of many is one that nobody else's work interrupted. */
  private static final int BATCH = 1;

  public static void main(String[] args) {
    List<DcapScenario> all = DcapScenario.all(Vectors.find().orElseThrow());
    for (String part : new String[] {"quote_v5_tdx", "quote_v4_tdx", "quote_v3_sgx"}) {
      DcapScenario one =
          all.stream().filter(each -> each.quote().contains(part)).findFirst().orElseThrow();
      DcapOperations.of(one.quoteBytes(), one.collateral(), one.at())
          .forEach(each -> time(each, Integer.parseInt(args.length > 0 ? args[0] : "400")));
    }
  }

  private static void time(MeasuredOperation operation, int rounds) {
    long best = Long.MAX_VALUE;
    long bestFloor = Long.MAX_VALUE;
    double sum = 0;
    double floorSum = 0;
    for (int i = 0; i < rounds; i++) {
      long a = System.nanoTime();
      for (int k = 0; k < BATCH; k++) {
        check(operation.once().getAsBoolean());
      }
      long b = System.nanoTime();
      for (int k = 0; k < BATCH; k++) {
        check(operation.floor().getAsBoolean());
      }
      long c = System.nanoTime();
      if (i >= rounds / 2) {
        best = Math.min(best, b - a);
        bestFloor = Math.min(bestFloor, c - b);
        sum += b - a;
        floorSum += c - b;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-26s %d signatures: best %.0f us, floor %.0f us, %.1f %%; mean %.1f %%; %.0f per s%n",
        operation.name(),
        operation.signatures(),
        best / 1e3 / BATCH,
        bestFloor / 1e3 / BATCH,
        100.0 * bestFloor / best,
        100 * floorSum / sum,
        1e9 * BATCH / best);
  }

  private static void check(boolean good) {
    if (!good) {
      throw new AssertionError("not good");
    }
  }
}
