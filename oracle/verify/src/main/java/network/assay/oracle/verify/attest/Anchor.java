package network.assay.oracle.verify.attest;

/** What a root certificate is trusted for. A root of one is no root of another. */
public enum Anchor {
  INTEL_SGX,
  AMD_MILAN,
  AMD_GENOA,
  AMD_TURIN,
  AWS_NITRO,
  NVIDIA_DEVICE,
  NVIDIA_RIM,
  TPM_AZURE,
  TPM_GOOGLE,
  /** Roots of TPM keys that a configuration names: makers' and clouds' that are not pinned. */
  TPM_CONFIGURED
}
