package network.assay.oracle.verify.attest.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.dcap.QuotePlatform;
import network.assay.oracle.verify.attest.nvidia.NvidiaNeeds;
import network.assay.oracle.verify.attest.snp.SnpNeeds;
import network.assay.oracle.verify.attest.tpm.HardwareBelow;

/**
 * What evidence needs beside it, worked out from its bytes alone; nothing in them is believed, so a
 * liar makes his reader fetch what is of no use, and no more.
 */
public final class CollateralNeeds {
  private CollateralNeeds() {}

  /**
   * The needs, without doubles; none for evidence that carries all of it.
   *
   * @throws network.assay.oracle.verify.attest.AttestException if the evidence is unusable
   */
  public static List<Need> of(Evidence evidence) {
    return switch (evidence.family()) {
      case SGX, TDX -> List.of(QuotePlatform.of(PaddedQuotes.cut(evidence.raw())).need());
      case SNP -> List.of(SnpNeeds.of(evidence.raw()));
      case NVIDIA_GPU, NVIDIA_SWITCH -> NvidiaNeeds.of(evidence);
      case TPM -> HardwareBelow.of(evidence).map(CollateralNeeds::of).orElse(List.of());
      case EVENTLOG -> beside(evidence);
      case NITRO, EAR -> List.of();
    };
  }

  /** A log needs nothing itself, the quote beside it does. */
  private static List<Need> beside(Evidence evidence) {
    List<Need> all = new ArrayList<>();
    var verifiers = Verifiers.all();
    for (byte[] raw : evidence.attachments()) {
      Optional<Family> family = verifiers.detect(raw);
      if (family.isPresent() && family.get() != Family.EVENTLOG) {
        all.addAll(of(new Evidence(family.get(), raw, List.of())));
      }
    }
    return List.copyOf(all);
  }
}
