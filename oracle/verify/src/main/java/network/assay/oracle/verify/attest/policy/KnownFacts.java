package network.assay.oracle.verify.attest.policy;

import java.util.Set;
import java.util.regex.Pattern;
import network.assay.oracle.verify.attest.Family;

/**
 * Names of facts that a policy may ask for, by family. A misspelt name would otherwise deny
 * everything, and nobody would see why.
 */
final class KnownFacts {
  private KnownFacts() {}

  /** Names of the limits that a family's verifier documents. */
  static Set<String> limits(Family family) {
    return switch (family) {
      case SNP -> SNP_LIMITS;
      case NITRO -> Set.of("age.seconds.max");
      default -> Set.of();
    };
  }

  static String words(Family family) {
    return "of " + of(family).pattern().replace("[0-9]{1,2}", "N").replace("|", ", ");
  }

  /** Patterns are compiled once; they see names out of a policy, never out of evidence. */
  static Pattern of(Family family) {
    return switch (family) {
      case SGX -> SGX;
      case TDX -> TDX;
      case SNP -> SNP;
      case NITRO -> NITRO;
      case NVIDIA_GPU, NVIDIA_SWITCH -> NVIDIA;
      case TPM, EVENTLOG -> TPM;
      case EAR -> EAR;
    };
  }

  private static final Set<String> SNP_LIMITS =
      Set.of(
          "vmpl.max",
          "smt.allowed",
          "migrate-ma.allowed",
          "single-socket.required",
          "abi.min",
          "guest-svn.min",
          "crl.required",
          "author-key.required",
          "ciphertext-hiding.required",
          "tcb.fmc.min",
          "tcb.bootloader.min",
          "tcb.tee.min",
          "tcb.snp.min",
          "tcb.microcode.min");

  private static final String PLATFORM =
      "|fmspc|ppid|pceid|cpusvn|pcesvn|sgx-type|platform-instance|dynamic-platform|cached-keys|smt-enabled|tcb-evaluation";
  private static final Pattern SGX =
      Pattern.compile("mrenclave|mrsigner|isvprodid|isvsvn|attributes" + PLATFORM);
  private static final Pattern TDX =
      Pattern.compile(
          "mrtd|mrseam|mrsignerseam|mrconfigid|mrowner|mrownerconfig|mrservicetd|rtmr[0-3]|td-attributes|xfam|tee-tcb-svn"
              + PLATFORM);
  private static final Pattern SNP =
      Pattern.compile(
          "measurement|host-data|id-key-digest|author-key-digest|family-id|image-id|report-id|chip-id|guest-svn|vmpl|policy|product");
  private static final Pattern NITRO = Pattern.compile("pcr[0-9]{1,2}|module-id");
  private static final Pattern NVIDIA =
      Pattern.compile(
          "driver|vbios|architecture|chip|project|project-sku|chip-sku|fwid|gpu-certificate|device-serial|board-id|mode");
  private static final Pattern TPM = Pattern.compile("pcr[0-9]{1,2}|rtmr[0-3]|ak|firmware|bank");
  private static final Pattern EAR = Pattern.compile("status|verifier|profile");
}
