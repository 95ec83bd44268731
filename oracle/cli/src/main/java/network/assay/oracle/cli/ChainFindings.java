package network.assay.oracle.cli;

import java.util.List;
import network.assay.oracle.verify.receipt.ReceiptVerdict;

/**
 * What a chain says of a receipt.
 *
 * @param state the job's state on chain, such as REPORTED or FINAL
 * @param complete false where the chain could not be asked
 */
record ChainFindings(List<ReceiptVerdict.Check> checks, String state, boolean complete) {
  ChainFindings {
    checks = List.copyOf(checks);
  }

  boolean passed() {
    return checks.stream().allMatch(ReceiptVerdict.Check::passed);
  }
}
