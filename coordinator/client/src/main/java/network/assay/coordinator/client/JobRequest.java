package network.assay.coordinator.client;

import java.math.BigInteger;
import java.util.Optional;
import java.util.SortedMap;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.FilePackage;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;

/**
 * What a consumer wants done.
 *
 * @param input UTF-8 text, or a container's files in one ({@link FilePackage}); at most 256 KiB
 * @param model registered model hash; of a container {@link ContainerJob#CAPABILITY}
 * @param deviceClass zero for any
 * @param regions bit set, 0 for anywhere
 * @param priceMax token base units
 * @param hardware what the node must say that it has
 * @param container empty for what is built in
 */
public record JobRequest(
    byte[] input,
    Bytes32 model,
    String precision,
    Grade grade,
    Bytes32 deviceClass,
    long regions,
    BigInteger priceMax,
    HardwareWish hardware,
    Optional<ContainerJob> container) {
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

  /** Something built in, on hardware as wished. */
  public JobRequest(
      byte[] input,
      Bytes32 model,
      String precision,
      Grade grade,
      Bytes32 deviceClass,
      long regions,
      BigInteger priceMax,
      HardwareWish hardware) {
    this(
        input, model, precision, grade, deviceClass, regions, priceMax, hardware, Optional.empty());
  }

  /** At grade SAMPLED, on any device, anywhere. */
  public static JobRequest embeddings(byte[] input, Bytes32 model, BigInteger priceMax) {
    return new JobRequest(input, model, "fp32", Grade.SAMPLED, Bytes32.ZERO, 0, priceMax);
  }

  /** A container on any device, anywhere; its grade is ACCEPTED, since nobody can verify it. */
  public static JobRequest ofContainer(
      ContainerJob job, SortedMap<String, byte[]> files, BigInteger priceMax) {
    return new JobRequest(
        FilePackage.input(files),
        ContainerJob.CAPABILITY,
        "none",
        Grade.ACCEPTED,
        Bytes32.ZERO,
        0,
        priceMax,
        HardwareWish.ANY,
        Optional.of(job));
  }

  public JobRequest onClass(Bytes32 wanted) {
    return new JobRequest(
        input, model, precision, grade, wanted, regions, priceMax, hardware, container);
  }

  public JobRequest on(HardwareWish wish) {
    return new JobRequest(
        input, model, precision, grade, deviceClass, regions, priceMax, wish, container);
  }

  JobRequest inRegions(long wanted) {
    return new JobRequest(
        input, model, precision, grade, deviceClass, wanted, priceMax, hardware, container);
  }

  JobSpec spec() {
    if (container.isPresent()) {
      return JobSpec.ofContainer(
          container.get(),
          ContentRoot.of(input),
          input.length,
          EvidenceBundle.CIPHERTEXT_BYTES_MAX);
    }
    return new JobSpec(
        1, "embeddings", model, precision, ContentRoot.of(input), input.length, RESULT_BYTES_MAX);
  }
}
