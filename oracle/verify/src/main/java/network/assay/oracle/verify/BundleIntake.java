package network.assay.oracle.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.ContainerEvidence;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.FilePackage;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.Passages;
import network.assay.oracle.verify.attest.AttestationSlot;
import network.assay.oracle.verify.attest.job.AttestedJobs;
import org.jspecify.annotations.Nullable;

/**
 * What an oracle checks before it acknowledges a bundle. A bundle that fails is refused and binds
 * nobody: the provider may mend it and come again. So everything that can be seen here without
 * running the model is, and only what is left can cost stake. Cheap checks come first, signatures
 * after everything that the bytes alone show.
 */
public final class BundleIntake {

  /**
   * Most rows that an input of full length can have: a token for each byte, and two more for each
   * passage.
   */
  public static final long ROWS_MAX = Passages.INPUT_BYTES_MAX + 2L * Passages.PASSAGES_MAX;

  private final ChainJob job;
  private final Eip712Domain market;
  private final @Nullable AttestedJobs hardware;
  private final List<Checked> findings = new ArrayList<>();

  private BundleIntake(ChainJob job, Eip712Domain market, @Nullable AttestedJobs hardware) {
    this.job = job;
    this.market = market;
    this.hardware = hardware;
  }

  /**
   * What intake found.
   *
   * @param findings in order, up to the first that does not hold
   * @param accepted the parsed bundle; null unless every finding holds
   */
  public record Result(List<Checked> findings, @Nullable Usable accepted) {

    /** The first finding that does not hold, if any: why the bundle was refused. */
    public Optional<Checked> refusal() {
      return findings.stream().filter(checked -> !checked.finding().holds()).findFirst();
    }
  }

  /**
   * A bundle that may be acknowledged, and its specification.
   *
   * @param attestation what its hardware evidence came to, where the order asks for it and this
   *     oracle has rules for it
   */
  public record Usable(
      EvidenceBundle bundle, JobSpec spec, Optional<AttestationSlot> attestation) {}

  /**
   * Checks the bundle of a job that still waits for its report.
   *
   * @param bytes hostile
   */
  public static Result forAck(byte[] bytes, ChainJob job, Eip712Domain market) {
    return new BundleIntake(job, market, null).run(bytes, true);
  }

  /**
   * The same for an oracle with rules for hardware: it acknowledges no order for ATTESTED whose
   * evidence it does not accept.
   */
  public static Result forAck(
      byte[] bytes, ChainJob job, Eip712Domain market, @Nullable AttestedJobs hardware) {
    return new BundleIntake(job, market, hardware).run(bytes, true);
  }

  /**
   * Checks the bundle of a job in any state: what the report says does not change when the job
   * moves on.
   */
  static Result forVerdict(
      byte[] bytes, ChainJob job, Eip712Domain market, @Nullable AttestedJobs hardware) {
    return new BundleIntake(job, market, hardware).run(bytes, false);
  }

  private Result run(byte[] bytes, boolean stateMatters) {
    Usable usable = stateMatters && !add(Check.JOB_STATE, state()) ? null : usable(bytes);
    return new Result(List.copyOf(findings), usable);
  }

  private @Nullable Usable usable(byte[] bytes) {
    EvidenceBundle bundle = read(Check.BUNDLE, () -> EvidenceBundle.parse(bytes));
    if (bundle == null
        || !add(Check.AGREEMENT, agreement(bundle))
        || !add(Check.SPECIFICATION, specHash(bundle))) {
      return null;
    }
    JobSpec spec = read(Check.SPECIFICATION, () -> JobSpec.parse(bundle.spec()));
    boolean holds =
        spec != null
            && add(Check.SPECIFICATION, grade(bundle, spec))
            && add(Check.ACCEPT, accept(bundle, spec))
            && add(Check.WORK_COMMIT, workCommit(bundle, spec))
            && add(Check.INPUT, input(bundle, spec))
            && add(Check.CIPHERTEXT, ciphertext(bundle, spec))
            && (spec.container().isEmpty()
                || add(Check.CONTAINER, container(bundle, spec.container().get())));
    return spec != null && holds ? attested(bundle, spec) : null;
  }

  /** Last, since it costs most. */
  private @Nullable Usable attested(EvidenceBundle bundle, JobSpec spec) {
    @Nullable AttestedJobs rules = hardware;
    if (rules == null || bundle.order().grade() != Grade.ATTESTED.code()) {
      return new Usable(bundle, spec, Optional.empty());
    }
    AttestationSlot slot = rules.judge(bundle, job);
    return add(Check.ATTESTATION, slot.finding())
        ? new Usable(bundle, spec, Optional.of(slot))
        : null;
  }

  private boolean add(Check check, Finding finding) {
    findings.add(new Checked(check, finding));
    return finding.holds();
  }

  /** Parses hostile bytes: a refusal by name becomes the finding. */
  private <T> @Nullable T read(Check check, Supplier<T> parse) {
    try {
      T value = parse.get();
      add(check, Finding.accepted("well formed"));
      return value;
    } catch (ProtocolException refused) {
      add(check, Finding.refused(refused, "well-formed bytes"));
      return null;
    }
  }

  private Finding state() {
    return job.state() == JobState.RUNNING || job.state() == JobState.COMMITTED
        ? Finding.accepted("the job is " + job.state())
        : Finding.rejected("WRONG_STATE", job.state(), "RUNNING or COMMITTED");
  }

  private Finding agreement(EvidenceBundle bundle) {
    return Same.start()
        .and("WRONG_ORDER", bundle.order().digest(market), job.orderHash())
        .and("WRONG_OFFER", bundle.offer().digest(market), job.offerHash())
        .and("WRONG_DEVICE", bundle.offer().device(), job.device())
        .and("WRONG_JOB", isAttempt(bundle.order().attemptsMax()), true)
        .finding("order and offer are those of job " + JobIds.text(job.jobId()));
  }

  private boolean isAttempt(int attemptsMax) {
    for (int attempt = 1; attempt <= Math.max(1, attemptsMax); attempt++) {
      if (JobIds.of(job.orderHash(), attempt) == job.jobId()) {
        return true;
      }
    }
    return false;
  }

  private static Finding specHash(EvidenceBundle bundle) {
    return Same.start()
        .and("WRONG_SPEC", JobSpec.hash(bundle.spec()), bundle.order().specHash())
        .finding("the specification is the one ordered");
  }

  /** Nobody can re-run a stranger's program: at a grade that claims it, a container is refused. */
  private static Finding grade(EvidenceBundle bundle, JobSpec spec) {
    boolean container = spec.container().isPresent();
    return Same.start()
        .and(
            "CONTAINER_NEEDS_ACCEPTED",
            !container || bundle.order().grade() == Grade.ACCEPTED.code(),
            true)
        .and("WRONG_CONTAINER_SECTION", bundle.container().length > 0, container)
        .finding("workload " + spec.workload() + " at grade " + bundle.order().grade());
  }

  private Finding accept(EvidenceBundle bundle, JobSpec spec) {
    Accept accept = bundle.accept();
    return Same.start()
        .and("WRONG_ACCEPT_JOB", JobIds.text(accept.jobId()), JobIds.text(job.jobId()))
        .and("WRONG_ACCEPT_ORDER", accept.orderHash(), job.orderHash())
        .and("WRONG_ACCEPT_OFFER", accept.offerHash(), job.offerHash())
        .and("WRONG_ACCEPT_INPUT", accept.inputRoot(), spec.inputRoot())
        .andThen(() -> signed("ACCEPT_NOT_SIGNED", accept, bundle.acceptSignature()))
        .finding("accepted and signed by " + job.device());
  }

  private Finding workCommit(EvidenceBundle bundle, JobSpec spec) {
    WorkCommit commit = bundle.workCommit();
    return Same.start()
        .and("WRONG_COMMIT_JOB", JobIds.text(commit.jobId()), JobIds.text(job.jobId()))
        .and("WRONG_COMMIT_DEVICE", commit.device(), job.device())
        .and("WRONG_COMMIT_SPEC", commit.specHash(), bundle.order().specHash())
        .and("WRONG_COMMIT_SEED", commit.seed().isZero(), true)
        .and("WRONG_COMMIT_OPERANDS", commit.operandRoot(), spec.inputRoot())
        .and("WRONG_COMMIT_UNITS", commit.units() >= 1 && commit.units() <= unitsMax(spec), true)
        .and("WRONG_COMMIT_ROWS", commit.rows() >= 1 && commit.rows() <= rowsMax(spec), true)
        .andThen(() -> signed("COMMIT_NOT_SIGNED", commit, bundle.workCommitSignature()))
        .finding("committed to and signed by " + job.device());
  }

  private static long unitsMax(JobSpec spec) {
    return spec.container().isPresent() ? 1 : Passages.PASSAGES_MAX;
  }

  private static long rowsMax(JobSpec spec) {
    return spec.container().isPresent() ? 1 : ROWS_MAX;
  }

  private Same signed(String reason, TypedStruct message, Signature signature) {
    Optional<Address> signer = Secp256k1.recover(message.digest(market), signature);
    return Same.start()
        .and(reason, signer.map(Address::hex).orElse("no signer"), job.device().hex());
  }

  private static Finding input(EvidenceBundle bundle, JobSpec spec) {
    Finding same =
        Same.start()
            .and("WRONG_INPUT_LENGTH", bundle.input().length, spec.inputBytes())
            .and("WRONG_INPUT", ContentRoot.of(bundle.input()), spec.inputRoot())
            .finding("the input is the one specified");
    if (!same.holds()) {
      return same;
    }
    if (spec.container().isPresent()) {
      return files(bundle);
    }
    try {
      return Finding.accepted(Passages.split(bundle.input()).size() + " passages");
    } catch (Passages.RefusedException refused) {
      return Finding.rejected(
          "INPUT_" + refused.reason(),
          String.valueOf(refused.getMessage()),
          "text that can be cut into passages");
    }
  }

  private static Finding files(EvidenceBundle bundle) {
    try {
      return Finding.accepted(FilePackage.readInput(bundle.input()).size() + " files");
    } catch (ProtocolException refused) {
      return Finding.refused(refused, "files that a container can be given");
    }
  }

  private static Finding container(EvidenceBundle bundle, ContainerJob job) {
    ContainerEvidence evidence;
    try {
      evidence = ContainerEvidence.parse(bundle.container());
    } catch (ProtocolException refused) {
      return Finding.refused(refused, "the evidence of a container");
    }
    Optional<String> undeclared = evidence.undeclared(job);
    if (undeclared.isPresent()) {
      return Finding.rejected("OUTPUTS_NOT_DECLARED", undeclared.get(), "what the job declares");
    }
    return Same.start()
        .and("WRONG_IMAGE", "sha256:" + evidence.image().hex().substring(2), job.image())
        .and("CONTAINER_FAILED", evidence.exitCode(), 0)
        .and("WRONG_COMMIT_WORK", bundle.workCommit().workRoot(), evidence.workRoot())
        .and(
            "WRONG_RESULT_LENGTH",
            (long) bundle.ciphertext().length,
            FilePackage.resultBytes(evidence) + ResultSealing.OVERHEAD_BYTES)
        .finding("exit 0, " + evidence.files().size() + " files as declared");
  }

  private static Finding ciphertext(EvidenceBundle bundle, JobSpec spec) {
    WorkCommit commit = bundle.workCommit();
    int length = bundle.ciphertext().length;
    return Same.start()
        .and("WRONG_CIPHERTEXT_LENGTH", (long) length, commit.ciphertextBytes())
        .and("CIPHERTEXT_TOO_LONG", Math.max(length, spec.resultBytesMax()), spec.resultBytesMax())
        .and("WRONG_CIPHERTEXT", ContentRoot.of(bundle.ciphertext()), commit.ciphertextRoot())
        .finding(length + " bytes of sealed result, as committed to");
  }
}
