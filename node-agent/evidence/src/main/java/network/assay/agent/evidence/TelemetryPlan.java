package network.assay.agent.evidence;

import network.assay.contracts.protocol.EvidenceBundle;

/**
 * How often to sample and to sign. A long job is sampled more thinly, so that its telemetry still
 * fits the bundle beside the largest input and result.
 *
 * @param sampleMs milliseconds between samples
 * @param batchMs milliseconds between batches
 */
public record TelemetryPlan(long sampleMs, long batchMs) {
  /** Bundle 4 MiB − ciphertext 3 MiB − input 256 KiB − a margin for everything else. */
  static final long SAMPLE_BYTES_MAX = 384L * 1024;

  /** Half of what a bundle may hold: restarts add batches. */
  static final int BATCHES_MAX = EvidenceBundle.BATCHES_MAX / 2;

  private static final int HOST_BYTES = 37;
  private static final int CARD_BYTES = 60;

  public TelemetryPlan {
    if (sampleMs < 1 || batchMs < sampleMs) {
      throw new IllegalArgumentException(
          "want 1 ≤ sampleMs ≤ batchMs, got " + sampleMs + " and " + batchMs);
    }
  }

  /**
   * This plan, stretched as far as a job of {@code runWindowS} with {@code cards} cards demands.
   */
  public TelemetryPlan fitted(long runWindowS, int cards) {
    long windowMs = Math.multiplyExact(runWindowS, 1000L);
    long samplesMax = SAMPLE_BYTES_MAX / (HOST_BYTES + (long) CARD_BYTES * cards);
    long sample = Math.max(sampleMs, Math.ceilDiv(windowMs, samplesMax));
    long batch = Math.max(Math.max(batchMs, sample), Math.ceilDiv(windowMs, BATCHES_MAX));
    return new TelemetryPlan(sample, batch);
  }
}
