package network.assay.oracle.verify;

/** The checks of a job's evidence, in the order in which they are made. */
public enum Check {
  /** The bundle is canonical bytes within its bounds. */
  BUNDLE(Kind.INTAKE),
  /** The job on chain waits for a report. */
  JOB_STATE(Kind.INTAKE),
  /** The order and offer are those the job was opened with. */
  AGREEMENT(Kind.INTAKE),
  /** The specification is the one that the order names, and this version knows it. */
  SPECIFICATION(Kind.INTAKE),
  /** The device accepted this job with its input. */
  ACCEPT(Kind.INTAKE),
  /** The device committed to work for this job. */
  WORK_COMMIT(Kind.INTAKE),
  /** The input is the one that the specification names. */
  INPUT(Kind.INTAKE),
  /** The sealed result is the one committed to. */
  CIPHERTEXT(Kind.INTAKE),
  /** What came of the container, as far as a stranger can see it: what was declared, and exit 0. */
  CONTAINER(Kind.INTAKE),
  /** This build verifies the grade that was ordered. */
  GRADE(Kind.DECISIVE),
  /** This oracle can run the model in the precision that was ordered. */
  MODEL(Kind.DECISIVE),
  /** As many units and rows were committed to as the input has. */
  COUNTS(Kind.DECISIVE),
  /** What was drawn is opened, and lies under the committed roots. */
  OPENINGS(Kind.DECISIVE),
  /** The opened rows are what the model gives. */
  ROWS(Kind.DECISIVE),
  /** The opened embeddings are what the model gives. */
  EMBEDDINGS(Kind.DECISIVE),
  /** The consumer signed that he has the result and takes it; of grade ACCEPTED alone. */
  ACCEPTANCE(Kind.DECISIVE),
  /** Hardware evidence, as far as the grade asks for it. */
  ATTESTATION(Kind.DECISIVE),
  /** The chain of telemetry. It moves no money, it only decides the leaf's digest. */
  TELEMETRY(Kind.INFORMATIVE);

  private enum Kind {
    INTAKE,
    DECISIVE,
    INFORMATIVE
  }

  private final Kind kind;

  Check(Kind kind) {
    this.kind = kind;
  }

  /** Whether a bundle that fails this check is not even acknowledged: it binds nobody. */
  public boolean isIntake() {
    return kind == Kind.INTAKE;
  }

  /** Whether this check's finding decides the verdict. */
  public boolean isDecisive() {
    return kind == Kind.DECISIVE;
  }
}
