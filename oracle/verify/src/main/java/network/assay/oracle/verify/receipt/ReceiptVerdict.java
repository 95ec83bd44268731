package network.assay.oracle.verify.receipt;

import java.util.List;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.PackedVerdict;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of checking a receipt.
 *
 * @param checks in the order in which they ran; after the first failure those that depend on it are
 *     missing
 * @param verdict the job's verdict, when all checks passed
 * @param committeeDigest of the committee that reported, as computed from its keys
 */
public record ReceiptVerdict(
    List<Check> checks, @Nullable PackedVerdict verdict, @Nullable Bytes32 committeeDigest) {
  /** One named check; {@code detail} says got and want when it failed. */
  public record Check(String name, boolean passed, String detail) {}

  public ReceiptVerdict {
    checks = List.copyOf(checks);
  }

  public boolean accepted() {
    return verdict != null && checks.stream().allMatch(Check::passed);
  }
}
