package network.assay.coordinator.app.flow;

import static network.assay.coordinator.app.flow.Refused.conflict;

import java.math.BigInteger;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Order;
import network.assay.coordinator.app.store.Call;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.GroupCommit;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Lost;
import network.assay.coordinator.app.store.Notes.Note;
import network.assay.coordinator.app.store.Offers.Standing;
import network.assay.coordinator.app.store.Outbox.Entry;
import network.assay.coordinator.app.store.Outbox.Kind;
import network.assay.coordinator.app.store.Takings;
import network.assay.coordinator.app.store.Takings.Taking;
import network.assay.coordinator.match.Placement;
import network.assay.coordinator.match.Request;

/**
 * Takes orders. Everything that can be refused is refused here, by name and before any transaction;
 * what is taken is durable, with the transaction that opens it, before the consumer hears of it.
 */
public final class Intake {
  /** Each costs a look at the chain. */
  private static final int OFFERS_TRIED_MAX = 3;

  /** How long an order waits for its device's Accept, which saves a transaction. */
  private static final Duration ACCEPT_WAIT = Duration.ofMillis(2_500);

  /** Each with its input: bounds what one transaction holds in memory. */
  private static final int TOGETHER_MAX = 50;

  private final Database database;
  private final GroupCommit<Taking, Boolean> takings;
  private final Chain chain;
  private final OfferDesk desk;
  private final LongSupplier clockMs;
  private final Runnable wake;
  private final Agents agents;

  public Intake(
      Database database, Chain chain, OfferDesk desk, LongSupplier clockMs, Runnable wake) {
    this(database, chain, desk, clockMs, wake, Agents.NONE);
  }

  /**
   * @param agents who may be asked for an Accept before the order goes on chain
   */
  public Intake(
      Database database,
      Chain chain,
      OfferDesk desk,
      LongSupplier clockMs,
      Runnable wake,
      Agents agents) {
    this.agents = agents;
    this.database = database;
    this.takings = new GroupCommit<>(database, TOGETHER_MAX, Takings::put);
    this.chain = chain;
    this.desk = desk;
    this.clockMs = clockMs;
    this.wake = wake;
  }

  /** An order that is ours now; {@code fresh} false where it was before. */
  public record Taken(Bytes32 orderHash, long jobId, boolean fresh) {}

  /**
   * Takes a submission, or finds it taken.
   *
   * @throws Refused by name; then nothing was stored and no money moves
   */
  public Taken submit(Submission s) {
    Bytes32 orderHash = s.order().digest(chain.deployment().marketDomain());
    Optional<Job> known = database.transaction(tx -> Jobs.find(tx, orderHash));
    if (known.isPresent()) {
      if (Lost.wantsSpec(known.get())) {
        restore(s, orderHash);
      }
      return new Taken(orderHash, known.get().jobId(), false);
    }
    long nowS = chain.nowS();
    JobSpec spec =
        OrderRules.check(s, orderHash, chain.deployment(), chain.bounds(), chain.self(), nowS);
    askChain(s.order(), orderHash);
    return place(s, orderHash, spec, nowS);
  }

  /** The database was lost, and the consumer still has what it was about. */
  private void restore(Submission s, Bytes32 orderHash) {
    JobSpec _ = OrderRules.content(s);
    database.transaction(tx -> {
      Lost.restore(tx, orderHash, s.spec(), s.input());
      return true;
    });
  }

  private void askChain(Order order, Bytes32 orderHash) {
    if (chain.newJobsPaused()) {
      throw Refused.unavailable("NEW_JOBS_PAUSED", "the market takes no new jobs at the moment");
    }
    if (chain.state(JobIds.of(orderHash, 1)) != JobState.NONE) {
      throw conflict("ORDER_CONSUMED", "the order " + orderHash + " was opened before");
    }
    if (chain.authorizationUsed(order.consumer(), orderHash)) {
      throw conflict("NONCE_USED", "the payment's nonce " + orderHash + " is used or cancelled");
    }
    BigInteger balance = chain.tokenBalance(order.consumer());
    if (balance.compareTo(order.amount()) < 0) {
      throw conflict(
          "BALANCE_TOO_SMALL",
          "%s has %s of the token, the order is for %s"
              .formatted(order.consumer(), balance, order.amount()));
    }
  }

  /** What the market said to an offer before anything was stored. */
  private static final class WouldRevert extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Standing offer;

    WouldRevert(Standing offer, String why) {
      super(why);
      this.offer = offer;
    }

    String error() {
      String why = String.valueOf(getMessage());
      int end = why.indexOf('(');
      return end < 0 ? why : why.substring(0, end);
    }
  }

  private Taken place(Submission s, Bytes32 orderHash, JobSpec spec, long nowS) {
    Set<Address> excluded = new HashSet<>();
    while (true) {
      try {
        return place(s, orderHash, spec, nowS, excluded);
      } catch (WouldRevert e) {
        Standing offer = e.offer;
        boolean anotherMayDo = desk.blame(e.error(), offer.offerHash(), offer.offer().device());
        if (!anotherMayDo || excluded.size() >= OFFERS_TRIED_MAX) {
          throw conflict(
              "OPEN_WOULD_REVERT", "the market would refuse this order: " + e.getMessage());
        }
        excluded.add(offer.offer().device());
      }
    }
  }

  private Taken place(
      Submission s, Bytes32 orderHash, JobSpec spec, long nowS, Set<Address> excluded) {
    Request request =
        Request.of(s.order(), s.order().amount(), spec.model(), excluded).with(s.hardware(), 0);
    Job job =
        new Job(
            orderHash,
            s.order(),
            s.spec(),
            s.validAfter(),
            s.validBefore(),
            s.payment(),
            1,
            clockMs.getAsLong());
    boolean[] fresh = {false};
    Placement placement =
        desk.matchAndTake(
            s.order().consumer(),
            request,
            s.quote(),
            nowS,
            offer -> fresh[0] = store(job, s, offer, openCall(s, offer)));
    if (placement instanceof Placement.NoMatch none) {
      throw Refused.noOffer(none.sentence(), none.refusals());
    }
    wake.run();
    if (fresh[0]) {
      agents.ask(job.jobId());
    }
    return new Taken(orderHash, job.jobId(), fresh[0]);
  }

  /** The contract has the last word on everything; better to hear it before than after. */
  private Call openCall(Submission s, Standing offer) {
    Call call =
        chain.open(
            s.order(),
            s.validAfter(),
            s.validBefore(),
            s.payment(),
            offer.offer(),
            offer.signature());
    Optional<String> why = chain.wouldRevert(call);
    if (why.isPresent()) {
      throw new WouldRevert(offer, why.get());
    }
    return call;
  }

  private boolean store(Job job, Submission s, Standing offer, Call call) {
    String text = "matched with %s at %s".formatted(offer.offer().device(), offer.offer().price());
    Note note = new Note(job.createdAtMs(), "coordinator", "MATCHED", text);
    Entry open = new Entry("open/" + JobIds.text(job.jobId()) + "/1", Kind.OPEN, job.jobId(), call);
    Duration wait = agents.isConnected(offer.offer().device()) ? ACCEPT_WAIT : Duration.ZERO;
    return takings.run(new Taking(job, s.input(), offer, note, open, wait, s.hardware()));
  }
}
