package network.assay.coordinator.app.flow;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobSpec;
import network.assay.coordinator.app.store.Call;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Lost;
import network.assay.coordinator.app.store.Notes;
import network.assay.coordinator.app.store.Notes.Note;
import network.assay.coordinator.app.store.Offers;
import network.assay.coordinator.app.store.Offers.Standing;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.Outbox.Entry;
import network.assay.coordinator.app.store.Outbox.Kind;
import network.assay.coordinator.match.Placement;
import network.assay.coordinator.match.Request;

/** Finds another offer for an order whose first choice fell through; says what later ones ask. */
public final class Placer {
  static final String STOPPED = "stopped by its consumer";

  /** Each failure costs a look at the chain; after so many the order is not served. */
  private static final int FAILURES_MAX = 8;

  private final Database database;
  private final Chain chain;
  private final OfferDesk desk;
  private final LongSupplier clockMs;

  public Placer(Database database, Chain chain, OfferDesk desk, LongSupplier clockMs) {
    this.database = database;
    this.chain = chain;
    this.desk = desk;
    this.clockMs = clockMs;
  }

  /**
   * Chooses another offer for an order that is not yet paid, and owes its OPEN.
   *
   * @return false where no offer fits now, or its consumer stopped it
   */
  public boolean place(long jobId) {
    Attempt attempt = database.transaction(tx -> Jobs.attempt(tx, jobId)).orElseThrow();
    Job job = database.transaction(tx -> Jobs.find(tx, attempt.orderHash())).orElseThrow();
    int failures = database.transaction(tx -> Outbox.failures(tx, jobId, Kind.OPEN));
    if (database.transaction(tx -> Jobs.isStopped(tx, job.orderHash()))) {
      return giveUp(attempt, STOPPED);
    }
    if (failures >= FAILURES_MAX) {
      return giveUp(attempt, "given up after " + failures + " refused transactions");
    }
    Placement placement =
        desk.matchAndTake(
            job.order().consumer(),
            request(job, attempt, job.order().amount(), failures),
            Bytes32.ZERO,
            chain.nowS(),
            offer -> owe(job, attempt, Kind.OPEN, offer, open(job, offer)));
    if (placement instanceof Placement.NoMatch none) {
      return giveUp(attempt, none.sentence());
    }
    return true;
  }

  /** What a paid attempt asks now; empty where nothing more is to be tried. */
  Optional<Request> wish(Job job, Attempt attempt) {
    int failures = database.transaction(tx -> Outbox.failures(tx, attempt.jobId(), Kind.JOIN));
    boolean over =
        failures >= FAILURES_MAX
            || Lost.wantsSpec(job)
            || database.transaction(tx -> Jobs.isStopped(tx, job.orderHash()));
    return over ? Optional.empty() : Optional.of(request(job, attempt, attempt.amount(), failures));
  }

  /** Owes the JOIN of a paid attempt to this offer. */
  void join(Job job, Attempt attempt, Standing offer) {
    Call call =
        chain.join(
            job.order(), attempt.attempt(), attempt.amount(), offer.offer(), offer.signature());
    owe(job, attempt, Kind.JOIN, offer, call);
  }

  /** Without what failed the order, and where that leaves something, all of its owners. */
  private Request request(Job job, Attempt attempt, BigInteger amount, int failures) {
    Set<Address> failed = excluded(attempt, failures);
    Set<Address> owners =
        failed.stream()
            .map(desk::operator)
            .filter(owner -> !owner.isZero())
            .collect(Collectors.toSet());
    Request request =
        Request.of(job.order(), amount, JobSpec.parse(job.spec()).model(), failed)
            .with(database.transaction(tx -> Jobs.hardware(tx, job.orderHash())), 0);
    if (owners.isEmpty()) {
      return request;
    }
    Request strict = request.without(failed, owners);
    return desk.match(strict, chain.nowS()) instanceof Placement.NoMatch ? request : strict;
  }

  private Set<Address> excluded(Attempt attempt, int failures) {
    Set<Address> out =
        new HashSet<>(
            database.transaction(
                tx -> Jobs.devicesTried(tx, attempt.orderHash(), attempt.attempt())));
    if (failures > 0 && attempt.device() != null) {
      out.add(attempt.device());
    }
    return out;
  }

  private Call open(Job job, Standing offer) {
    return chain.open(
        job.order(),
        job.validAfter(),
        job.validBefore(),
        job.payment(),
        offer.offer(),
        offer.signature());
  }

  private void owe(Job job, Attempt attempt, Kind kind, Standing offer, Call call) {
    database.transaction(tx -> {
      Jobs.lock(tx, attempt.jobId());
      if (Outbox.owes(tx, attempt.jobId(), kind)) {
        return false; // somebody was faster
      }
      Jobs.choose(tx, attempt.jobId(), offer.offerHash(), offer.offer().device());
      Offers.keepJoined(tx, offer.offerHash(), offer.offer(), offer.signature());
      note(
          tx,
          attempt,
          "MATCHED",
          "attempt %d of %d matched with %s at %s"
              .formatted(
                  attempt.attempt(),
                  job.order().attemptsMax(),
                  offer.offer().device(),
                  offer.offer().price()));
      int next = Outbox.count(tx, attempt.jobId(), kind) + 1;
      String name = kind == Kind.OPEN ? "open/" : "join/";
      String key = name + JobIds.text(attempt.jobId()) + "/" + next;
      return Outbox.add(tx, new Entry(key, kind, attempt.jobId(), call), clockMs.getAsLong());
    });
  }

  private boolean giveUp(Attempt attempt, String why) {
    database.transaction(tx -> {
      Jobs.giveUp(tx, attempt.jobId(), why);
      note(tx, attempt, "UNPLACED", why + "; nothing was paid");
      return true;
    });
    return false;
  }

  private void note(Connection tx, Attempt attempt, String phase, String text) throws SQLException {
    String clipped = text.length() <= 512 ? text : text.substring(0, 512);
    Notes.add(tx, attempt.jobId(), new Note(clockMs.getAsLong(), "coordinator", phase, clipped));
  }
}
