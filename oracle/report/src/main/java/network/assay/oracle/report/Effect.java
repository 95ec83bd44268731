package network.assay.oracle.report;

import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.TypedStruct;

/**
 * What the node must do, strictly in the order of the list. An effect that cannot be done stops the
 * node: to skip a {@link Persist} and go on to the {@link Broadcast} behind it is what gets an
 * oracle slashed.
 */
public sealed interface Effect {

  /** Make durable (fsync) before any effect behind this one is carried out. */
  record Persist(Durable record) implements Effect {}

  /** Send to every other member; best effort, losses are tolerated. */
  record Broadcast(PeerMessage message) implements Effect {}

  /** Send to one member; best effort. */
  record Send(int to, PeerMessage message) implements Effect {}

  /** Call {@code onTimer(id)} after {@code delayMs}, replacing an earlier timer of that id. */
  record SetTimer(TimerId id, long delayMs) implements Effect {}

  /** A height is decided, in sequence. Its {@link Persist} came before. */
  record Decide(Decision decision) implements Effect {}

  /** Fetch the Decision of {@code seq} from a peer and feed it back as a message of that peer. */
  record RequestDecision(int from, long seq) implements Effect {}

  /**
   * The oracles did not agree about a job: exchange openings and telemetry conflicts, form the
   * verdict anew, and call {@code observe} with this attempt.
   */
  record ObserveAgain(long jobId, long attempt) implements Effect {}

  /** 2f+1 oracles agree on this verdict of a job; not decided yet. */
  record Agreed(long jobId, long attempt, PackedVerdict verdict) implements Effect {}

  /** A report has its quorum; readers may have it now. */
  record ReportReady(QuorumReport report) implements Effect {}

  /** It is our turn to send this report to the chain. */
  record Transmit(QuorumReport report) implements Effect {}

  /** Two signatures of one key that contradict each other. */
  record Equivocated(Evidence evidence) implements Effect {}

  /** A peer's message was refused, and why; for counters and logs. Not proof of bad will. */
  record Refused(int from, String reason) implements Effect {}

  /**
   * Something that cannot happen while at most f members lie and the store is intact: a person must
   * look.
   */
  record Alarm(String what) implements Effect {}

  /**
   * Two contradicting signed structs of one signer, as anybody can check.
   *
   * @param kind e.g. "two PREPAREs in one round"
   */
  record Evidence(
      int signer,
      String kind,
      Signed<? extends TypedStruct> first,
      Signed<? extends TypedStruct> second) {}
}
