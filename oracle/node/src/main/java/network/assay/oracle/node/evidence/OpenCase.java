package network.assay.oracle.node.evidence;

import java.util.List;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.oracle.node.store.CaseStore.CaseRow;
import network.assay.oracle.node.store.CaseStore.Phase;
import org.jspecify.annotations.Nullable;

/** A job that this node is working on; touched by the event loop only. Its row is what survives. */
final class OpenCase {
  /** Replaced where another bundle than the one acknowledged here got the certificate. */
  CaseFacts facts;

  Phase phase = Phase.EVIDENCE;
  String note = "";
  int attempt = 1;
  int openings;

  /** An opening holds all rows that this node drew. */
  boolean covered;

  boolean judging;
  int judgeFailures;
  long lastSpokenMs;
  @Nullable PackedVerdict verdict;
  byte @Nullable [] leaf;
  List<String> findings = List.of();
  @Nullable Long seq;

  OpenCase(CaseFacts facts) {
    this.facts = facts;
  }

  /** What a stored row says, onto facts read from its bundle. */
  static OpenCase restored(CaseFacts facts, CaseRow row) {
    OpenCase open = new OpenCase(facts);
    open.phase = row.phase();
    open.note = row.note();
    open.attempt = row.attempt();
    open.verdict = row.verdict();
    open.leaf = row.leaf();
    open.findings = row.findings();
    open.seq = row.seq();
    return open;
  }

  CaseRow row(boolean closed) {
    return new CaseRow(
        facts.jobId(),
        facts.epoch(),
        phase,
        note,
        facts.bundleHash(),
        attempt,
        verdict,
        leaf,
        findings,
        seq,
        closed);
  }
}
