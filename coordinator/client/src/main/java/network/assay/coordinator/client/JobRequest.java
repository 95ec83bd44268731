package network.assay.coordinator.client;

import java.math.BigInteger;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;

/**
 * What a consumer wants done.
 *
 * @param input UTF-8 text, at most 256 KiB
 * @param model registered model hash
 * @param deviceClass zero for any
 * @param regions bit set, 0 for anywhere
 * @param priceMax token base units
 * @param hardware what the node must say that it has
 */
public record JobRequest(
    byte[] input,
    Bytes32 model,
    String precision,
    Grade grade,
    Bytes32 deviceClass,
    long regions,
    BigInteger priceMax,
    HardwareWish hardware) {
  private static final int RESULT_BYTES_MAX = 2 * 1024 * 1024;

  public JobRequest {
    if (input.length == 0 || input.length > EvidenceBundle.INPUT_BYTES_MAX) {
      throw new ConsumerException(
          "INPUT_SIZE",
          "want an input of 1 to "
              + EvidenceBundle.INPUT_BYTES_MAX
              + " bytes, got "
              + input.length);
    }
    if (priceMax.signum() <= 0 || priceMax.bitLength() > 96) {
      throw new ConsumerException("PRICE", "want a price above 0 in 96 bits, got " + priceMax);
    }
  }

  /** A request that asks nothing of the hardware but its class. */
  public JobRequest(
      byte[] input,
      Bytes32 model,
      String precision,
      Grade grade,
      Bytes32 deviceClass,
      long regions,
      BigInteger priceMax) {
    this(input, model, precision, grade, deviceClass, regions, priceMax, HardwareWish.ANY);
  }

  /** At grade SAMPLED, on any device, anywhere. */
  public static JobRequest embeddings(byte[] input, Bytes32 model, BigInteger priceMax) {
    return new JobRequest(input, model, "fp32", Grade.SAMPLED, Bytes32.ZERO, 0, priceMax);
  }

  public JobRequest onClass(Bytes32 wanted) {
    return new JobRequest(input, model, precision, grade, wanted, regions, priceMax, hardware);
  }

  public JobRequest on(HardwareWish wish) {
    return new JobRequest(input, model, precision, grade, deviceClass, regions, priceMax, wish);
  }

  JobSpec spec() {
    return new JobSpec(
        1, "embeddings", model, precision, ContentRoot.of(input), input.length, RESULT_BYTES_MAX);
  }
}
