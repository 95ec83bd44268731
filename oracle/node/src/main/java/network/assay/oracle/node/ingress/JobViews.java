package network.assay.oracle.node.ingress;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.client.store.Transactions;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.wire.Decision;
import network.assay.contracts.wire.JobView;
import network.assay.oracle.node.evidence.Wire;
import network.assay.oracle.node.store.CaseStore;
import network.assay.oracle.node.store.CaseStore.CaseRow;
import network.assay.oracle.node.store.CaseStore.Phase;
import network.assay.oracle.node.store.CommitteeStore;
import network.assay.oracle.node.store.EvidenceStore;

/**
 * What this oracle shows of a job. Once decided, verdict, leaf and path are the committee's, each
 * checkable against the chain.
 */
public final class JobViews {
  private final Transactions store;

  public JobViews(Transactions store) {
    this.store = store;
  }

  public JobView of(long jobId) {
    return store.inTransaction(tx ->
        CaseStore.get(tx, jobId)
            .map(row -> view(tx, row))
            .orElseGet(() ->
                JobView.newBuilder()
                    .setJobId(jobId)
                    .setPhase(Phase.UNKNOWN.name())
                    .setNote("no evidence of this job came here")
                    .build()));
  }

  private static JobView view(Connection tx, CaseRow row) {
    JobView.Builder out =
        JobView.newBuilder()
            .setJobId(row.jobId())
            .setEpoch(row.epoch())
            .setPhase(row.phase().name())
            .setNote(row.note())
            .setBundleHash(Wire.bytes(row.bundleHash()))
            .addAllFindings(row.findings());
    if (row.verdict() != null) {
      out.setVerdict(ByteString.copyFrom(row.verdict().pack()));
    }
    byte[] leaf = row.leaf();
    if (leaf != null) {
      out.setLeaf(ByteString.copyFrom(leaf));
    }
    EvidenceStore.reveals(tx, row.jobId())
        .forEach(reveal -> out.addDrawReveals(Wire.struct(reveal)));
    EvidenceStore.bundle(tx, row.jobId(), row.bundleHash())
        .ifPresent(bytes -> signedByDevice(out, bytes));
    Long seq = row.seq();
    if (seq != null) {
      decided(out, CommitteeStore.decision(tx, row.epoch(), seq), row);
    }
    return out.build();
  }

  private static void signedByDevice(JobView.Builder out, byte[] bytes) {
    EvidenceBundle bundle = EvidenceBundle.parse(bytes);
    out.setAccept(
        ByteString.copyFrom(
            Bytes.start()
                .raw(bundle.accept().words())
                .raw(bundle.acceptSignature().toArray())
                .toArray()));
    out.setWorkCommit(
        ByteString.copyFrom(
            Bytes.start()
                .raw(bundle.workCommit().words())
                .raw(bundle.workCommitSignature().toArray())
                .toArray()));
  }

  private static void decided(
      JobView.Builder out, Optional<CommitteeStore.StoredDecision> decision, CaseRow row) {
    if (decision.isEmpty()) {
      return;
    }
    Outcome outcome = outcome(decision.get().message());
    List<Outcome.Entry> entries = outcome.entries();
    for (int i = 0; i < entries.size(); i++) {
      Outcome.Entry entry = entries.get(i);
      if (entry.verdict().jobId() == row.jobId()) {
        out.setSeq(outcome.seq()).setIndex(i).setCount(entries.size());
        out.setVerdict(ByteString.copyFrom(entry.verdict().pack()));
        outcome.evidenceTree().path(i).forEach(sibling -> out.addPath(Wire.bytes(sibling)));
        byte[] leaf = row.leaf();
        if (leaf != null && !Merkle.leaf(leaf).equals(entry.leafHash())) {
          out.clearLeaf(); // ours is not the one that was decided
        }
      }
    }
  }

  private static Outcome outcome(byte[] stored) {
    try {
      return Outcome.parse(Decision.parseFrom(stored).getOutcome().toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored decision cannot be read", e);
    }
  }
}
