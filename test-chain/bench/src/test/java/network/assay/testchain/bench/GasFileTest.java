package network.assay.testchain.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import network.assay.testchain.devnet.AssayHome;
import org.junit.jupiter.api.Test;

/**
 * No operation costs more gas than contracts/gas.json says; the goals' distances stand in that
 * file.
 */
class GasFileTest {
  @Test
  void noOperationCostsMoreThanTheCommittedFigure() throws Exception {
    BenchReport report = GasBench.run();
    StringWriter grown = new StringWriter();
    int code =
        GasFile.read(AssayHome.find().resolve("contracts/gas.json"))
            .compare(report, new PrintWriter(grown, true));
    report
        .goals()
        .forEach(g ->
            System.out.printf(
                "gas %-52s %,10d goal %,10d %s%n",
                g.name(),
                g.value(),
                g.goal(),
                g.met() ? "met" : "missed by " + (g.value() - g.goal())));
    assertThat(code).as(grown.toString()).isZero();
  }
}
