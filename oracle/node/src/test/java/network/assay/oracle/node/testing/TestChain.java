package network.assay.oracle.node.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.client.HealthReading;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.chain.ChainException;
import network.assay.oracle.node.chain.ChainListener;
import network.assay.oracle.node.chain.Domains;
import network.assay.oracle.node.chain.JobOnChain;
import network.assay.oracle.report.QuorumReport;
import network.assay.oracle.verify.ChainJob;
import org.jspecify.annotations.Nullable;

/**
 * A chain in memory, shared by a committee: checks a report's quorum as Settlement does, and
 * settles each job once.
 */
public final class TestChain implements AutoCloseable {
  private static final long BLOCK_MS = 100;

  private final Domains domains =
      new Domains(31_337, address("market"), address("settlement"), address("committee"));
  private final Map<Long, Committee> committees = new ConcurrentHashMap<>();
  private final Map<Long, JobOnChain> jobs = new ConcurrentHashMap<>();
  private final Map<Long, PackedVerdict> settled = new ConcurrentHashMap<>();
  private final List<QuorumReport> reports = new CopyOnWriteArrayList<>();
  private final List<ChainListener> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon(true).name("test-chain").factory());
  private volatile Chain.Head head = new Chain.Head(1, 1_000_000);
  private volatile long epoch;

  private static Address address(String name) {
    return Address.of(Keccak.hashUtf8(name).toArray(), 12);
  }

  public TestChain() {
    var _ = clock.scheduleAtFixedRate(this::mine, BLOCK_MS, BLOCK_MS, TimeUnit.MILLISECONDS);
  }

  private synchronized void mine() {
    head = new Chain.Head(head.block() + 1, head.timestampS() + 1);
    listeners.forEach(listener -> listener.onHead(head));
  }

  public Domains domains() {
    return domains;
  }

  public synchronized void rotate(Committee committee) {
    committees.put(committee.epoch(), committee);
    epoch = committee.epoch();
    listeners.forEach(listener -> listener.onEpoch(committee.epoch()));
  }

  public void put(JobOnChain job) {
    jobs.put(job.job().jobId(), job);
  }

  /** What the chain settled of a job. */
  public Optional<PackedVerdict> settled(long jobId) {
    return Optional.ofNullable(settled.get(jobId));
  }

  /** Every report that was accepted, in order. */
  public List<QuorumReport> reports() {
    return List.copyOf(reports);
  }

  /** Ends a job as its deadline's default does. */
  public synchronized void refund(long jobId) {
    state(jobId, JobState.REFUNDED);
    listeners.forEach(listener -> listener.onJobMoved(jobId, "JOB_EXPIRED"));
  }

  private void state(long jobId, JobState state) {
    jobs.computeIfPresent(
        jobId,
        (id, was) -> {
          ChainJob j = was.job();
          return new JobOnChain(
              new ChainJob(
                  id,
                  state,
                  j.orderHash(),
                  j.offerHash(),
                  j.device(),
                  j.price(),
                  j.epoch(),
                  j.acceptedAt()),
              was.deadlineS());
        });
  }

  private synchronized void settle(QuorumReport report) {
    Committee committee = committees.get(report.report().epoch());
    report.signatures().verify(committee, report.report().digest(domains.ofSettlement()));
    if (!report.outcome().report().equals(report.report())) {
      throw new AssertionError("a report that does not follow from its outcome");
    }
    reports.add(report);
    for (Outcome.Entry entry : report.outcome().entries()) {
      long jobId = entry.verdict().jobId();
      PackedVerdict before = settled.putIfAbsent(jobId, entry.verdict());
      if (before != null && !before.equals(entry.verdict())) {
        throw new AssertionError("two verdicts for one job: " + before + " and " + entry.verdict());
      }
      state(jobId, JobState.REPORTED);
      listeners.forEach(listener -> listener.onJobMoved(jobId, "JOB_REPORTED"));
    }
    listeners.forEach(listener -> listener.onReportAccepted(report.report().epoch(), report.seq()));
  }

  /** This chain as one node sees it. */
  public Chain view() {
    return new View();
  }

  private final class View implements Chain {
    private @Nullable ChainListener listener;

    @Override
    public Domains domains() {
      return domains;
    }

    @Override
    public Head head() {
      return head;
    }

    @Override
    public Optional<JobOnChain> job(long jobId) {
      return Optional.ofNullable(jobs.get(jobId));
    }

    @Override
    public Committee committee(long of) {
      Committee committee = committees.get(of);
      if (committee == null) {
        throw new ChainException("no epoch " + of);
      }
      return committee;
    }

    @Override
    public long currentEpoch() {
      if (epoch == 0) {
        throw new ChainException("no committee yet");
      }
      return epoch;
    }

    @Override
    public boolean reported(long of, long seq) {
      return reports.stream().anyMatch(r -> r.report().epoch() == of && r.seq() == seq);
    }

    @Override
    public void transmit(QuorumReport report) {
      settle(report);
    }

    @Override
    public HealthReading health() {
      return HealthReading.up("in memory");
    }

    @Override
    public void start(ChainListener to) {
      listener = to;
      synchronized (TestChain.this) {
        new ArrayList<>(reports).forEach(r -> to.onReportAccepted(r.report().epoch(), r.seq()));
        listeners.add(to);
        to.onHead(head);
      }
    }

    @Override
    public void close() {
      listeners.remove(listener);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
