package network.assay.agent.app.job;

import java.math.BigInteger;
import network.assay.contracts.protocol.Bytes32;

/**
 * What this operator sells.
 *
 * @param price per job, token base units
 * @param volumeMax sum of the prices of all jobs that may join before the offer is renewed
 * @param regions bit set
 * @param grades bit set, bit {@code 1 << grade}
 * @param ttlS how long an offer stands, chain seconds; it is renewed at half of that
 */
public record OfferTerms(
    Bytes32 deviceClass,
    BigInteger price,
    long durationMinS,
    long durationMaxS,
    BigInteger volumeMax,
    int concurrentMax,
    long regions,
    int grades,
    long ttlS) {
  public OfferTerms {
    if (deviceClass.isZero() || price.signum() <= 0 || volumeMax.compareTo(price) < 0) {
      throw new IllegalArgumentException(
          "want a device class, a price above 0 and a volume of at least one job, got "
              + deviceClass
              + ", "
              + price
              + " and "
              + volumeMax);
    }
    if (durationMinS < 1
        || durationMaxS < durationMinS
        || concurrentMax < 1
        || concurrentMax > 64
        || ttlS < 10) {
      throw new IllegalArgumentException(
          "want 1 ≤ durationMinS ≤ durationMaxS, 1 ≤ concurrentMax ≤ 64 and ttlS ≥ 10, got "
              + durationMinS
              + ", "
              + durationMaxS
              + ", "
              + concurrentMax
              + " and "
              + ttlS);
    }
    if (regions == 0 || grades == 0 || (grades & 1) != 0) {
      throw new IllegalArgumentException(
          "want at least one region and grade, got bit sets " + regions + " and " + grades);
    }
  }
}
