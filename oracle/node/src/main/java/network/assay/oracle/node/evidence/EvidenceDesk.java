package network.assay.oracle.node.evidence;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.OpeningMessage;
import network.assay.contracts.wire.PeerMessage;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.TelemetryConflict;
import network.assay.oracle.node.Metrics;
import network.assay.oracle.node.Refusal;
import network.assay.oracle.node.chain.Domains;
import network.assay.oracle.node.loop.EventLoop;
import network.assay.oracle.node.loop.Turn;
import network.assay.oracle.node.store.CaseStore.Phase;
import network.assay.oracle.node.store.EvidenceStore;
import network.assay.oracle.node.store.EvidenceStore.StoredAck;
import network.assay.oracle.node.store.EvidenceStore.StoredStruct;

/**
 * What this node promised about evidence, on the event loop: acknowledges at most one bundle of a
 * job, reveals its draw only to a certificate, keeps every opening. All arguments were checked by
 * {@link EvidenceIntake} before.
 */
public final class EvidenceDesk {
  /** Each member may see another union of draws first; beyond two each, somebody plays. */
  private static final int OPENINGS_PER_MEMBER_MAX = 2;

  private final EventLoop loop;
  private final Cases cases;
  private final Verifications verifications;
  private final PeerOut peers;
  private final Domains domains;
  private final Secp256k1.PrivateKey key;
  private final long openTimeoutMs;
  private final Metrics metrics;
  private final SecureRandom random = new SecureRandom();

  public EvidenceDesk(
      EventLoop loop,
      Cases cases,
      Verifications verifications,
      PeerOut peers,
      Domains domains,
      Secp256k1.PrivateKey key,
      long openTimeoutMs,
      Metrics metrics) {
    this.loop = loop;
    this.cases = cases;
    this.verifications = verifications;
    this.peers = peers;
    this.domains = domains;
    this.key = key;
    this.openTimeoutMs = openTimeoutMs;
    this.metrics = metrics;
  }

  /**
   * Stores the bundle and answers with the signed Ack; the same bytes get the same answer for ever.
   */
  SignedStruct acknowledge(Turn turn, CaseFacts facts, byte[] bytes, List<CheckedBatch> telemetry) {
    long jobId = facts.jobId();
    cases.requireOpen(turn, jobId);
    Optional<StoredAck> before = EvidenceStore.ack(turn.tx(), jobId);
    if (before.isPresent() && !before.get().bundleHash().equals(facts.bundleHash())) {
      metrics.count("bundle_second_refused");
      throw new Refusal(
          Status.Code.ALREADY_EXISTS,
          "OTHER_BUNDLE_ACKNOWLEDGED",
          "this oracle acknowledged bundle "
              + before.get().bundleHash()
              + " for job "
              + JobIds.text(jobId));
    }
    if (before.isPresent()) {
      return Wire.struct(ackOf(turn, facts), before.get().signature());
    }
    OpenCase open = cases.open(turn, facts);
    EvidenceStore.putBundle(turn.tx(), jobId, facts.bundleHash(), bytes, cases.chainTimeS());
    Ack ack = ackOf(turn, facts);
    StoredAck stored = new StoredAck(facts.epoch(), facts.bundleHash(), sign(ack));
    EvidenceStore.putAck(turn.tx(), jobId, stored);
    compareTelemetry(turn, facts, telemetry);
    cases.save(turn, open);
    metrics.count("bundle_acknowledged");
    return Wire.struct(ack, stored.signature());
  }

  private Ack ackOf(Turn turn, CaseFacts facts) {
    Bytes32 seed = EvidenceStore.seed(turn.tx(), facts.jobId(), facts.bundleHash(), fresh());
    Bytes32 commitment = Draw.commitment(facts.jobId(), facts.bundleHash(), key.address(), seed);
    return new Ack(facts.epoch(), facts.jobId(), facts.bundleHash(), commitment);
  }

  private Signature sign(TypedStruct body) {
    return body.sign(domains.ofCommittee(), key);
  }

  private Bytes32 fresh() {
    byte[] bytes = new byte[Bytes32.SIZE];
    random.nextBytes(bytes);
    return Bytes32.of(bytes);
  }

  /**
   * Answers a checked certificate with this node's DrawReveal; empty where the certified bundle is
   * not here, so that it must be fetched first.
   */
  Optional<SignedStruct> certify(Turn turn, AckCertificate certificate) {
    long jobId = certificate.getJobId();
    Bytes32 bundleHash = Wire.bytes32(certificate.getBundleHash());
    Optional<byte[]> before = EvidenceStore.certificate(turn.tx(), jobId);
    if (before.isPresent()) {
      return Optional.of(revealAgain(turn, jobId, bundleHash));
    }
    cases.requireOpen(turn, jobId);
    Optional<OpenCase> open =
        cases.find(jobId).filter(c -> c.facts.bundleHash().equals(bundleHash));
    if (open.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(reveal(turn, open.get(), certificate));
  }

  private SignedStruct revealAgain(Turn turn, long jobId, Bytes32 bundleHash) {
    StoredStruct own = EvidenceStore.reveal(turn.tx(), jobId, key.address()).orElseThrow();
    Bytes32 certified = DrawReveal.fromWords(own.words()).bundleHash();
    if (!certified.equals(bundleHash)) {
      metrics.count("certificate_conflict");
      throw Refusal.notNow(
          "OTHER_BUNDLE_CERTIFIED",
          "bundle " + certified + " of job " + JobIds.text(jobId) + " has the certificate");
    }
    return Wire.struct(own);
  }

  /** Takes a certified bundle that came from a peer, in place of whatever was acknowledged here. */
  void adopt(Turn turn, CaseFacts facts, byte[] bytes, List<CheckedBatch> telemetry) {
    if (EvidenceStore.certificate(turn.tx(), facts.jobId()).isPresent()) {
      return;
    }
    cases.requireOpen(turn, facts.jobId());
    // The certificate may come from the device and from a peer at once, and each fetches: the first
    // to arrive is taken.
    if (cases
        .find(facts.jobId())
        .filter(c -> c.facts.bundleHash().equals(facts.bundleHash()))
        .isPresent()) {
      return;
    }
    OpenCase open = cases.open(turn, facts);
    open.facts = facts;
    cases.publish(open);
    EvidenceStore.putBundle(
        turn.tx(), facts.jobId(), facts.bundleHash(), bytes, cases.chainTimeS());
    compareTelemetry(turn, facts, telemetry);
    cases.save(turn, open);
    metrics.count("bundle_fetched");
  }

  private SignedStruct reveal(Turn turn, OpenCase open, AckCertificate certificate) {
    CaseFacts facts = open.facts;
    EvidenceStore.putCertificate(
        turn.tx(), facts.jobId(), facts.bundleHash(), certificate.toByteArray());
    Bytes32 seed = EvidenceStore.seed(turn.tx(), facts.jobId(), facts.bundleHash(), fresh());
    DrawReveal reveal = new DrawReveal(facts.epoch(), facts.jobId(), facts.bundleHash(), seed);
    StoredStruct stored = new StoredStruct(reveal.words(), sign(reveal));
    EvidenceStore.putReveal(turn.tx(), facts.jobId(), key.address(), stored);
    open.phase = Phase.DRAWN;
    open.note =
        facts.awaited().isPresent()
            ? "waiting for the consumer's acceptance"
            : "waiting for the opening of the drawn rows";
    open.lastSpokenMs = turn.nowMs();
    cases.save(turn, open);
    SignedStruct message = Wire.struct(stored);
    turn.afterCommit(() -> {
      peers.broadcast(facts.epoch(), PeerMessage.newBuilder().setCertificate(certificate).build());
      peers.broadcast(facts.epoch(), PeerMessage.newBuilder().setDrawReveal(message).build());
    });
    startOpenTimer(facts.jobId());
    return message;
  }

  private void startOpenTimer(long jobId) {
    startOpenTimer(jobId, openTimeoutMs);
  }

  private void startOpenTimer(long jobId, long delayMs) {
    loop.after(delayMs, turn -> openTimedOut(turn, jobId));
  }

  private void openTimedOut(Turn turn, long jobId) {
    cases
        .find(jobId)
        .filter(open -> open.phase == Phase.DRAWN)
        .ifPresent(open -> {
          if (open.facts.awaited().isPresent()) {
            // A consumer may take his time, up to the job's deadline: nobody is overdue before.
            verifications.judgeAtDeadline(open, againMs -> startOpenTimer(jobId, againMs));
            return;
          }
          open.phase = Phase.OPENED;
          open.note = "no opening of this oracle's draw within " + openTimeoutMs + " ms";
          metrics.count("opening_withheld");
          verifications.judge(turn, open);
        });
  }

  /** Keeps another member's reveal for readers; it is no input of the verdict. */
  void reveal(Turn turn, long jobId, Address oracle, SignedWords reveal) {
    EvidenceStore.putReveal(turn.tx(), jobId, oracle, Wire.stored(reveal));
  }

  /**
   * Keeps a checked opening, passes a new one on, and verifies once the own draw is open. False
   * where nothing was drawn of this bundle yet.
   */
  boolean opening(
      Turn turn,
      CaseFacts facts,
      OpeningMessage message,
      Bytes32 hash,
      Collection<Long> rows,
      int members) {
    Optional<OpenCase> found = cases.find(facts.jobId());
    if (found.isEmpty()
        || found.get().phase == Phase.EVIDENCE
        || !found.get().facts.equals(facts)) {
      return false;
    }
    OpenCase open = found.get();
    if (open.openings >= OPENINGS_PER_MEMBER_MAX * members) {
      throw Refusal.busy(
          "TOO_MANY_OPENINGS", open.openings + " openings of this job are kept already");
    }
    if (!EvidenceStore.putOpening(turn.tx(), facts.jobId(), hash, message.toByteArray())) {
      return true;
    }
    open.openings++;
    turn.afterCommit(
        () -> peers.broadcast(facts.epoch(), PeerMessage.newBuilder().setOpening(message).build()));
    open.covered |= covers(rows, ownDraw(turn, facts));
    if (open.covered && open.phase == Phase.DRAWN) {
      open.phase = Phase.OPENED;
      open.note = "verifying";
      verifications.judge(turn, open);
    }
    cases.save(turn, open);
    return true;
  }

  private Set<Integer> ownDraw(Turn turn, CaseFacts facts) {
    Bytes32 seed = EvidenceStore.seed(turn.tx(), facts.jobId(), facts.bundleHash()).orElseThrow();
    return facts.drawn(seed);
  }

  private static boolean covers(Collection<Long> rows, Set<Integer> drawn) {
    return new HashSet<>(rows).containsAll(drawn.stream().map(Integer::longValue).toList());
  }

  /** Batches inside a bundle are compared with those that came while the work ran. */
  private void compareTelemetry(Turn turn, CaseFacts facts, List<CheckedBatch> batches) {
    batches.forEach(batch -> batch(turn, facts.epoch(), batch));
  }

  /** Keeps the first batch of a seq; a different second one is proof, kept and passed on. */
  void batch(Turn turn, long epoch, CheckedBatch batch) {
    Optional<StoredStruct> other =
        EvidenceStore.otherBatch(turn.tx(), batch.jobId(), batch.seq(), batch.digest());
    if (other.isEmpty()) {
      EvidenceStore.putBatch(turn.tx(), batch.jobId(), batch.seq(), batch.digest(), batch.signed());
      return;
    }
    TelemetryConflict proof =
        TelemetryConflict.newBuilder()
            .setFirst(Wire.struct(other.get()))
            .setSecond(Wire.struct(batch.signed()))
            .build();
    conflict(turn, batch.jobId(), epoch, proof);
  }

  /** A checked proof that the device signed two batches at one seq: the job's telemetry is void. */
  void conflict(Turn turn, long jobId, long epoch, TelemetryConflict conflict) {
    if (EvidenceStore.putConflict(turn.tx(), jobId, conflict.toByteArray())) {
      metrics.count("telemetry_conflict");
      turn.afterCommit(() ->
          peers.broadcast(epoch, PeerMessage.newBuilder().setTelemetryConflict(conflict).build()));
    }
  }

  /** Takes up after a restart what was open before it. */
  public void restore(Turn turn) {
    for (OpenCase open : cases.restore(turn)) {
      List<byte[]> openings = EvidenceStore.openings(turn.tx(), open.facts.jobId());
      open.openings = openings.size();
      if (open.phase == Phase.DRAWN || open.phase == Phase.OPENED) {
        Set<Integer> drawn = ownDraw(turn, open.facts);
        open.covered =
            openings.stream().anyMatch(message -> covers(rowsOf(open.facts, message), drawn));
      }
      if (open.phase == Phase.DRAWN) {
        startOpenTimer(open.facts.jobId());
      } else if (open.phase == Phase.OPENED) {
        verifications.judge(turn, open);
      }
    }
  }

  private List<Long> rowsOf(CaseFacts facts, byte[] openingMessage) {
    try {
      ByteString content = OpeningMessage.parseFrom(openingMessage).getContent();
      return EvidenceChecks.rows(facts, content.toByteArray(), domains);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an opening in the store cannot be read", e);
    }
  }
}
