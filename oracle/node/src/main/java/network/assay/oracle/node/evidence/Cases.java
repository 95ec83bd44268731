package network.assay.oracle.node.evidence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.Outcome;
import network.assay.oracle.node.Metrics;
import network.assay.oracle.node.Refusal;
import network.assay.oracle.node.loop.Turn;
import network.assay.oracle.node.store.CaseStore;
import network.assay.oracle.node.store.CaseStore.CaseRow;
import network.assay.oracle.node.store.CaseStore.Phase;
import network.assay.oracle.node.store.EvidenceStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs this node works on, in memory and as rows. On the event loop, but for {@link #facts}.
 */
public final class Cases {
  private static final Logger LOG = LoggerFactory.getLogger(Cases.class);

  /** Each costs its provider a job on chain; a node with more than this is behind and says so. */
  private static final int OPEN_MAX = 20_000;

  private final Map<Long, OpenCase> open = new HashMap<>();
  private final Map<Long, CaseFacts> facts = new ConcurrentHashMap<>();
  private final Set<Long> certified = ConcurrentHashMap.newKeySet();
  private final LongSupplier chainTimeS;
  private final Metrics metrics;

  public Cases(LongSupplier chainTimeS, Metrics metrics) {
    this.chainTimeS = chainTimeS;
    this.metrics = metrics;
    metrics.gauge("jobs_open", facts::size);
  }

  /** From any thread: what is known of an open job's bundle. */
  Optional<CaseFacts> facts(long jobId) {
    return Optional.ofNullable(facts.get(jobId));
  }

  /** From any thread: whether the open job's certificate is here. */
  boolean certified(long jobId) {
    return certified.contains(jobId);
  }

  long chainTimeS() {
    return chainTimeS.getAsLong();
  }

  Optional<OpenCase> find(long jobId) {
    return Optional.ofNullable(open.get(jobId));
  }

  Collection<OpenCase> all() {
    return open.values();
  }

  /** Throws where the job was decided, reported or dropped here. */
  void requireOpen(Turn turn, long jobId) {
    if (open.containsKey(jobId)) {
      return;
    }
    CaseStore.get(turn.tx(), jobId)
        .filter(row -> row.closed() || row.phase().compareTo(Phase.DECIDED) >= 0)
        .ifPresent(row -> {
          throw Refusal.notNow(
              "JOB_CLOSED",
              "job " + JobIds.text(jobId) + " is " + row.phase() + " here: " + row.note());
        });
  }

  /** Whether the committee has decided the job, as far as this node knows. */
  boolean decided(Turn turn, long jobId) {
    return CaseStore.get(turn.tx(), jobId)
        .filter(row -> row.phase().compareTo(Phase.DECIDED) >= 0)
        .isPresent();
  }

  /** The case of these facts' job, made where there is none. */
  OpenCase open(Turn turn, CaseFacts of) {
    OpenCase known = open.get(of.jobId());
    if (known != null) {
      return known;
    }
    if (open.size() >= OPEN_MAX) {
      throw Refusal.busy("TOO_MANY_JOBS", "this oracle works on " + OPEN_MAX + " jobs already");
    }
    OpenCase made = new OpenCase(of);
    made.note = "waiting for the certificate of 2f+1 acknowledgements";
    made.lastSpokenMs = turn.nowMs();
    open.put(of.jobId(), made);
    publish(made);
    return made;
  }

  void publish(OpenCase of) {
    facts.put(of.facts.jobId(), of.facts);
  }

  void save(Turn turn, OpenCase of) {
    if (of.phase != Phase.EVIDENCE) {
      certified.add(of.facts.jobId());
    }
    CaseStore.put(turn.tx(), of.row(false), chainTimeS());
  }

  /** Ends the work on a job; its row says why. */
  void drop(Turn turn, long jobId, String reason) {
    OpenCase gone = open.remove(jobId);
    forget(jobId);
    if (gone != null) {
      gone.note = reason;
      CaseStore.put(turn.tx(), gone.row(true), chainTimeS());
      metrics.count("jobs_dropped");
      LOG.info("job {} dropped: {}", JobIds.text(jobId), reason);
    }
  }

  private void forget(long jobId) {
    facts.remove(jobId);
    certified.remove(jobId);
  }

  /** The committee decided these jobs at one height. */
  public void decided(Turn turn, Outcome outcome) {
    for (Outcome.Entry entry : outcome.entries()) {
      long jobId = entry.verdict().jobId();
      OpenCase known = open.get(jobId);
      CaseRow row =
          known != null
              ? known.row(false)
              : CaseStore.get(turn.tx(), jobId).orElseGet(() -> unseen(jobId, outcome.epoch()));
      boolean same = entry.verdict().equals(row.verdict());
      String note =
          same || row.verdict() == null ? "decided" : "decided otherwise than this oracle judged";
      CaseRow now = at(row, Phase.DECIDED, note, outcome.seq(), row.closed());
      if (known != null) {
        known.phase = Phase.DECIDED;
        known.note = note;
        known.seq = outcome.seq();
      }
      CaseStore.put(turn.tx(), now, chainTimeS());
    }
  }

  /** The report with these jobs is on chain: nothing is left to do. */
  public void reported(Turn turn, Outcome outcome) {
    for (Outcome.Entry entry : outcome.entries()) {
      long jobId = entry.verdict().jobId();
      open.remove(jobId);
      forget(jobId);
      CaseRow row = CaseStore.get(turn.tx(), jobId).orElseGet(() -> unseen(jobId, outcome.epoch()));
      CaseStore.put(
          turn.tx(),
          at(row, Phase.REPORTED, "the report is on chain", outcome.seq(), true),
          chainTimeS());
    }
  }

  private static CaseRow unseen(long jobId, long epoch) {
    return new CaseRow(
        jobId, epoch, Phase.UNKNOWN, "", Bytes32.ZERO, 1, null, null, List.of(), null, false);
  }

  private static CaseRow at(CaseRow row, Phase phase, String note, long seq, boolean closed) {
    return new CaseRow(
        row.jobId(),
        row.epoch(),
        phase,
        note,
        row.bundleHash(),
        row.attempt(),
        row.verdict(),
        row.leaf(),
        row.findings(),
        seq,
        closed);
  }

  /** Reads the open rows back; each bundle is parsed again for its facts. */
  List<OpenCase> restore(Turn turn) {
    List<OpenCase> restored = new ArrayList<>();
    for (CaseRow row : CaseStore.open(turn.tx())) {
      EvidenceStore.bundle(turn.tx(), row.jobId(), row.bundleHash())
          .map(bytes -> CaseFacts.of(row.epoch(), row.bundleHash(), EvidenceBundle.parse(bytes)))
          .ifPresent(of -> {
            OpenCase made = OpenCase.restored(of, row);
            open.put(row.jobId(), made);
            publish(made);
            if (made.phase != Phase.EVIDENCE) {
              certified.add(row.jobId());
            }
            restored.add(made);
          });
    }
    return restored;
  }
}
