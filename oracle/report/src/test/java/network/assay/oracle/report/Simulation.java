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
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.VerdictCode;

/**
 * A whole committee, its network, its disks and a chain in one thread, all of it decided by one seed. Until {@code
 * stableAtMs} messages are lost, doubled, late and cut by partitions, and nodes crash in the middle of their effects and come
 * back from what they had persisted; from then on the network is good. Liars are liars all the time.
 */
final class Simulation {
  /** What one schedule is made of. */
  record Plan(long seed, int n, int liars, int jobs, long stableAtMs, boolean chainJump) {}

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
  private final Map<Long, Bytes32> claimedBySeq = new HashMap<>();
  private final Map<Long, PackedVerdict> verdictOfJob = new HashMap<>();
  private final Set<Long> jobs = new HashSet<>();
  private long order;
  private long nowMs;
  private long chainOffsetS;
  private int[] side;
  int equivocationsSeen;

  Simulation(Plan plan) {
    this.plan = plan;
    this.random = new Random(plan.seed());
    this.committee = FakeScheme.committee(7, plan.n());
    this.side = new int[plan.n()];
    for (int i = 0; i < plan.n(); i++) {
      nodes.add(
          i < plan.liars() ? new LyingNode(this, i) : new SimulatedNode(this, i));
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

  /** Runs until every honest node has every job decided and the chain has settled them; fails when that takes too long. */
  void run() {
    nodes.forEach(SimulatedNode::boot);
    for (int i = 0; i < plan.jobs(); i++) {
      long jobId = Keccak.hashUtf8(plan.seed() + "/" + i).toUnsigned().longValue();
      jobs.add(jobId);
      at(random.nextInt(3_000), () -> nodes.forEach(node -> node.willObserve(jobId, 1)));
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
    boolean cut = random.nextInt(3) == 0;
    for (int i = 0; i < plan.n(); i++) {
      side[i] = cut ? random.nextInt(2) : 0;
    }
    if (random.nextInt(2) == 0) {
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
    int copies = random.nextInt(10) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (side[from] == side[to] && random.nextInt(100) >= 15) {
        int delay = random.nextInt(20) == 0 ? random.nextInt(4_000) : 1 + random.nextInt(120);
        at(delay, () -> nodes.get(to).receive(from, message));
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

  /** SAFETY: one outcome a seq over all honest nodes, and one terminal verdict a job, the true one. */
  void decided(int node, Decision decision) {
    Bytes32 hash = decision.outcome().hash();
    Bytes32 before = decidedBySeq.putIfAbsent(decision.seq(), hash);
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
