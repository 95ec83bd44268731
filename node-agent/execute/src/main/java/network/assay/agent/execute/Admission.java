package network.assay.agent.execute;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Objects;
import java.util.function.Predicate;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Whether an assignment is really ours and worth working for. The coordinator that sent it is
 * trusted for nothing: what it says must hash to what the chain holds, and the offer must carry our
 * own signature.
 */
public final class Admission {
  private static final int UNIT_FIXED = 0;
  private static final int GRADE_MAX = Grade.ACCEPTED.code();

  private Admission() {}

  /** What came of it. */
  @CheckReturnValue
  public sealed interface Result {}

  /** Ours. */
  public record Admitted(Ticket ticket) implements Result {}

  /** Not to be worked on, ever: a name for machines, what came and what was wanted. */
  public record Refused(String reason, String got, String want) implements Result {
    @Override
    public String toString() {
      return reason + ": got " + got + ", want " + want;
    }
  }

  /** The bytes alone: all that can be known without the chain. */
  public static Result examine(
      Assignment assignment, DeviceProfile self, Predicate<JobSpec> runnable) {
    Order order = assignment.order();
    Offer offer = assignment.offer().message();
    Eip712Domain market = self.market();
    if (!offer.device().equals(self.device())) {
      return refused("OTHER_DEVICE", offer.device(), self.device());
    }
    if (!assignment.offer().signedBy(self.device(), market)) {
      return refused("NOT_OUR_OFFER", "a signature of another key, chain or market", self.device());
    }
    Bytes32 orderHash = order.digest(market);
    Bytes32 offerHash = offer.digest(market);
    int attempt = attemptOf(assignment.jobId(), orderHash, order.attemptsMax());
    if (attempt == 0) {
      return refused(
          "WRONG_JOB_ID", JobIds.text(assignment.jobId()), "an attempt at order " + orderHash);
    }
    if (!order.offerHash().isZero() && !order.offerHash().equals(offerHash)) {
      return refused("ORDER_FOR_OTHER_OFFER", offerHash, order.offerHash());
    }
    Refused refused = terms(order, offer);
    return refused != null
        ? refused
        : specification(assignment, orderHash, offerHash, attempt, runnable);
  }

  private static int attemptOf(long jobId, Bytes32 orderHash, int attemptsMax) {
    for (int attempt = 1; attempt <= attemptsMax; attempt++) {
      if (JobIds.of(orderHash, attempt) == jobId) {
        return attempt;
      }
    }
    return 0;
  }

  private static @Nullable Refused terms(Order order, Offer offer) {
    if (offer.unit() != UNIT_FIXED) {
      return refused("UNSUPPORTED_UNIT", offer.unit(), UNIT_FIXED);
    }
    if (offer.price().compareTo(order.priceMax()) > 0
        || offer.price().compareTo(order.amount()) > 0) {
      return refused("PRICE_BELOW_OFFER", order.priceMax().min(order.amount()), offer.price());
    }
    if (order.runWindowS() < offer.durationMinS() || order.runWindowS() > offer.durationMaxS()) {
      return refused(
          "RUN_WINDOW_NOT_OFFERED",
          order.runWindowS(),
          offer.durationMinS() + " to " + offer.durationMaxS());
    }
    // A shift by more than 31 would wrap around and find a bit that nobody offered.
    if (order.grade() > GRADE_MAX || (offer.grades() & (1 << order.grade())) == 0) {
      return refused("GRADE_NOT_OFFERED", order.grade(), "a bit of " + offer.grades());
    }
    if (order.resultKey().isZero()) {
      return refused("NO_RESULT_KEY", order.resultKey(), "an X25519 key");
    }
    return null;
  }

  private static Result specification(
      Assignment assignment,
      Bytes32 orderHash,
      Bytes32 offerHash,
      int attempt,
      Predicate<JobSpec> runnable) {
    byte[] bytes = assignment.spec();
    Bytes32 specHash = JobSpec.hash(bytes);
    if (!specHash.equals(assignment.order().specHash())) {
      return refused("WRONG_SPEC", specHash, assignment.order().specHash());
    }
    JobSpec spec;
    try {
      spec = JobSpec.parse(bytes);
    } catch (ProtocolException e) {
      return refused("UNREADABLE_SPEC", e.getMessage(), "a specification of version 1 or 2");
    }
    Refused unfitting = unfitting(assignment.order(), spec);
    if (unfitting != null) {
      return unfitting;
    }
    if (!runnable.test(spec)) {
      return refused(
          "UNSUPPORTED_WORK",
          spec.workload() + " with model " + spec.model() + " in " + spec.precision(),
          "work that this agent has ready");
    }
    return new Admitted(new Ticket(assignment, spec, orderHash, offerHash, attempt));
  }

  /** A grade that nobody could settle, and a container that could not end in its run window. */
  private static @Nullable Refused unfitting(Order order, JobSpec spec) {
    if (!spec.fits(Grade.of(order.grade()))) {
      return refused(
          "GRADE_DOES_NOT_FIT",
          spec.workload() + " at grade " + Grade.of(order.grade()),
          "a container at grade ACCEPTED, and nothing else at it");
    }
    long needS = spec.container().map(job -> job.limits().timeS()).orElse(0L);
    return needS > order.runWindowS()
        ? refused("RUN_WINDOW_TOO_SHORT", order.runWindowS(), "at least " + needS)
        : null;
  }

  /** What the chain says about it: the second half of admission. */
  public static Result confirm(
      Ticket ticket, ChainFacts facts, DeviceProfile self, Moment now, Policy policy) {
    if (facts.state() == JobState.NONE) {
      return refused("ORDER_NOT_ON_CHAIN", facts.state(), JobState.ASSIGNED);
    }
    if (facts.state() != JobState.ASSIGNED) {
      return refused("NOT_ASSIGNED", facts.state(), JobState.ASSIGNED);
    }
    if (!facts.bound()) {
      return refused("OTHER_BINDING", "a job of another order or offer", ticket.orderHash());
    }
    if (!facts.provider().equals(self.provider())) {
      return refused("OTHER_PROVIDER", facts.provider(), self.provider());
    }
    if (facts.amount().compareTo(ticket.offer().price()) < 0) {
      return refused("PRICE_BELOW_OFFER", facts.amount(), ticket.offer().price());
    }
    long latest = facts.deadlineS() - policy.acceptMarginS();
    if (now.chainTimeS() > latest) {
      return refused("TOO_LATE_TO_ACCEPT", now.chainTimeS(), "at most " + latest);
    }
    return new Admitted(ticket);
  }

  private static Refused refused(String reason, @Nullable Object got, Object want) {
    return new Refused(reason, Objects.toString(got), want.toString());
  }
}
