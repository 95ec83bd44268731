package network.assay.oracle.verify.attest.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a policy asks of one family.
 *
 * @param grade what accepted evidence of it is worth
 * @param tcbStatuses the vendor's words that are accepted; empty accepts none
 * @param advisoriesTolerated names of advisories that may stand beside such a status; empty
 *     optional: any, since the status was accepted knowing them
 * @param tcbEvaluationMin smallest TCB evaluation data number of DCAP collateral
 * @param accept what is accepted; empty denies. An empty optional compares nothing and says so
 * @param ageMaxS longest time since the evidence says it was made; empty: not asked
 * @param nonceRequired whether evidence without a nonce of ours is denied
 * @param reportDataRequired whether evidence without report data of ours is denied
 * @param expiredRimSigners whether a manifest's signer may have expired since (NVIDIA's verifiers
 *     report it and go on; denied unless a policy says so)
 * @param revocationRequired whether OCSP answers must be there for a chain that names a responder
 * @param debugAllowed only with the whole sentence of {@link PolicyDocument#DEBUG_SENTENCE}
 * @param limits numbers that the family's verifier compares; absent ones have its strict default
 */
public record FamilyRules(
    PlatformGrade grade,
    Set<String> tcbStatuses,
    Optional<Set<String>> advisoriesTolerated,
    int tcbEvaluationMin,
    Optional<List<Reference>> accept,
    Optional<Long> ageMaxS,
    boolean nonceRequired,
    boolean reportDataRequired,
    boolean expiredRimSigners,
    boolean revocationRequired,
    boolean debugAllowed,
    Map<String, Long> limits) {

  /** Statuses that need no judgement of a particular enclave or machine. */
  public static final Set<String> STATUSES = Set.of("UpToDate", "SWHardeningNeeded");

  /** Copies. */
  public FamilyRules {
    tcbStatuses = Set.copyOf(tcbStatuses);
    advisoriesTolerated = advisoriesTolerated.map(Set::copyOf);
    accept = accept.map(List::copyOf);
    limits = Map.copyOf(limits);
  }
}
