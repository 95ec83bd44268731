package network.assay.coordinator.app.flow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.StopRequest;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Notes;
import network.assay.coordinator.app.store.Notes.Note;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.Outbox.Kind;

/**
 * Stops orders at their consumer's word: what was not begun never is. Money that is in escrow only
 * the contract moves: back at once where the consumer himself cancels on chain before a device
 * accepted, else at the deadline; and to the device where it runs and delivers.
 */
public final class Stops {
  private final Database database;
  private final LongSupplier clockMs;

  public Stops(Database database, LongSupplier clockMs) {
    this.database = database;
    this.clockMs = clockMs;
  }

  /** What stopping comes to. */
  public enum Money {
    NOTHING_PAID("the order was not sent: nothing was paid, and nothing will be"),
    IN_FLIGHT(
        "the transaction that opens it is on its way; ask again in a moment, and cancel on chain"
            + " while no device accepted"),
    REFUND_AT_DEADLINE(
        "no device is looked for any more: what is in escrow comes back by itself after the"
            + " deadline, or at once by cancelling on chain"),
    REFUND_UNLESS_ACCEPTED(
        "no other device is tried: what is in escrow comes back after the deadline or at once by"
            + " cancelling on chain, unless the device accepts before"),
    RUNS_ON(
        "a device works on it, and the contract lets nobody take it from it: it is paid if it"
            + " delivers in time and the committee agrees, and nothing else is tried if it does not"),
    OVER("it was over before: nothing changed");

    private final String sentence;

    Money(String sentence) {
      this.sentence = sentence;
    }

    public String sentence() {
      return sentence;
    }
  }

  /**
   * An order that is stopped.
   *
   * @param attempt as it stands
   * @param cancellable whether the consumer's own {@code cancel} on chain brings the money back now
   */
  public record Stopped(Attempt attempt, Money money, boolean cancellable) {}

  /**
   * Stops an order; again is the same.
   *
   * @throws Refused NOT_YOUR_ORDER where another signed
   */
  public Stopped stop(Job job, Signature signature) {
    Optional<Address> signer = Secp256k1.recover(StopRequest.digest(job.orderHash()), signature);
    if (!signer.equals(Optional.of(job.order().consumer()))) {
      throw Refused.forbidden(
          "NOT_YOUR_ORDER",
          "want \"%s\" signed by its consumer %s, got one by %s"
              .formatted(
                  StopRequest.text(job.orderHash()),
                  job.order().consumer(),
                  signer.map(Address::hex).orElse("nobody")));
    }
    return database.transaction(tx -> {
      long nowMs = clockMs.getAsLong();
      boolean again = Jobs.isStopped(tx, job.orderHash());
      Attempt attempt = Jobs.attempts(tx, job.orderHash()).getLast();
      Jobs.lock(tx, attempt.jobId());
      Jobs.stop(tx, job.orderHash(), nowMs);
      boolean unsent =
          attempt.state() == JobState.NONE && !attempt.settled() && isUnsent(tx, attempt, nowMs);
      if (unsent) {
        Jobs.giveUp(tx, attempt.jobId(), Placer.STOPPED);
      }
      if (attempt.state() == JobState.FUNDED) {
        boolean _ = Outbox.withdraw(tx, attempt.jobId(), Kind.JOIN, Placer.STOPPED, nowMs);
      }
      if (!again) {
        Notes.add(tx, attempt.jobId(), new Note(nowMs, "consumer", "STOPPED", Placer.STOPPED));
      }
      Attempt now = Jobs.attempt(tx, attempt.jobId()).orElseThrow();
      boolean cancellable = now.state() == JobState.FUNDED || now.state() == JobState.ASSIGNED;
      return new Stopped(now, money(now), cancellable);
    });
  }

  /** Whether no sender has, or ever had and may still have, the transaction that opens it. */
  private static boolean isUnsent(Connection tx, Attempt attempt, long nowMs) throws SQLException {
    return Outbox.withdraw(tx, attempt.jobId(), Kind.OPEN, Placer.STOPPED, nowMs)
        || (!Outbox.owes(tx, attempt.jobId(), Kind.OPEN)
            && Outbox.failures(tx, attempt.jobId(), Kind.OPEN)
                == Outbox.count(tx, attempt.jobId(), Kind.OPEN));
  }

  private static Money money(Attempt attempt) {
    return switch (attempt.state()) {
      case NONE -> attempt.settled() ? Money.NOTHING_PAID : Money.IN_FLIGHT;
      case FUNDED -> Money.REFUND_AT_DEADLINE;
      case ASSIGNED -> Money.REFUND_UNLESS_ACCEPTED;
      case RUNNING, CHECKPOINTED, COMMITTED -> Money.RUNS_ON;
      case REPORTED, DISPUTED, FINAL, REFUNDED, CANCELLED, EXPIRED -> Money.OVER;
    };
  }
}
