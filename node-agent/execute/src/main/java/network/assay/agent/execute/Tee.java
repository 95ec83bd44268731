package network.assay.agent.execute;

import network.assay.contracts.protocol.Bytes32;

/** A trusted execution environment, where the machine has one. */
public interface Tee {

  /** Family 0: there is none, and the evidence says so. */
  int FAMILY_NONE = 0;

  /**
   * Section 12 of the bundle.
   *
   * @param family the evidence format; {@link #FAMILY_NONE} with no bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
  record Attestation(int family, byte[] evidence) {}

  /**
   * Evidence whose report data is {@code reportData}, with everything that verifying it needs.
   *
   * @param notBeforeS chain time, Unix seconds; the evidence must not say that it is older
   * @throws PortException where the hardware gives none; the job is then not attested, and not paid
   *     where that was ordered
   */
  Attestation attest(Bytes32 reportData, long notBeforeS) throws PortException;

  /** Whether an offer may say ATTESTED. */
  boolean attests();

  /** What stands in the bundle where there is no evidence, or none was ordered. */
  static Attestation nothing() {
    return new Attestation(FAMILY_NONE, new byte[0]);
  }

  /** One line for people. */
  String describe();

  /** A machine that attests nothing. Its jobs keep the grade that was ordered, never ATTESTED. */
  static Tee none() {
    return new Tee() {
      @Override
      public Attestation attest(Bytes32 reportData, long notBeforeS) {
        return nothing();
      }

      @Override
      public boolean attests() {
        return false;
      }

      @Override
      public String describe() {
        return "none: nothing on this machine is attested";
      }
    };
  }
}
