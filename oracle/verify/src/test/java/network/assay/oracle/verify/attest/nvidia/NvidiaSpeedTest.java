package network.assay.oracle.verify.attest.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import network.assay.oracle.verify.attest.bench.NvidiaOperations;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The goal: 1,500 reports a second with the chain remembered, in processor time of one thread. */
@Tag("deep")
class NvidiaSpeedTest {
  @Test
  void aReportWithARememberedChain() {
    Optional<Vectors> found = Vectors.find();
    assumeTrue(found.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    byte[] raw = found.get().bytes("nvidia/NVIDIA+nvtrust/samples__hopperAttestationReport.txt");
    byte[] chain = found.get().bytes("nvidia/NVIDIA+nvtrust/samples__hopperCertChain.txt");
    BooleanSupplier once = NvidiaOperations.warm(raw, chain);
    for (int i = 0; i < 3_000; i++) {
      assertThat(once.getAsBoolean()).isTrue();
    }
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    int times = 3_000;
    for (int i = 0; i < times; i++) {
      assertThat(once.getAsBoolean()).isTrue();
    }
    double rate = times * 1e9 / (threads.getCurrentThreadCpuTime() - start);
    System.out.printf("nvidia gpu report, warm: %.0f per s of one thread%n", rate);
    assertThat(rate).isGreaterThan(NvidiaOperations.WARM_GOAL_PER_S);
  }
}
