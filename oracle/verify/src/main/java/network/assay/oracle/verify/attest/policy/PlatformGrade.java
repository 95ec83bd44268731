package network.assay.oracle.verify.attest.policy;

import java.util.Locale;
import java.util.Optional;
import network.assay.oracle.verify.attest.Family;

/**
 * How much a family's evidence is worth on this network, where the one who is paid owns the machine
 * and has as long as he likes with it. Ordered from nothing to most.
 */
public enum PlatformGrade {
  /** Says nothing about who runs what by itself (a bare event log, another verifier's word). */
  NONE,
  /**
   * What booted, as a part that stands beside the processor recorded it: its bus and reset line are
   * in the owner's hands (TPM).
   */
  BOOT,
  /**
   * Memory encrypted by the processor itself. Holds against the owner's software; published
   * interposers on the memory bus have read such memory with the case open (SGX, TDX, SNP).
   */
  PROCESSOR,
  /** The same within one package whose memory has no bus to tap (GPUs with on-package memory). */
  PACKAGE,
  /**
   * The machine is not in the provider's hands: a cloud operator runs and vouches for it (Nitro).
   */
  OPERATOR;

  /** The grade that a policy uses where it says nothing else. */
  public static PlatformGrade ofFamily(Family family) {
    return switch (family) {
      case NITRO -> OPERATOR;
      case NVIDIA_GPU, NVIDIA_SWITCH -> PACKAGE;
      case SGX, TDX, SNP -> PROCESSOR;
      case TPM -> BOOT;
      case EVENTLOG, EAR -> NONE;
    };
  }

  /** The word in documents. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The grade of a word. */
  public static Optional<PlatformGrade> ofLabel(String label) {
    for (PlatformGrade grade : values()) {
      if (grade.label().equals(label)) {
        return Optional.of(grade);
      }
    }
    return Optional.empty();
  }
}
