package network.assay.oracle.report;

import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Report;

/**
 * A Report with the signatures of exactly 2f+1 oracles: what goes on chain, and what a receipt
 * shows.
 */
public record QuorumReport(Outcome outcome, Report report, QuorumSignatures signatures) {
  public long seq() {
    return report.seq();
  }
}
