package network.assay.agent.execute;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.TelemetryNonce;

/**
 * One job as the agent sees it. Immutable; changed only by {@link JobMachine}.
 *
 * <p>Durable are {@code phase} and {@code note}; what peers answered is asked for again after a
 * restart, for oracles answer the same question twice in the same way.
 *
 * @param note why it fails, or how it was closed; empty otherwise
 * @param bundleHash set from COMMITTED on
 * @param sinceMs monotonic time at which what we now wait for began (a phase, or the first reveal)
 * @param opened how many reveals the opening covered that an oracle took
 */
public record AgentJob(
    Ticket ticket,
    Phase phase,
    String note,
    Optional<ChainFacts> chain,
    Optional<Committee> committee,
    Optional<Bytes32> bundleHash,
    SortedMap<Address, Signed<TelemetryNonce>> nonces,
    SortedMap<Address, Signed<Ack>> acks,
    SortedMap<Address, Signed<DrawReveal>> reveals,
    SortedMap<Address, Integer> opened,
    boolean resultTaken,
    long sinceMs) {

  public AgentJob {
    nonces = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(nonces));
    acks = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(acks));
    reveals = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(reveals));
    opened = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(opened));
  }

  /** A job just admitted. */
  public static AgentJob admitted(Ticket ticket, Moment now) {
    return restored(ticket, Phase.ASSIGNED, "", Optional.empty(), now);
  }

  /** A job as the journal has it. */
  public static AgentJob restored(
      Ticket ticket, Phase phase, String note, Optional<Bytes32> bundleHash, Moment now) {
    return new AgentJob(
        ticket,
        phase,
        note,
        Optional.empty(),
        Optional.empty(),
        bundleHash,
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        false,
        now.monotonicMs());
  }

  public long jobId() {
    return ticket.jobId();
  }

  /** Whether 2f+1 oracles acknowledged the bundle. */
  public boolean certified() {
    return committee.filter(c -> acks.size() >= c.quorum()).isPresent();
  }

  AgentJob at(Phase next, String why, Moment now) {
    return new AgentJob(
        ticket,
        next,
        why,
        chain,
        committee,
        bundleHash,
        nonces,
        acks,
        reveals,
        opened,
        resultTaken,
        now.monotonicMs());
  }

  AgentJob seen(ChainFacts facts) {
    return new AgentJob(
        ticket,
        phase,
        note,
        Optional.of(facts),
        committee,
        bundleHash,
        nonces,
        acks,
        reveals,
        opened,
        resultTaken,
        sinceMs);
  }

  AgentJob with(Committee read) {
    return new AgentJob(
        ticket,
        phase,
        note,
        chain,
        Optional.of(read),
        bundleHash,
        nonces,
        acks,
        reveals,
        opened,
        resultTaken,
        sinceMs);
  }

  AgentJob withBundle(Bytes32 hash) {
    return new AgentJob(
        ticket,
        phase,
        note,
        chain,
        committee,
        Optional.of(hash),
        nonces,
        acks,
        reveals,
        opened,
        resultTaken,
        sinceMs);
  }

  AgentJob withNonce(Address oracle, Signed<TelemetryNonce> nonce) {
    return new AgentJob(
        ticket,
        phase,
        note,
        chain,
        committee,
        bundleHash,
        put(nonces, oracle, nonce),
        acks,
        reveals,
        opened,
        resultTaken,
        sinceMs);
  }

  AgentJob withAck(Address oracle, Signed<Ack> ack) {
    return new AgentJob(
        ticket,
        phase,
        note,
        chain,
        committee,
        bundleHash,
        nonces,
        put(acks, oracle, ack),
        reveals,
        opened,
        resultTaken,
        sinceMs);
  }

  AgentJob withReveal(Address oracle, Signed<DrawReveal> reveal, Moment now) {
    long since = reveals.isEmpty() ? now.monotonicMs() : sinceMs;
    return new AgentJob(
        ticket,
        phase,
        note,
        chain,
        committee,
        bundleHash,
        nonces,
        acks,
        put(reveals, oracle, reveal),
        opened,
        resultTaken,
        since);
  }

  AgentJob withOpened(Address oracle, int covered) {
    int most = Math.max(covered, opened.getOrDefault(oracle, 0));
    return new AgentJob(
        ticket,
        phase,
        note,
        chain,
        committee,
        bundleHash,
        nonces,
        acks,
        reveals,
        put(opened, oracle, most),
        resultTaken,
        sinceMs);
  }

  AgentJob withResultTaken() {
    return new AgentJob(
        ticket,
        phase,
        note,
        chain,
        committee,
        bundleHash,
        nonces,
        acks,
        reveals,
        opened,
        true,
        sinceMs);
  }

  private static <V> SortedMap<Address, V> put(SortedMap<Address, V> map, Address key, V value) {
    SortedMap<Address, V> copy = new TreeMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
