package network.assay.oracle.verify.work;

import static org.assertj.core.api.Assertions.assertThat;

import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.oracle.verify.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BandTest {

  private static final float[] WANT = {1, 0};

  private static Finding at(double distance) {
    return new Band("test", 0.25).judge("row 1", new float[] {1, (float) distance}, WANT);
  }

  @Test
  void thereIsNoBandForEightBitWeights() {
    assertThat(Band.of("int8")).isEmpty();
    assertThat(Band.of("FP32")).isEmpty();
  }

  @Test
  void acceptsUpToTheBandRejectsAboveFourBandsAndLeavesTheRestOpen() {
    assertThat(at(0.25)).isInstanceOf(Finding.Accepted.class);
    assertThat(at(Math.nextUp(0.25f))).isInstanceOf(Finding.Inconclusive.class);
    assertThat(at(1)).isInstanceOf(Finding.Inconclusive.class);
    assertThat(at(Math.nextUp(1f))).isInstanceOf(Finding.Rejected.class);
  }

  @Test
  void anotherWidthIsRejected() {
    assertThat(new Band("test", 1).judge("row 1", new float[1], WANT))
        .isEqualTo(new Finding.Rejected("DIMENSIONS", "1", "2 in row 1"));
  }

  @Test
  void whatIsNoNumberIsRejectedEvenByTheWidestBand() {
    assertThat(new Band("test", Double.MAX_VALUE).judge("row 1", new float[] {1, Float.NaN}, WANT))
        .isEqualTo(
            new Finding.Rejected("NOT_FINITE", "NaN", "a finite number at dimension 1 of row 1"));
  }

  @Test
  void aReRunThatIsNoMeasureIsNobodysFault() {
    Band band = new Band("test", 1);
    assertThat(band.judge("row 1", WANT, new float[2])).isInstanceOf(Finding.Inconclusive.class);
    assertThat(band.judge("row 1", WANT, new float[] {1, Float.NaN}))
        .isInstanceOf(Finding.Inconclusive.class);
  }

  @ParameterizedTest
  @CsvSource({"fp32,1e-5", "tf32,2e-3", "fp16,2e-3", "bf16,1.5e-2"})
  void theBandsAreThoseOfThePolicy(String precision, String band) {
    assertThat(Band.of(precision).orElseThrow().accepted()).isEqualTo(Double.parseDouble(band));
    assertThat(VerificationPolicy.SAMPLED_V1_TEXT)
        .contains(precision + ":" + band)
        .endsWith("margin=4");
    assertThat(Band.MARGIN).isEqualTo(4);
  }
}
