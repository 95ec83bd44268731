package network.assay.oracle.verify.attest;

import java.util.Optional;

/** A kind of evidence. Codes are stable: they stand in evidence bundles. Code 0 is "none". */
public enum Family {
  SGX(1, "sgx"),
  TDX(2, "tdx"),
  SNP(3, "snp"),
  NITRO(4, "nitro"),
  NVIDIA_GPU(5, "nvidia-gpu"),
  NVIDIA_SWITCH(6, "nvidia-switch"),
  TPM(7, "tpm"),
  EVENTLOG(8, "eventlog"),
  EAR(9, "ear");

  private final int code;
  private final String label;

  Family(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** The number in an evidence bundle; never 0. */
  public int code() {
    return code;
  }

  /** The word on command lines and in JSON. */
  public String label() {
    return label;
  }

  /** The family of a code, or nothing for 0 and for codes of a later version. */
  public static Optional<Family> ofCode(int code) {
    for (Family family : values()) {
      if (family.code == code) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }

  /** The family of a word, or nothing. */
  public static Optional<Family> ofLabel(String label) {
    for (Family family : values()) {
      if (family.label.equals(label)) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }
}
