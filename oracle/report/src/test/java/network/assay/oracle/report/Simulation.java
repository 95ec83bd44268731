package network.assay.oracle.report;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.VerdictCode;

/**
 * A whole committee, its network, its disks and a chain in one thread, all of it decided by one
 * seed. Until {@code stableAtMs} messages are lost, doubled, late and cut by partitions, and nodes
 * crash in the middle of their effects and come back from what they had persisted; from then on the
 * network is good. Liars are liars all the time.
 */
final class Simulation {
  /**
   * What one schedule is made of.
   *
   * @param chainJump chain time leaps over a report's validity once, as a development chain's may
   * @param loneDeciders COMMITs of a round reach one node only, and who decides alone falls silent:
   *     the others go on to higher rounds with nothing but their locks to keep them from deciding
   *     something else
   */
  record Plan(
      long seed,
      int n,
      int liars,
      int jobs,
      long stableAtMs,
      boolean chainJump,
      boolean loneDeciders) {}

  static final Timings TIMINGS = new Timings(400, 6_400, 300, 3_000, 2_000, 200, 300);

  /** Simulated time allowed after stabilisation: some eight longest rounds. */
  static final long LIVENESS_MS = 60_000;

  private record Event(long atMs, long order, Runnable run) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return atMs != other.atMs ? Long.compare(atMs, other.atMs) : Long.compare(order, other.order);
    }
  }

  final Plan plan;
  final Random random;
  final Committee committee;
  final List<SimulatedNode> nodes = new ArrayList<>();
  final Map<Long, Outcome> chain = new TreeMap<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Map<Long, Bytes32> decidedBySeq = new HashMap<>();
  private final Map<Long, Long> roundBySeq = new HashMap<>();
  private final Map<Long, Bytes32> claimedBySeq = new HashMap<>();
  private final Map<Long, PackedVerdict> verdictOfJob = new HashMap<>();
  private final Set<Long> jobs = new HashSet<>();
  private long order;
  private long nowMs;
  private long chainOffsetS;
  private int[] side;
  private final long[] silentUntilMs;

  /**
   * What the liars know of each other: which value the even members are shown in place of another.
   */
  final Map<Bytes32, Bytes32> twins = new HashMap<>();

  int equivocationsSeen;

  /**
   * How often locks were needed: some node decided a height in another round than the first one
   * did.
   */
  int decidedAgainLater;

  Simulation(Plan plan) {
    this.plan = plan;
    this.random = new Random(plan.seed());
    this.committee = FakeScheme.committee(7, plan.n());
    this.side = new int[plan.n()];
    this.silentUntilMs = new long[plan.n()];
    for (int i = 0; i < plan.n(); i++) {
      nodes.add(i < plan.liars() ? new LyingNode(this, i) : new SimulatedNode(this, i));
    }
  }

  long nowMs() {
    return nowMs;
  }

  boolean stable() {
    return nowMs >= plan.stableAtMs();
  }

  long chainTimeS() {
    return 1_700_000_000L + chainOffsetS + nowMs / 1_000;
  }

  void at(long delayMs, Runnable run) {
    events.add(new Event(nowMs + delayMs, order++, run));
  }

  /**
   * Runs until every honest node has every job decided and the chain has settled them; fails when
   * that takes too long.
   */
  void run() {
    nodes.forEach(SimulatedNode::boot);
    for (int i = 0; i < plan.jobs(); i++) {
      long jobId = Keccak.hashUtf8(plan.seed() + "/" + i).toUnsigned().longValue();
      jobs.add(jobId);
      at(
          random.nextInt((int) plan.stableAtMs()),
          () -> nodes.forEach(node -> node.willObserve(jobId, 1)));
    }
    at(1_000, this::block);
    at(500, this::trouble);
    if (plan.chainJump()) {
      at(plan.stableAtMs() / 2, () -> chainOffsetS += 4_000);
    }
    long deadlineMs = plan.stableAtMs() + LIVENESS_MS;
    while (!done()) {
      Event next = events.remove();
      nowMs = next.atMs();
      if (nowMs > deadlineMs) {
        throw new AssertionError("not live " + LIVENESS_MS + " ms after stabilisation: " + state());
      }
      next.run().run();
    }
  }

  private boolean done() {
    if (!stable()) {
      return false;
    }
    for (SimulatedNode node : nodes) {
      if (node.honest() && !jobs.stream().allMatch(node::closed)) {
        return false;
      }
    }
    Set<Long> settled = new HashSet<>();
    chain.values().forEach(o -> o.entries().forEach(e -> settled.add(e.verdict().jobId())));
    return settled.containsAll(jobs);
  }

  private String state() {
    StringBuilder out = new StringBuilder(plan + " chain " + chain.keySet());
    nodes.forEach(node -> out.append("\n  ").append(node.describe()));
    return out.toString();
  }

  private void block() {
    for (SimulatedNode node : nodes) {
      node.onBlock(chainTimeS());
    }
    at(1_000, this::block);
  }

  /** New partitions and crashes, until the network is stable. */
  private void trouble() {
    if (stable()) {
      Arrays.fill(side, 0);
      return;
    }
    boolean cut = !plan.loneDeciders() && random.nextInt(3) == 0;
    for (int i = 0; i < plan.n(); i++) {
      side[i] = cut ? random.nextInt(2) : 0;
    }
    if (random.nextInt(plan.loneDeciders() ? 4 : 2) == 0) {
      nodes.get(random.nextInt(plan.n())).crash();
    }
    at(200 + random.nextInt(1_500), this::trouble);
  }

  /** Sends over the network of the moment. */
  void send(int from, int to, PeerMessage message) {
    if (stable()) {
      at(1 + random.nextInt(50), () -> nodes.get(to).receive(from, message));
      return;
    }
    int lossPercent = plan.loneDeciders() ? 2 : 15;
    int copies = random.nextInt(10) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (side[from] == side[to]
          && random.nextInt(100) >= lossPercent
          && !starved(from, to, message)) {
        int delay = random.nextInt(20) == 0 ? random.nextInt(4_000) : 1 + random.nextInt(120);
        at(delay, () -> nodes.get(to).receive(from, message));
      }
    }
  }

  private boolean starved(int from, int to, PeerMessage message) {
    if (!plan.loneDeciders()) {
      return false;
    }
    boolean commit = message instanceof PeerMessage.CommitVote;
    return silentUntilMs[from] > nowMs
        || silentUntilMs[to] > nowMs
        || (commit && to != luckyAt(((PeerMessage.CommitVote) message).commit().body()));
  }

  private int luckyAt(Commit commit) {
    long mix = plan.seed() + 31 * commit.seq() + 17 * commit.round();
    return new Random(mix).nextInt(plan.n());
  }

  private void silence(int node) {
    int silent = 0;
    for (long until : silentUntilMs) {
      silent += until > nowMs ? 1 : 0;
    }
    if (!stable() && silent < committee.f()) {
      silentUntilMs[node] = nowMs + 1_000 + random.nextInt(6_000);
      if (random.nextInt(3)
          == 0) { // the power fails where the others are: only disks remember the locks
        nodes.stream().filter(other -> other.index != node).forEach(SimulatedNode::crash);
      }
    }
  }

  /** Someone sends a report to the chain. */
  void transmit(QuorumReport report) {
    boolean censored = plan.chainJump() && nowMs < plan.stableAtMs() / 2;
    if (censored || chainTimeS() > report.report().validUntil() || random.nextInt(4) == 0) {
      return;
    }
    if (chain.putIfAbsent(report.seq(), report.outcome()) == null) {
      at(1_000, () -> nodes.forEach(node -> node.onReported(report.seq())));
    }
  }

  /**
   * SAFETY: one outcome a seq over all honest nodes, and one terminal verdict a job, the true one.
   */
  void decided(int node, Decision decision) {
    Bytes32 hash = decision.outcome().hash();
    Bytes32 before = decidedBySeq.putIfAbsent(decision.seq(), hash);
    if (plan.loneDeciders()) {
      silence(node);
    }
    long round = decision.commits().getFirst().body().round();
    if (roundBySeq.computeIfAbsent(decision.seq(), seq -> round) != round) {
      decidedAgainLater++;
    }
    if (before != null && !before.equals(hash)) {
      throw new AssertionError(
          "two outcomes decided at seq " + decision.seq() + ", the second by node " + node);
    }
    for (Outcome.Entry entry : decision.outcome().entries()) {
      PackedVerdict verdict = entry.verdict();
      PackedVerdict earlier = verdictOfJob.putIfAbsent(verdict.jobId(), verdict);
      if (earlier != null && !earlier.equals(verdict)) {
        throw new AssertionError("two verdicts for one job: " + earlier + " and " + verdict);
      }
      if (!verdict.equals(truth(verdict.jobId()))) {
        throw new AssertionError("a verdict that no honest node settled on: " + verdict);
      }
    }
  }

  /** SAFETY: one Report a seq is ever signed by honest nodes. */
  void claimed(long seq, Bytes32 digest) {
    Bytes32 before = claimedBySeq.putIfAbsent(seq, digest);
    if (before != null && !before.equals(digest)) {
      throw new AssertionError("two reports signed at seq " + seq);
    }
  }

  static PackedVerdict truth(long jobId) {
    Bytes32 result = Keccak.hashUtf8("result " + jobId);
    return new PackedVerdict(jobId, VerdictCode.OK, BigInteger.valueOf(1_000), result);
  }

  static Bytes32 leaf(PackedVerdict verdict) {
    return Keccak.hashUtf8("leaf " + verdict);
  }
}
