package network.assay.contracts.protocol;

/** A verification policy is named by the hash of a sentence that fixes its numbers. */
public final class VerificationPolicy {
  /** Rows that each oracle draws for itself. */
  public static final int SAMPLED_DRAWS = 4;

  public static final String SAMPLED_V1_TEXT =
      "assay/policy/sampled/v1;draws=4;band=fp32:1e-5,tf32:2e-3,fp16:2e-3,bf16:1.5e-2;margin=4";
  public static final Bytes32 SAMPLED_V1 = Keccak.hashUtf8(SAMPLED_V1_TEXT);

  private static final String ATTESTED_V1_TEXT =
      "assay/policy/attested/v1;draws=4;band=fp32:1e-5,tf32:2e-3,fp16:2e-3,bf16:1.5e-2;margin=4;rules=";

  /** Delivery alone: held by 2f+1 oracles, and the consumer's signature for it. */
  public static final String ACCEPTED_V1_TEXT =
      "assay/policy/accepted/v1;exit=0;outputs=declared;consumer=eip712";

  public static final Bytes32 ACCEPTED_V1 = Keccak.hashUtf8(ACCEPTED_V1_TEXT);

  private VerificationPolicy() {}

  /**
   * Sampled, and hardware evidence by these rules besides.
   *
   * @param rules hash of the oracles' hardware policy and of the roots that they believe
   */
  public static Bytes32 attestedV1(Bytes32 rules) {
    return Keccak.hashUtf8(ATTESTED_V1_TEXT + rules.hex());
  }
}
