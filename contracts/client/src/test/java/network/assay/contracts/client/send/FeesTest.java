package network.assay.contracts.client.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeesTest {
  private static BigInteger wei(long value) {
    return BigInteger.valueOf(value);
  }

  @Test
  void theFirstAttemptOffersTwiceTheBaseFeeAndTheTip() {
    assertThat(Fees.first(wei(100), wei(7), wei(1_000))).isEqualTo(new Fees(wei(7), wei(207)));
  }

  @Test
  void theFirstAttemptNeverExceedsTheCap() {
    assertThat(Fees.first(wei(100), wei(7), wei(150))).isEqualTo(new Fees(wei(7), wei(150)));
    assertThat(Fees.first(wei(100), wei(7), wei(5))).isEqualTo(new Fees(wei(5), wei(5)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 7, 8, 9, 1_000_000_007L})
  void aReplacementRaisesBothByAtLeastAnEighth(long fee) {
    Fees next = new Fees(wei(fee), wei(fee)).bumped(wei(0), wei(Long.MAX_VALUE)).orElseThrow();
    assertThat(next.priority().multiply(wei(8))).isGreaterThanOrEqualTo(wei(fee * 9)).isPositive();
    assertThat(next.max().multiply(wei(8))).isGreaterThanOrEqualTo(wei(fee * 9));
  }

  @Test
  void aReplacementFollowsTheBaseFee() {
    assertThat(new Fees(wei(8), wei(100)).bumped(wei(500), wei(10_000)))
        .contains(new Fees(wei(9), wei(1_009)));
  }

  @Test
  void withoutRoomUnderTheCapThereIsNoReplacement() {
    assertThat(new Fees(wei(8), wei(100)).bumped(wei(500), wei(112))).isEmpty();
    assertThat(new Fees(wei(8), wei(100)).bumped(wei(500), wei(113)))
        .contains(new Fees(wei(9), wei(113)));
  }
}
