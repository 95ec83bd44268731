package network.assay.oracle.node.evidence;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TelemetryNonce;
import network.assay.contracts.wire.AckCertificate;
import network.assay.contracts.wire.OpeningMessage;
import network.assay.contracts.wire.PeerMessage;
import network.assay.contracts.wire.SignedStruct;
import network.assay.contracts.wire.TelemetryBatchMessage;
import network.assay.contracts.wire.TelemetryConflict;
import network.assay.oracle.node.Refusal;
import network.assay.oracle.node.chain.Chain;
import network.assay.oracle.node.chain.ChainException;
import network.assay.oracle.node.chain.Domains;
import network.assay.oracle.node.chain.JobOnChain;
import network.assay.oracle.node.loop.EventLoop;
import network.assay.oracle.node.store.EvidenceStore;
import network.assay.oracle.node.store.EvidenceStore.StoredStruct;
import network.assay.oracle.verify.BundleIntake;
import network.assay.oracle.verify.Checked;
import network.assay.oracle.verify.attest.job.AttestedJobs;
import network.assay.oracle.verify.attest.job.HardwareRules;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checked way onto the event loop for everything about evidence, from agents and from other
 * oracles alike. Runs on the caller's (virtual) thread and blocks; refuses with {@link Refusal} or
 * {@link ProtocolException}.
 */
public final class EvidenceIntake {
  private static final Logger LOG = LoggerFactory.getLogger(EvidenceIntake.class);

  private static final long ANSWER_MS_MAX = 15_000;

  private final EventLoop loop;
  private final EvidenceDesk desk;
  private final Cases cases;
  private final Chain chain;
  private final Domains domains;
  private final Secp256k1.PrivateKey key;
  private final BundleSource bundles;
  private final Optional<HardwareRules> hardware;
  private final RateLimit telemetryRate = new RateLimit();
  private final EarlyEvidence early = new EarlyEvidence();
  private final SecureRandom random = new SecureRandom();

  public EvidenceIntake(
      EventLoop loop,
      EvidenceDesk desk,
      Cases cases,
      Chain chain,
      Secp256k1.PrivateKey key,
      BundleSource bundles,
      Optional<HardwareRules> hardware) {
    this.hardware = hardware;
    this.loop = loop;
    this.desk = desk;
    this.cases = cases;
    this.chain = chain;
    this.domains = chain.domains();
    this.key = key;
    this.bundles = bundles;
  }

  /**
   * A job that still waits for its report, of whose committee this node is a member; refuses any
   * other by name.
   */
  public JobOnChain requireJob(long jobId) {
    JobOnChain found;
    try {
      found =
          chain
              .job(jobId)
              .orElseThrow(() ->
                  Refusal.notNow(
                      "UNKNOWN_JOB", "the chain has no running job " + JobIds.text(jobId)));
      if (!found.reportable(chain.head().timestampS())) {
        throw Refusal.notNow(
            "JOB_NOT_RUNNING",
            "job " + JobIds.text(jobId) + " is " + found.job().state() + " or past its deadline");
      }
      if (committee(found.job().epoch()).indexOf(key.address()) < 0) {
        throw Refusal.notNow(
            "NOT_IN_COMMITTEE",
            "this oracle is none of the committee of epoch "
                + found.job().epoch()
                + " that judges the job");
      }
    } catch (ChainException e) {
      throw Refusal.unavailable(
          "CHAIN_UNAVAILABLE", "this oracle cannot read the chain at the moment");
    }
    return found;
  }

  private Committee committee(long epoch) {
    return chain.committee(epoch);
  }

  /** The job's telemetry nonce; the same one each time. */
  public SignedStruct nonce(long jobId, byte[] deviceBytes) {
    Address device = Address.of(deviceBytes);
    JobOnChain job = requireJob(jobId);
    EvidenceChecks.same("WRONG_DEVICE", job.job().device(), device);
    if (job.job().state() != JobState.RUNNING) {
      throw Refusal.notNow(
          "JOB_NOT_RUNNING", "job " + JobIds.text(jobId) + " is " + job.job().state());
    }
    byte[] fresh = new byte[Bytes32.SIZE];
    random.nextBytes(fresh);
    TelemetryNonce nonce =
        new TelemetryNonce(
            job.job().epoch(), jobId, device, Bytes32.of(fresh), chain.head().timestampS());
    StoredStruct signed = new StoredStruct(nonce.words(), nonce.sign(domains.ofCommittee(), key));
    return await(
        loop.call(turn -> {
          Optional<StoredStruct> before = EvidenceStore.nonce(turn.tx(), jobId, device);
          if (before.isEmpty()) {
            EvidenceStore.putNonce(turn.tx(), jobId, device, signed);
          }
          return Wire.struct(before.orElse(signed));
        }));
  }

  /** A batch while the work runs. */
  public void telemetry(TelemetryBatchMessage message) {
    SignedWords signed = Wire.words(message.getBatch());
    long jobId = TelemetryBatch.fromWords(signed.words()).jobId();
    if (!telemetryRate.allows(jobId)) {
      throw Refusal.busy(
          "TELEMETRY_TOO_FAST", "at most one batch a second for job " + JobIds.text(jobId));
    }
    JobOnChain job = requireJob(jobId);
    CheckedBatch batch = EvidenceChecks.batch(signed, job.job().device(), domains);
    await(
        loop.call(turn -> {
          desk.batch(turn, job.job().epoch(), batch);
          return true;
        }));
  }

  /** A whole uploaded bundle; answers with the signed Ack. */
  public SignedStruct bundle(long jobId, byte[] bytes) {
    JobOnChain job = requireJob(jobId);
    BundleIntake.Usable usable = usable(bytes, job);
    CaseFacts facts = CaseFacts.of(job.job().epoch(), EvidenceBundle.hash(bytes), usable.bundle());
    List<CheckedBatch> telemetry = batchesOf(usable.bundle(), job.job().device());
    return await(loop.call(turn -> desk.acknowledge(turn, facts, bytes, telemetry)));
  }

  private BundleIntake.Usable usable(byte[] bytes, JobOnChain job) {
    BundleIntake.Result result =
        BundleIntake.forAck(
            bytes,
            job.job(),
            domains.ofMarket(),
            hardware
                .map(rules ->
                    new AttestedJobs(rules, committee(job.job().epoch()), domains.forVerifier()))
                .orElse(null));
    BundleIntake.@Nullable Usable usable = result.accepted();
    if (usable == null) {
      Checked refusal = result.refusal().orElseThrow();
      throw Refusal.invalid("BUNDLE_" + refusal.check().name(), refusal.finding().toString());
    }
    return usable;
  }

  /**
   * The bundle's batches that the device really signed; what is wrong with the others is the
   * verifier's to say.
   */
  private List<CheckedBatch> batchesOf(EvidenceBundle bundle, Address device) {
    return bundle.telemetry().stream()
        .filter(signed -> signed.batch().jobId() == bundle.workCommit().jobId())
        .flatMap(
            signed -> checked(new SignedWords(signed.batch().words(), signed.signature()), device))
        .toList();
  }

  private Stream<CheckedBatch> checked(SignedWords signed, Address device) {
    try {
      return Stream.of(EvidenceChecks.batch(signed, device, domains));
    } catch (ProtocolException notSigned) {
      return Stream.of();
    }
  }

  /**
   * 2f+1 acknowledgements of one bundle; answers with this node's DrawReveal. Fetches the bundle
   * where it is not here.
   */
  public SignedStruct certificate(AckCertificate certificate) {
    long jobId = certificate.getJobId();
    JobOnChain job = requireJob(jobId);
    Bytes32 bundleHash = Wire.bytes32(certificate.getBundleHash());
    List<SignedWords> acks =
        certificate.getAcksList().stream().limit(Committee.SIZE_MAX + 1L).map(Wire::words).toList();
    EvidenceChecks.certificate(jobId, bundleHash, acks, committee(job.job().epoch()), domains);
    Optional<SignedStruct> reveal = await(loop.call(turn -> desk.certify(turn, certificate)));
    if (reveal.isEmpty()) {
      adopt(job, bundleHash);
      reveal = await(loop.call(turn -> desk.certify(turn, certificate)));
    }
    early.take(jobId).forEach(this::again);
    return reveal.orElseThrow(
        () -> Refusal.unavailable("BUNDLE_NOT_HERE", "the certified bundle could not be kept"));
  }

  private void again(PeerMessage message) {
    try {
      passedOn(message);
    } catch (Refusal | ProtocolException e) {
      LOG.debug("kept {} turned out refused: {}", message.getBodyCase(), e.getMessage());
    }
  }

  /** Evidence that another oracle passed on. Keeps for later what came before its certificate. */
  public void passedOn(PeerMessage message) {
    switch (message.getBodyCase()) {
      case CERTIFICATE -> {
        if (!cases.certified(message.getCertificate().getJobId())) {
          certificate(message.getCertificate());
        }
      }
      case DRAW_REVEAL -> {
        if (!reveal(message.getDrawReveal())) {
          early.keep(
              DrawReveal.fromWords(message.getDrawReveal().getWords().toByteArray()).jobId(),
              message);
        }
      }
      case OPENING -> {
        if (!opening(message.getOpening())) {
          SignedWords signed = Wire.words(message.getOpening().getOpening());
          early.keep(Opening.fromWords(signed.words()).jobId(), message);
        }
      }
      case TELEMETRY_CONFLICT -> conflict(message.getTelemetryConflict());
      default -> throw Refusal.invalid("UNKNOWN_MESSAGE", "no evidence: " + message.getBodyCase());
    }
  }

  /**
   * A device's opening from the device itself. One that comes after the committee decided without
   * it is no mistake of the device, and changes nothing.
   */
  public void ownOpening(OpeningMessage message) {
    if (opening(message)) {
      return;
    }
    long jobId = Opening.fromWords(Wire.words(message.getOpening()).words()).jobId();
    boolean decided = await(loop.call(turn -> cases.decided(turn, jobId)));
    if (!decided) {
      throw Refusal.notNow("NOT_DRAWN", "show this oracle the certificate first");
    }
  }

  private void adopt(JobOnChain job, Bytes32 bundleHash) {
    byte[] bytes =
        bundles
            .fetch(job.job().epoch(), job.job().jobId(), bundleHash)
            .orElseThrow(() ->
                Refusal.unavailable("BUNDLE_NOT_FETCHED", "no peer gave bundle " + bundleHash));
    EvidenceChecks.same("WRONG_BUNDLE", bundleHash, EvidenceBundle.hash(bytes));
    EvidenceBundle bundle = usable(bytes, job).bundle();
    CaseFacts facts = CaseFacts.of(job.job().epoch(), bundleHash, bundle);
    List<CheckedBatch> telemetry = batchesOf(bundle, job.job().device());
    await(
        loop.call(turn -> {
          desk.adopt(turn, facts, bytes, telemetry);
          return true;
        }));
  }

  /** False where the job's certificate has not come yet. */
  private boolean opening(OpeningMessage message) {
    SignedWords signed = Wire.words(message.getOpening());
    Opening opening = Opening.fromWords(signed.words());
    Optional<CaseFacts> known = cases.facts(opening.jobId());
    if (known.isEmpty()) {
      return false;
    }
    CaseFacts facts = known.get();
    int members = committee(facts.epoch()).n();
    List<Long> rows =
        EvidenceChecks.opening(
            opening, signed.signature(), message.getContent().toByteArray(), facts, domains);
    Bytes32 hash = opening.digest(domains.ofMarket());
    return await(loop.call(turn -> desk.opening(turn, facts, message, hash, rows, members)));
  }

  /** Another member's reveal; false where the job is not known yet. */
  private boolean reveal(SignedStruct message) {
    SignedWords signed = Wire.words(message);
    DrawReveal reveal = DrawReveal.fromWords(signed.words());
    Optional<CaseFacts> known = cases.facts(reveal.jobId());
    if (known.isEmpty() || !known.get().bundleHash().equals(reveal.bundleHash())) {
      return false;
    }
    EvidenceChecks.same("WRONG_EPOCH", known.get().epoch(), reveal.epoch());
    Committee committee = committee(reveal.epoch());
    int index = EvidenceChecks.member(reveal, signed.signature(), committee, domains);
    return await(
        loop.call(turn -> {
          desk.reveal(turn, reveal.jobId(), committee.keys().get(index), signed);
          return true;
        }));
  }

  /** Two batches that the device signed at one seq of one job. */
  private void conflict(TelemetryConflict message) {
    SignedWords first = Wire.words(message.getFirst());
    long jobId = TelemetryBatch.fromWords(first.words()).jobId();
    JobOnChain job = requireJob(jobId);
    CheckedBatch one = EvidenceChecks.batch(first, job.job().device(), domains);
    CheckedBatch two =
        EvidenceChecks.batch(Wire.words(message.getSecond()), job.job().device(), domains);
    if (one.jobId() != two.jobId() || one.seq() != two.seq() || one.digest().equals(two.digest())) {
      throw new ProtocolException(
          "NO_CONFLICT", "two different batches at one job and seq", "others");
    }
    await(
        loop.call(turn -> {
          desk.conflict(turn, jobId, job.job().epoch(), message);
          return true;
        }));
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(ANSWER_MS_MAX, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw Refusal.unavailable("BUSY", "this oracle did not answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.unavailable("STOPPING", "this oracle is stopping");
    }
  }
}
