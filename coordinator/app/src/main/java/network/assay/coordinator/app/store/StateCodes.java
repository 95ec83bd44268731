package network.assay.coordinator.app.store;

import network.assay.contracts.protocol.JobState;

/**
 * The numbers of docs/PROTOCOL.md section 2 for states, as the contract and our tables have them.
 */
public final class StateCodes {
  private StateCodes() {}

  /**
   * The inverse of {@link JobState#of}, which fixes the enum's order as the contract's numbering.
   */
  @SuppressWarnings("EnumOrdinal")
  public static int of(JobState state) {
    return state.ordinal();
  }
}
