package network.assay.coordinator.app.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.coordinator.app.flow.Chain;
import network.assay.coordinator.app.flow.Refused;
import network.assay.coordinator.app.store.ChainEvents;
import network.assay.coordinator.app.store.ChainEvents.Dated;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Notes;
import network.assay.coordinator.app.store.Notes.Note;
import network.assay.coordinator.app.store.Results;
import network.assay.coordinator.app.store.Waiting;

/** Jobs as JSON: where they stand, since when and why. */
public final class JobPage {
  private final Database database;
  private final Chain chain;

  public JobPage(Database database, Chain chain) {
    this.database = database;
    this.chain = chain;
  }

  /**
   * An order by its hash or by the id of one of its attempts.
   *
   * @throws Refused UNKNOWN_JOB
   */
  Job find(String id) {
    Optional<Job> job =
        database.transaction(tx ->
            id.startsWith("0x")
                ? Jobs.find(tx, Bytes32.fromHex(id))
                : Jobs.findByJobId(tx, jobId(id)));
    return job.orElseThrow(
        () -> Refused.notFound("UNKNOWN_JOB", "no order or job of this id came here"));
  }

  static long jobId(String text) {
    return QuoteController.number("the job id", text, 64).longValue();
  }

  /**
   * The newest attempt's state, where it waits in which place, and whether anything will follow.
   */
  Live live(Job job) {
    Attempt attempt = database.transaction(tx -> Jobs.attempts(tx, job.orderHash())).getLast();
    String state = state(attempt, chain.nowS());
    boolean over =
        attempt.settled()
            || state.equals("UNPLACED")
            || (attempt.state() == JobState.REPORTED
                && database.transaction(tx -> Results.receipt(tx, attempt.jobId())).isPresent());
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("jobId", JobIds.text(attempt.jobId()));
    out.put("attempt", attempt.attempt());
    out.put("state", state);
    out.put("verdict", verdict(attempt));
    out.put("deadlineS", attempt.deadlineS());
    queue(attempt).ifPresent(queue -> out.put("queue", queue));
    return new Live(attempt.jobId(), out, over);
  }

  /** What a stream tells of a job. */
  record Live(long jobId, Map<String, Object> state, boolean over) {}

  private Optional<Map<String, Object>> queue(Attempt attempt) {
    if (attempt.unplaced() != null
        || (attempt.state() != JobState.NONE && attempt.state() != JobState.FUNDED)) {
      return Optional.empty();
    }
    Waiting.Place place = database.transaction(tx -> Waiting.place(tx, attempt.jobId()));
    return Optional.of(Map.of("position", place.position(), "estimateMs", place.estimateMs()));
  }

  /** The derived state: a report whose window is over is final. */
  private static String state(Attempt attempt, long nowS) {
    if (attempt.unplaced() != null) {
      return "UNPLACED";
    }
    if (attempt.state() == JobState.NONE) {
      return "SUBMITTED";
    }
    if (attempt.state() == JobState.REPORTED && nowS > attempt.deadlineS()) {
      return "FINAL";
    }
    return attempt.state().name();
  }

  private Attempt current(Job job) {
    return database.transaction(tx -> Jobs.attempt(tx, job.jobId())).orElseThrow();
  }

  /** One line of a list. */
  Map<String, Object> line(Job job) {
    Attempt attempt = current(job);
    Map<String, Object> out = head(job);
    out.put("state", state(attempt, chain.nowS()));
    out.put("verdict", verdict(attempt));
    out.put("paid", attempt.paid().toString());
    return out;
  }

  private static Map<String, Object> head(Job job) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("orderHash", job.orderHash().hex());
    out.put("jobId", JobIds.text(job.jobId()));
    out.put("consumer", job.order().consumer().hex());
    out.put("attempt", job.attempt());
    out.put("createdAtMs", job.createdAtMs());
    return out;
  }

  private static String verdict(Attempt attempt) {
    return attempt.verdictCode() == 0 ? "" : VerdictCode.of(attempt.verdictCode()).name();
  }

  /** Everything about an order. */
  Map<String, Object> full(Job job) {
    long nowS = chain.nowS();
    // One reading for state and attempts: between two the job may move on.
    List<Attempt> all = database.transaction(tx -> Jobs.attempts(tx, job.orderHash()));
    Attempt newest = all.getLast();
    Map<String, Object> out = head(job);
    out.put("jobId", JobIds.text(newest.jobId()));
    out.put("attempt", newest.attempt());
    out.put("state", state(newest, nowS));
    out.put("chainTimeS", nowS);
    out.put("stopped", database.transaction(tx -> Jobs.isStopped(tx, job.orderHash())));
    out.put("order", job.order().toText());
    out.put("spec", new String(job.spec(), java.nio.charset.StandardCharsets.UTF_8));
    List<Map<String, Object>> attempts = all.stream().map(a -> attempt(a, nowS)).toList();
    out.put("attempts", attempts);
    return out;
  }

  private Map<String, Object> attempt(Attempt attempt, long nowS) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("jobId", JobIds.text(attempt.jobId()));
    out.put("attempt", attempt.attempt());
    out.put("state", state(attempt, nowS));
    out.put("deadlineS", attempt.deadlineS());
    out.put("offerHash", attempt.offerHash() == null ? "" : attempt.offerHash().hex());
    out.put("device", attempt.device() == null ? "" : attempt.device().hex());
    out.put("amount", attempt.amount().toString());
    out.put("epoch", Long.toUnsignedString(attempt.epoch()));
    out.put("verdict", verdict(attempt));
    out.put("paid", attempt.paid().toString());
    out.put("refunded", attempt.refunded().toString());
    out.put("slashed", attempt.slashed());
    out.put("reportTx", attempt.reportTx() == null ? "" : attempt.reportTx());
    out.put("unplaced", attempt.unplaced() == null ? "" : attempt.unplaced());
    queue(attempt).ifPresent(queue -> out.put("queue", queue));
    database.transaction(tx -> {
      out.put("hasResult", Results.has(tx, attempt.jobId()));
      out.put("hasReceipt", Results.receipt(tx, attempt.jobId()).isPresent());
      out.put(
          "timeline", timeline(ChainEvents.of(tx, attempt.jobId()), Notes.of(tx, attempt.jobId())));
      return true;
    });
    return out;
  }

  /** Chain events (proved) and notes (hints) in order of time. */
  static List<Map<String, Object>> timeline(List<Dated> events, List<Note> notes) {
    List<Map<String, Object>> out = new ArrayList<>();
    for (Dated dated : events) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("atMs", dated.atS() * 1_000);
      line.put("source", "chain");
      line.put("what", dated.event().name());
      line.put("block", dated.event().block());
      line.put("tx", dated.event().txHash());
      line.put("values", dated.event().values());
      out.add(line);
    }
    for (Note note : notes) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("atMs", note.atMs());
      line.put("source", note.source());
      line.put("what", note.phase());
      line.put("text", note.text());
      out.add(line);
    }
    out.sort(java.util.Comparator.comparingLong(line -> (Long) line.get("atMs")));
    return out;
  }

  String whyNoReceipt(long jobId) {
    Attempt attempt = database.transaction(tx -> Jobs.attempt(tx, jobId)).orElseThrow();
    return attempt.state() == JobState.REPORTED
        ? "reported; the evidence leaf is still to come from an oracle"
        : "there is a receipt once the committee reported; the job is "
            + state(attempt, chain.nowS());
  }
}
