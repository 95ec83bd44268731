package network.assay.agent.execute;

import java.util.Optional;

/** The operator's last word on a job that is otherwise fine. */
@FunctionalInterface
public interface AcceptancePolicy {

  /**
   * Empty to take the job; otherwise why it is left alone. Nothing is sent to the chain then, and
   * acceptUntil passes.
   */
  Optional<String> decline(Ticket ticket);

  /** Takes whatever was offered and is paid. */
  static AcceptancePolicy takeAll() {
    return ticket -> Optional.empty();
  }
}
