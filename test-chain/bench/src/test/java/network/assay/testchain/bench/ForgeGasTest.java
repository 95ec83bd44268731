package network.assay.testchain.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ForgeGasTest {
  private static final String OUTPUT =
      """
      Ran 2 tests for test/gas/RateGas.t.sol:RateGasTest
      [PASS] test_gas_sessionOfAThousandRequests() (gas: 1000)
      Logs:
        open a session: 190000
        metered request, of 100 by one voucher (goal 1,000): 707
        metered request, of 1,000 in a session with opening, claim and close (goal 1,000): 290
        demand an opening, n = 16,384 (goal 1,100,000): 200001
        answer and recompute, n = 16,384 (goal 1,100,000): 500002
        answer and recompute, n = 65,536: 1400003
      """;

  @Test
  void everyFigureIsFoundByItsBeginning() {
    assertThat(ForgeGas.parse(OUTPUT))
        .isEqualTo(
            Map.of(
                "metered_request_of_100_by_one_voucher", 707L,
                "metered_request_of_1000_in_a_session", 290L,
                "dispute_demand_n16384", 200_001L,
                "dispute_answer_n16384", 500_002L));
  }

  @Test
  void aFigureThatIsNotPrintedIsAnError() {
    assertThatThrownBy(() -> ForgeGas.parse(OUTPUT.replace("demand an opening", "demand")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("demand an opening, n = 16,384");
  }
}
