package network.assay.oracle.node.evidence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.PeerMessage;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.chain.ChainException;
import network.assay.oracle.node.chain.JobOnChain;
import network.assay.oracle.node.loop.EventLoop;
import network.assay.oracle.node.loop.Turn;
import network.assay.oracle.node.store.CaseStore.Phase;
import network.assay.oracle.node.store.EvidenceStore;

/**
 * What keeps open cases from being forgotten or kept for ever: telling peers again, dropping what
 * cannot settle, retention.
 */
public final class Upkeep {
  private static final long SWEEP_MS = 10_000;

  /** A case this long without a word is told to the peers again. */
  private static final long TELL_AGAIN_MS = 20_000;

  /** Cases told again, or jobs forgotten, in one sweep: what is left waits for the next. */
  private static final int AT_ONCE_MAX = 200;

  private final EventLoop loop;
  private final Cases cases;
  private final Verifications verifications;
  private final Chain chain;
  private final PeerOut peers;
  private final Address self;
  private final Executor background;
  private final LongConsumer forget;
  private final long retentionS;

  /**
   * @param forget told of jobs of which no verdict is needed any more
   * @param retentionS how long a closed job's bundle is kept, chain seconds
   */
  public Upkeep(
      EventLoop loop,
      Cases cases,
      Verifications verifications,
      Chain chain,
      PeerOut peers,
      Address self,
      Executor background,
      LongConsumer forget,
      long retentionS) {
    this.loop = loop;
    this.cases = cases;
    this.verifications = verifications;
    this.chain = chain;
    this.peers = peers;
    this.self = self;
    this.background = background;
    this.forget = forget;
    this.retentionS = retentionS;
  }

  /** From the event loop, once. */
  public void start() {
    loop.after(SWEEP_MS, this::sweep);
  }

  private void sweep(Turn turn) {
    loop.after(SWEEP_MS, this::sweep);
    List<OpenCase> open = List.copyOf(cases.all());
    open.stream()
        .filter(c ->
            c.phase.compareTo(Phase.DECIDED) < 0 && turn.nowMs() - c.lastSpokenMs > TELL_AGAIN_MS)
        .limit(AT_ONCE_MAX)
        .forEach(c -> {
          c.lastSpokenMs = turn.nowMs();
          check(turn, c.facts.jobId());
          tell(turn, c, message -> peers.broadcast(c.facts.epoch(), message));
        });
    int forgotten =
        EvidenceStore.forgetClosedBefore(turn.tx(), cases.chainTimeS() - retentionS, AT_ONCE_MAX);
    assert forgotten <= AT_ONCE_MAX;
  }

  /** The chain moved the job, or time has: looks whether a verdict would still settle it. */
  public void check(Turn turn, long jobId) {
    if (cases.find(jobId).filter(c -> c.phase.compareTo(Phase.DECIDED) < 0).isPresent()) {
      turn.afterCommit(() -> background.execute(() -> look(jobId)));
    }
  }

  private void look(long jobId) {
    try {
      Optional<JobOnChain> job = chain.job(jobId);
      boolean waits = job.isPresent() && job.get().reportable(chain.head().timestampS());
      boolean settled = job.isPresent() && job.get().job().state() == JobState.REPORTED;
      if (!waits && !settled) {
        String state = job.map(j -> j.job().state().name()).orElse("unknown");
        var _ =
            loop.offer(turn ->
                drop(turn, jobId, "no verdict settles it any more: " + state + " on chain"));
      }
    } catch (ChainException e) {
      // The next sweep asks again.
    }
  }

  private void drop(Turn turn, long jobId, String reason) {
    cases.drop(turn, jobId, reason);
    forget.accept(jobId);
  }

  /** A peer was away: it gets what it may have missed of every open case that it judges, too. */
  public void connected(Turn turn, Address oracle) {
    cases.all().stream()
        .filter(c -> c.phase.compareTo(Phase.DECIDED) < 0)
        .limit(AT_ONCE_MAX)
        .forEach(c -> {
          int index = chain.committee(c.facts.epoch()).indexOf(oracle);
          if (index >= 0) {
            tell(turn, c, message -> peers.send(c.facts.epoch(), index, message));
          }
        });
  }

  private interface Teller {
    void tell(PeerMessage message);
  }

  private void tell(Turn turn, OpenCase open, Teller to) {
    Optional<byte[]> certificate = EvidenceStore.certificate(turn.tx(), open.facts.jobId());
    if (certificate.isEmpty()) {
      return;
    }
    List<PeerMessage> messages = new ArrayList<>();
    messages.add(PeerMessage.newBuilder().setCertificate(parse(certificate.get(), open)).build());
    EvidenceStore.reveal(turn.tx(), open.facts.jobId(), self)
        .ifPresent(
            own -> messages.add(PeerMessage.newBuilder().setDrawReveal(Wire.struct(own)).build()));
    messages.addAll(verifications.evidenceMessages(turn, open.facts.jobId()));
    turn.afterCommit(() -> messages.forEach(to::tell));
  }

  private static AckCertificate parse(byte[] stored, OpenCase open) {
    try {
      return AckCertificate.parseFrom(stored);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "the certificate of job " + JobIds.text(open.facts.jobId()) + " cannot be read", e);
    }
  }
}
