package network.assay.oracle.verify.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import network.assay.oracle.verify.attest.bench.SiliconOperations;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The speed goals of SNP and Nitro, on real evidence, in processor time of one thread, so that
 * other work on the machine changes little. Bounds are the goals themselves.
 */
@Tag("deep")
class SiliconSpeedTest {
  @Test
  void snp() {
    Vectors vectors = vectors();
    String folder = "snp/confidential-containers+trustee/";
    reached(
        SiliconOperations.snp(
            vectors.bytes(folder + "report_v3_Genoa_227a641db25e.bin"),
            vectors.bytes(folder + "SEV-VCEK_SEV-Genoa_for_227a641db25e.der"),
            Instant.parse("2025-06-01T00:00:00Z")));
  }

  @Test
  void nitro() {
    Vectors vectors = vectors();
    Vectors.Row row =
        vectors.rows("nitro").stream()
            .filter(r -> r.expected().equals("valid"))
            .findFirst()
            .orElseThrow();
    reached(SiliconOperations.nitro(vectors.bytes(row.file()), row.middle().orElseThrow()));
  }

  private static void reached(List<SiliconOperations.Operation> operations) {
    for (SiliconOperations.Operation operation : operations) {
      double rate = perSecond(operation.name(), 2_000, operation.once());
      assertThat(rate).as(operation.name()).isGreaterThan(operation.goalPerS());
    }
  }

  private static double perSecond(String name, int times, BooleanSupplier once) {
    for (int i = 0; i < times; i++) {
      assertThat(once.getAsBoolean()).isTrue();
    }
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < times; i++) {
      assertThat(once.getAsBoolean()).isTrue();
    }
    double rate = times * 1e9 / (threads.getCurrentThreadCpuTime() - start);
    System.out.printf("%s: %.0f per s of one thread%n", name, rate);
    return rate;
  }

  private static Vectors vectors() {
    var found = Vectors.find();
    assumeTrue(found.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    return found.get();
  }
}
