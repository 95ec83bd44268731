package network.assay.agent.execute;

import network.assay.contracts.protocol.Address;

/**
 * What a job wants done now. Wants are levels, not edges: the machine repeats one until an event
 * shows that it is satisfied, and the driver runs at most one effect of a {@link #key} at a time.
 * So a lost answer or a restart needs no special case.
 */
public sealed interface Effect {

  /** Two effects with one key are the same want. */
  default String key() {
    return getClass().getSimpleName();
  }

  /**
   * Fetch the input, check length and content root, ask the runtime whether it can be worked on,
   * keep it.
   */
  record FetchInput() implements Effect {}

  /** Sign Accept and see it mined. */
  record SubmitAccept() implements Effect {}

  /** Read the committee of this epoch. */
  record ReadCommittee(long epoch) implements Effect {}

  /** Ask one oracle for its nonce. */
  record AskNonce(Address oracle) implements Effect {
    @Override
    public String key() {
      return "AskNonce/" + oracle;
    }
  }

  /** Write the nonces into the journal: from now on they are section 11. */
  record FixNonces() implements Effect {}

  /** Work with telemetry running, commit, sign, assemble the bundle. */
  record Execute() implements Effect {}

  /** Hand the bundle to one oracle. */
  record UploadBundle(Address oracle) implements Effect {
    @Override
    public String key() {
      return "UploadBundle/" + oracle;
    }
  }

  /** Show 2f+1 Acks to one oracle. */
  record ShowCertificate(Address oracle) implements Effect {
    @Override
    public String key() {
      return "ShowCertificate/" + oracle;
    }
  }

  /** Open every row drawn so far to one oracle. */
  record SendOpening(Address oracle) implements Effect {
    @Override
    public String key() {
      return "SendOpening/" + oracle;
    }
  }

  /** Hand the ciphertext to the coordinator, for the consumer's convenience. */
  record DeliverResult() implements Effect {}

  /** Post the WorkCommit on chain. */
  record PostCommit() implements Effect {}

  /** Sign Fail and see it mined. */
  record SubmitFail(String reason) implements Effect {
    @Override
    public String key() {
      return "SubmitFail";
    }
  }

  /** Move what is claimable to the provider's credit. */
  record ClaimPay() implements Effect {}

  /** Drop the job's working data. */
  record Forget() implements Effect {}
}
