package network.assay.oracle.verify;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Acceptance;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.Passages;
import network.assay.oracle.verify.attest.AttestationSlot;
import network.assay.oracle.verify.attest.job.AttestedJobs;
import network.assay.oracle.verify.attest.job.HardwareRules;
import network.assay.oracle.verify.telemetry.TelemetryCheck;
import network.assay.oracle.verify.work.Band;
import network.assay.oracle.verify.work.ModelRunner;
import network.assay.oracle.verify.work.OpenedRows;
import network.assay.oracle.verify.work.Replay;
import network.assay.oracle.verify.work.RowMap;
import network.assay.oracle.verify.work.SignedOpening;

/**
 * From evidence to a verdict, policies sampled/v1, attested/v1 and accepted/v1.
 *
 * <p>A decisive check that was rejected makes it FRAUD; else one that is inconclusive makes it
 * INCONCLUSIVE; else it is OK. Everything that could be wrong by somebody else's doing is either
 * refused at intake or inconclusive, so FRAUD always rests on what the device signed: counts,
 * roots, an opening, or its silence after the draw.
 */
public final class EvidenceVerifier {

  private final ModelRunner models;
  private final Optional<HardwareRules> hardware;

  /** A verifier that re-runs with these models. Safe for use from many threads where they are. */
  public EvidenceVerifier(ModelRunner models) {
    this(models, Optional.empty());
  }

  /** With rules for hardware it verifies grade ATTESTED, too. */
  public EvidenceVerifier(ModelRunner models, Optional<HardwareRules> hardware) {
    this.models = models;
    this.hardware = hardware;
  }

  /**
   * Assesses one job. Costs one run of the model for each unit with a drawn, opened row: at most
   * 124.
   */
  public Assessment assess(EvidenceCase evidence) {
    BundleIntake.Result intake =
        BundleIntake.forVerdict(
            evidence.bundle(),
            evidence.job(),
            evidence.domains().market(),
            hardware
                .map(rules -> new AttestedJobs(rules, evidence.committee(), evidence.domains()))
                .orElse(null));
    BundleIntake.Usable usable = intake.accepted();
    if (usable == null) {
      return new Assessment.Unusable(intake.findings());
    }
    List<Checked> findings = new ArrayList<>(intake.findings());
    boolean container = usable.spec().container().isPresent();
    Grade grade = grade(usable.bundle(), container, findings);
    if (container) {
      findings.add(new Checked(Check.ACCEPTANCE, acceptance(evidence, usable.bundle())));
    } else if (isDrawn(grade)) {
      work(evidence, usable, findings);
    }
    AttestationSlot attestation =
        usable.attestation().orElseGet(() -> AttestationSlot.judge(usable.bundle(), grade));
    if (usable.attestation().isEmpty()) {
      findings.add(new Checked(Check.ATTESTATION, attestation.finding()));
    }
    TelemetryCheck.Result telemetry =
        TelemetryCheck.judge(
            usable.bundle(),
            evidence.job(),
            evidence.committee(),
            evidence.domains(),
            evidence.batchesElsewhere());
    findings.add(new Checked(Check.TELEMETRY, telemetry.finding()));
    return judged(
        evidence, usable.bundle(), grade, attestation.digest(), telemetry.digest(), findings);
  }

  /** Missing, it is nobody's fraud: the consumer is refunded and nobody loses anything. */
  private static Finding acceptance(EvidenceCase evidence, EvidenceBundle bundle) {
    Acceptance want = wanted(bundle.workCommit());
    boolean accepted =
        evidence.openings().stream()
            .map(SignedOpening::bytes)
            .anyMatch(bytes ->
                Acceptance.Signed.isFor(
                    want, bytes, bundle.order().consumer(), evidence.domains().market()));
    return accepted
        ? Finding.accepted("the consumer takes result " + want.resultHash())
        : Finding.inconclusive(
            "the acceptance of result "
                + want.resultHash()
                + ", signed by consumer "
                + bundle.order().consumer());
  }

  /** What the consumer must have signed for this work to be paid. */
  public static Acceptance wanted(WorkCommit commit) {
    return new Acceptance(
        commit.jobId(), PackedVerdict.resultHash(commit.ciphertextRoot(), commit.plaintextRoot()));
  }

  /** Hardware is trusted on top of the draw, never instead of it: hosts are in hostile hands. */
  private boolean isDrawn(Grade grade) {
    return grade == Grade.SAMPLED || (grade == Grade.ATTESTED && hardware.isPresent());
  }

  private Bytes32 policy(Grade grade) {
    if (grade == Grade.ACCEPTED) {
      return VerificationPolicy.ACCEPTED_V1;
    }
    return grade == Grade.ATTESTED
        ? hardware.map(HardwareRules::policy).orElse(VerificationPolicy.SAMPLED_V1)
        : VerificationPolicy.SAMPLED_V1;
  }

  private String policyText(Grade grade) {
    if (grade == Grade.ACCEPTED) {
      return VerificationPolicy.ACCEPTED_V1_TEXT;
    }
    return grade == Grade.SAMPLED ? VerificationPolicy.SAMPLED_V1_TEXT : policy(grade).toString();
  }

  private Grade grade(EvidenceBundle bundle, boolean container, List<Checked> findings) {
    Grade grade;
    try {
      grade = Grade.of(bundle.order().grade());
    } catch (ProtocolException unknown) {
      // The chain took an order of a grade that this build does not know: the leaf still needs one.
      findings.add(
          new Checked(Check.GRADE, Finding.inconclusive("a known grade: " + unknown.getMessage())));
      return Grade.ACCEPTED;
    }
    findings.add(
        new Checked(
            Check.GRADE,
            isDrawn(grade) || (container && grade == Grade.ACCEPTED)
                ? Finding.accepted(grade + ", policy " + policyText(grade))
                : Finding.inconclusive("a verifier for grade " + grade)));
    return grade;
  }

  /** The checks that need the model; each one only where those before it hold. */
  private void work(EvidenceCase evidence, BundleIntake.Usable usable, List<Checked> findings) {
    WorkCommit commit = usable.bundle().workCommit();
    Optional<ModelRunner.Model> model = model(usable.spec(), findings);
    Optional<Band> band = Band.of(usable.spec().precision());
    if (model.isEmpty() || band.isEmpty()) {
      return;
    }
    List<String> passages = Passages.split(usable.bundle().input());
    RowMap rowMap = RowMap.of(passages, model.get());
    Finding counts = counts(commit, rowMap);
    findings.add(new Checked(Check.COUNTS, counts));
    if (!counts.holds()) {
      return;
    }
    OpenedRows.Result opened =
        OpenedRows.collect(
            commit,
            rowMap,
            evidence.job().device(),
            evidence.domains().market(),
            evidence.draws(),
            evidence.openings());
    findings.add(new Checked(Check.OPENINGS, opened.finding()));
    // Rows that are there are compared even while others are missing: a proof of fraud need not
    // wait.
    if (!opened.rows().isEmpty()) {
      Replay.Result replay = Replay.compare(model.get(), passages, band.get(), opened.rows());
      findings.add(new Checked(Check.ROWS, replay.rows()));
      findings.add(new Checked(Check.EMBEDDINGS, replay.embeddings()));
    }
  }

  private Optional<ModelRunner.Model> model(JobSpec spec, List<Checked> findings) {
    Optional<ModelRunner.Model> model;
    try {
      model = models.model(spec.model());
    } catch (IllegalStateException cannotLoad) {
      findings.add(
          new Checked(Check.MODEL, Finding.inconclusive("the model: " + cannotLoad.getMessage())));
      return Optional.empty();
    }
    Finding finding = runnable(spec, model);
    findings.add(new Checked(Check.MODEL, finding));
    return finding.holds() ? model : Optional.empty();
  }

  private static Finding runnable(JobSpec spec, Optional<ModelRunner.Model> model) {
    if (model.isEmpty()) {
      return Finding.inconclusive("a registered model with hash " + spec.model());
    }
    if (!model.get().precision().equals(spec.precision())) {
      return Finding.inconclusive(
          "a specification in its model's precision, "
              + model.get().precision()
              + "; it says "
              + spec.precision());
    }
    return Band.of(spec.precision()).isEmpty()
        ? Finding.inconclusive("a band for precision " + spec.precision())
        : Finding.accepted("model " + spec.model() + " in " + spec.precision());
  }

  private static Finding counts(WorkCommit commit, RowMap rowMap) {
    return Same.start()
        .and("WRONG_UNITS", commit.units(), (long) rowMap.units())
        .and("WRONG_ROWS", commit.rows(), rowMap.rows())
        .finding(rowMap.units() + " units, " + rowMap.rows() + " rows");
  }

  private Assessment judged(
      EvidenceCase evidence,
      EvidenceBundle bundle,
      Grade grade,
      Bytes32 attestationDigest,
      Bytes32 telemetryDigest,
      List<Checked> findings) {
    ChainJob job = evidence.job();
    WorkCommit commit = bundle.workCommit();
    VerdictCode code = code(findings);
    boolean paid = code == VerdictCode.OK;
    Bytes32 resultHash =
        paid
            ? PackedVerdict.resultHash(commit.ciphertextRoot(), commit.plaintextRoot())
            : Bytes32.ZERO;
    PackedVerdict verdict =
        new PackedVerdict(job.jobId(), code, paid ? job.price() : BigInteger.ZERO, resultHash);
    EvidenceLeaf leaf =
        new EvidenceLeaf(
            job.jobId(),
            job.orderHash(),
            job.offerHash(),
            job.device(),
            grade,
            policy(grade),
            isDrawn(grade),
            attestationDigest,
            commit.digest(evidence.domains().market()),
            telemetryDigest,
            resultHash,
            EvidenceBundle.hash(evidence.bundle()));
    return new Assessment.Judged(List.copyOf(findings), verdict, leaf);
  }

  private static VerdictCode code(List<Checked> findings) {
    List<Finding> decisive =
        findings.stream().filter(made -> made.check().isDecisive()).map(Checked::finding).toList();
    if (decisive.stream().anyMatch(Finding.Rejected.class::isInstance)) {
      return VerdictCode.FRAUD;
    }
    return decisive.stream().allMatch(Finding::holds) ? VerdictCode.OK : VerdictCode.INCONCLUSIVE;
  }
}
