package network.assay.oracle.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FindingTest {

  @Test
  void whatCameFromOutsideBecomesOneShortLine() {
    Finding.Rejected rejected =
        new Finding.Rejected("NAME", "a\nERROR all is well\u001b[2J", "x".repeat(10_000));
    assertThat(rejected.got()).isEqualTo("a?ERROR all is well?[2J");
    assertThat(rejected.want()).hasSize(401).endsWith("x…");
  }
}
