package network.assay.oracle.verify.attest.snp;

import java.util.Map;
import network.assay.oracle.verify.attest.Policy;

/**
 * What a policy asks of SNP beyond measurements, from its limits. Names: {@code vmpl.max}, {@code
 * smt.allowed}, {@code migrate-ma.allowed}, {@code single-socket.required}, {@code abi.min} (major
 * × 256 + minor), {@code guest-svn.min}, {@code crl.required}, {@code author-key.required}, {@code
 * ciphertext-hiding.required}, and {@code tcb.fmc.min}, {@code tcb.bootloader.min}, {@code
 * tcb.tee.min}, {@code tcb.snp.min}, {@code tcb.microcode.min}.
 */
record SnpLimits(Map<String, Long> limits) {

  static SnpLimits of(Policy.Rules rules) {
    return new SnpLimits(rules.limits());
  }

  /** Highest VMPL; 0 where nothing is said: less privileged software is not what was measured. */
  long vmplMax() {
    return limits.getOrDefault("vmpl.max", 0L);
  }

  /** Whether two threads a core are accepted; they are where nothing is said: clouds run so. */
  boolean smtAllowed() {
    return limits.getOrDefault("smt.allowed", 1L) != 0;
  }

  /** Whether a migration agent is accepted; never where nothing is said. */
  boolean migrateMaAllowed() {
    return limits.getOrDefault("migrate-ma.allowed", 0L) != 0;
  }

  boolean singleSocketRequired() {
    return limits.getOrDefault("single-socket.required", 0L) != 0;
  }

  long abiMin() {
    return limits.getOrDefault("abi.min", 0L);
  }

  long guestSvnMin() {
    return limits.getOrDefault("guest-svn.min", 0L);
  }

  boolean crlRequired() {
    return limits.getOrDefault("crl.required", 0L) != 0;
  }

  boolean authorKeyRequired() {
    return limits.getOrDefault("author-key.required", 0L) != 0;
  }

  boolean ciphertextHidingRequired() {
    return limits.getOrDefault("ciphertext-hiding.required", 0L) != 0;
  }

  /** Least level of each component. */
  TcbVersion floor() {
    return new TcbVersion(
        level("fmc"), level("bootloader"), level("tee"), level("snp"), level("microcode"), true);
  }

  private int level(String component) {
    return Math.toIntExact(limits.getOrDefault("tcb." + component + ".min", 0L));
  }
}
