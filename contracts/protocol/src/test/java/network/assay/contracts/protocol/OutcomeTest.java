package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static Outcome.Entry entry(long jobId) {
    return new Outcome.Entry(
        new PackedVerdict(jobId, VerdictCode.OK, BigInteger.TEN, Keccak.hashUtf8("r")),
        Keccak.hashUtf8("l" + jobId));
  }

  @Test
  void bytesComeBackAndFixTheReport() {
    Outcome outcome = new Outcome(1, 2, 3, 4, List.of(entry(5), entry(-6)));
    assertThat(Outcome.parse(outcome.encode())).isEqualTo(outcome);
    assertThat(outcome.report().count()).isEqualTo(2);
    assertThat(PackedVerdict.unpackAll(outcome.packedVerdicts())).hasSize(2);
    assertThat(outcome.report().verdictsHash()).isEqualTo(Keccak.hash(outcome.packedVerdicts()));
  }

  @Test
  void refusesDescendingRepeatedAndEmpty() {
    assertThatThrownBy(() -> new Outcome(1, 2, 3, 4, List.of(entry(-6), entry(5))))
        .hasMessageContaining("NOT_ASCENDING");
    assertThatThrownBy(() -> new Outcome(1, 2, 3, 4, List.of(entry(5), entry(5))))
        .hasMessageContaining("NOT_ASCENDING");
    assertThatThrownBy(() -> new Outcome(1, 2, 3, 4, List.of()))
        .hasMessageContaining("OUT_OF_RANGE");
  }

  @Test
  void verdictsHaveFiftyThreeBytes() {
    PackedVerdict verdict = entry(5).verdict();
    assertThat(verdict.pack()).hasSize(53);
    assertThat(PackedVerdict.unpack(verdict.pack())).isEqualTo(verdict);
    byte[] bad = verdict.pack();
    bad[8] = 0;
    assertThatThrownBy(() -> PackedVerdict.unpack(bad)).hasMessageContaining("UNKNOWN_VERDICT");
  }
}
