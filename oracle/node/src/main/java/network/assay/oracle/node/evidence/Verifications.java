package network.assay.oracle.node.evidence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import network.assay.contracts.client.store.Transactions;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.wire.OpeningMessage;
import network.assay.contracts.wire.PeerMessage;
import network.assay.contracts.wire.TelemetryConflict;
import network.assay.oracle.node.Metrics;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.chain.ChainException;
import network.assay.oracle.node.chain.JobOnChain;
import network.assay.oracle.node.loop.EventLoop;
import network.assay.oracle.node.loop.Turn;
import network.assay.oracle.node.store.CaseStore.Phase;
import network.assay.oracle.node.store.EvidenceStore;
import network.assay.oracle.verify.Assessment;
import network.assay.oracle.verify.EvidenceCase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link Judge} in a bounded pool and takes its judgements to the committee. Decides
 * nothing about evidence; knows when to verify, again, or no more.
 */
public final class Verifications implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Verifications.class);

  /** A verification that failed by this node's own fault is tried again this often. */
  private static final int FAILURES_MAX = 5;

  /**
   * Where oracles disagree for so long, more tries change nothing: the job's own deadline decides.
   */
  private static final int ATTEMPTS_MAX = 16;

  private static final int LINE_CHARS_MAX = 500;

  /**
   * A job of grade ACCEPTED is judged without the acceptance this long before its deadline: enough
   * for the committee to agree and report, and less than what a provider keeps before it posts its
   * commitment on chain, which gives the consumer the report window, too.
   */
  private static final long ACCEPTANCE_MARGIN_S = 10;

  private static final long LOOK_MS_MIN = 1_000;
  private static final long LOOK_MS_MAX = 60_000;

  private static final long RETRY_MS = 1_000;

  /** For openings and conflicts to make their way before a job is judged again. */
  private static final long EXCHANGE_MS = 300;

  private final EventLoop loop;
  private final Cases cases;
  private final CaseFiles files;
  private final Chain chain;
  private final Judge judge;
  private final PeerOut peers;
  private final Observing observing;
  private final Metrics metrics;
  private final ExecutorService pool;

  public Verifications(
      EventLoop loop,
      Cases cases,
      Transactions store,
      Address self,
      Chain chain,
      Judge judge,
      PeerOut peers,
      Observing observing,
      int threads,
      Metrics metrics) {
    this.loop = loop;
    this.cases = cases;
    this.files = new CaseFiles(store, chain.domains(), self);
    this.chain = chain;
    this.judge = judge;
    this.peers = peers;
    this.observing = observing;
    this.metrics = metrics;
    // The queue is bounded by Cases: one entry an open job at most.
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("assay-verify-", 0).daemon(true).factory());
  }

  /**
   * Looks whether the deadline of a job of grade ACCEPTED is so near that it must be judged without
   * an acceptance. The chain is asked on the pool.
   *
   * @param again is told on the loop after how many ms to look again, where it is not: half of what
   *     is left, so that the last look comes in time though the chain's clock is another
   */
  void judgeAtDeadline(OpenCase open, LongConsumer again) {
    long jobId = open.facts.jobId();
    try {
      pool.execute(() -> {
        OptionalLong leftS = secondsToDeadline(jobId);
        if (leftS.isPresent() && leftS.getAsLong() <= 0) {
          back(turn -> judgeUnaccepted(turn, jobId));
        } else {
          long waitMs = TimeUnit.SECONDS.toMillis(leftS.orElse(0)) / 2;
          back(turn -> again.accept(Math.clamp(waitMs, LOOK_MS_MIN, LOOK_MS_MAX)));
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("stopping: job {} is looked at after the restart", JobIds.text(jobId));
    }
  }

  private void judgeUnaccepted(Turn turn, long jobId) {
    cases
        .find(jobId)
        .filter(open -> open.phase == Phase.DRAWN)
        .ifPresent(open -> {
          open.phase = Phase.OPENED;
          open.note = "no acceptance by the consumer before the deadline";
          metrics.count("acceptance_missing");
          judge(turn, open);
        });
  }

  /** Chain seconds until it must be judged; 0 for a job that is no more, empty where unknown. */
  private OptionalLong secondsToDeadline(long jobId) {
    try {
      Optional<JobOnChain> job = chain.job(jobId);
      return OptionalLong.of(
          job.isEmpty()
              ? 0
              : job.get().deadlineS() - ACCEPTANCE_MARGIN_S - chain.head().timestampS());
    } catch (ChainException e) {
      LOG.debug("job {}: {}", JobIds.text(jobId), e.getMessage());
      return OptionalLong.empty();
    }
  }

  /** Starts the verification that the case is due for, unless it is under way. */
  void judge(Turn turn, OpenCase open) {
    if (open.judging) {
      return;
    }
    open.judging = true;
    cases.save(turn, open);
    CaseFacts facts = open.facts;
    boolean overdue = !open.covered;
    turn.afterCommit(() -> submit(facts, overdue));
  }

  /** The committee disagreed: exchange what each saw, then judge anew. */
  public void judgeAgain(Turn turn, long jobId, int attempt) {
    Optional<OpenCase> found = cases.find(jobId);
    if (found.isEmpty() || attempt <= found.get().attempt) {
      return;
    }
    OpenCase open = found.get();
    open.attempt = attempt;
    if (attempt > ATTEMPTS_MAX) {
      open.note = "no agreement in " + ATTEMPTS_MAX + " attempts; its deadline on chain decides";
      cases.save(turn, open);
      return;
    }
    metrics.count("observation_attempts_failed");
    shareEvidence(turn, open.facts);
    if (open.phase != Phase.OBSERVED) {
      return; // its first judgement is still to come and counts for the attempt of that moment
    }
    open.note = "the oracles disagree; attempt " + attempt;
    cases.save(turn, open);
    loop.after(EXCHANGE_MS, later -> cases.find(jobId).ifPresent(c -> judge(later, c)));
  }

  private void shareEvidence(Turn turn, CaseFacts facts) {
    List<PeerMessage> messages = evidenceMessages(turn, facts.jobId());
    turn.afterCommit(() -> messages.forEach(message -> peers.broadcast(facts.epoch(), message)));
  }

  /** What another member needs to judge the job as we do. */
  List<PeerMessage> evidenceMessages(Turn turn, long jobId) {
    List<PeerMessage> messages = new ArrayList<>();
    try {
      for (byte[] opening : EvidenceStore.openings(turn.tx(), jobId)) {
        messages.add(
            PeerMessage.newBuilder().setOpening(OpeningMessage.parseFrom(opening)).build());
      }
      Optional<byte[]> conflict = EvidenceStore.conflict(turn.tx(), jobId);
      if (conflict.isPresent()) {
        messages.add(
            PeerMessage.newBuilder()
                .setTelemetryConflict(TelemetryConflict.parseFrom(conflict.get()))
                .build());
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "stored evidence of job " + JobIds.text(jobId) + " cannot be read", e);
    }
    return messages;
  }

  private void submit(CaseFacts facts, boolean overdue) {
    try {
      pool.execute(() -> run(facts, overdue));
    } catch (RejectedExecutionException e) {
      LOG.debug("stopping: job {} is verified after the restart", JobIds.text(facts.jobId()));
    }
  }

  private void run(CaseFacts facts, boolean overdue) {
    try {
      Optional<JobOnChain> job = chain.job(facts.jobId());
      if (job.isEmpty() || !job.get().reportable(chain.head().timestampS())) {
        String state = job.map(j -> j.job().state().name()).orElse("unknown");
        back(turn ->
            cases.drop(
                turn, facts.jobId(), "no verdict settles it any more: " + state + " on chain"));
        return;
      }
      EvidenceCase evidence =
          files.collect(facts, job.get(), chain.committee(facts.epoch()), overdue);
      switch (judge.assess(evidence)) {
        case Assessment.Judged judged -> back(turn -> judged(turn, facts, judged));
        case Assessment.Unusable unusable ->
            back(turn ->
                cases.drop(turn, facts.jobId(), "its bundle binds nobody: " + lines(unusable)));
      }
    } catch (ChainException e) {
      back(turn -> failed(turn, facts, "the chain could not be asked: " + e.getMessage(), false));
    } catch (RuntimeException e) {
      LOG.error("verification of job {} failed", JobIds.text(facts.jobId()), e);
      back(turn ->
          failed(turn, facts, "verification failed on this oracle: " + e.getMessage(), true));
    }
  }

  private void back(Consumer<Turn> event) {
    while (!loop.offer(event)) {
      if (loop.haltedBy() != null || pool.isShutdown()) {
        return;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void judged(Turn turn, CaseFacts facts, Assessment.Judged judgement) {
    Optional<OpenCase> found = cases.find(facts.jobId());
    if (found.isEmpty() || !found.get().facts.equals(facts)) {
      return;
    }
    OpenCase open = found.get();
    open.judging = false;
    open.judgeFailures = 0;
    if (open.phase.compareTo(Phase.DECIDED) >= 0) {
      return;
    }
    open.phase = Phase.OBSERVED;
    open.note = "observed; waiting for the committee";
    open.verdict = judgement.verdict();
    open.leaf = judgement.leaf().data();
    open.findings = findingLines(judgement);
    cases.save(turn, open);
    metrics.count("verdict_" + judgement.verdict().code().name().toLowerCase(Locale.ROOT));
    observing.observe(turn, facts.epoch(), judgement.verdict(), judgement.leaf().hash());
  }

  private static List<String> findingLines(Assessment assessment) {
    return assessment.findings().stream()
        .map(checked -> checked.check() + ": " + checked.finding())
        .map(Verifications::line)
        .toList();
  }

  private static String lines(Assessment assessment) {
    return line(String.join("; ", findingLines(assessment)));
  }

  /** For people: one line, of bounded length, whatever a provider put into it. */
  private static String line(String text) {
    String flat = text.replaceAll("\\p{Cntrl}", " ");
    return flat.length() <= LINE_CHARS_MAX ? flat : flat.substring(0, LINE_CHARS_MAX) + "…";
  }

  private void failed(Turn turn, CaseFacts facts, String why, boolean ownFault) {
    cases
        .find(facts.jobId())
        .ifPresent(open -> {
          open.judging = false;
          open.note = why;
          open.judgeFailures += ownFault ? 1 : 0;
          cases.save(turn, open);
          if (open.judgeFailures >= FAILURES_MAX) {
            metrics.count("duty_missed");
            return;
          }
          long waitMs = RETRY_MS << open.judgeFailures;
          loop.after(waitMs, later -> cases.find(facts.jobId()).ifPresent(c -> judge(later, c)));
        });
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
