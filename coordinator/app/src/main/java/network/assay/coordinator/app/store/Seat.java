package network.assay.coordinator.app.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import network.assay.contracts.client.store.Transactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease as one coordinator sees it. {@link #held} is a guess that saves vain work; what must
 * happen once runs in {@link #fenced}, which asks the database.
 */
public final class Seat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Seat.class);

  private final Database database;
  private final String name;
  private final String holder;
  private final Duration term;
  private volatile long fence;
  private volatile long validUntilNanos;
  private volatile boolean held;

  /**
   * @param holder one of this process's life, never used again by a later one
   * @param term after which a holder that does not renew is taken over
   */
  public Seat(Database database, String name, String holder, Duration term) {
    this.database = database;
    this.name = name;
    this.holder = holder;
    this.term = term;
  }

  /** Takes or renews the lease; to be called several times a term. */
  public void tend() {
    long askedAtNanos = System.nanoTime();
    Optional<Long> got =
        database.transaction(tx -> {
          // Whatever depends on the lease is written, and flushed, after it.
          Database.update(tx, "SET LOCAL synchronous_commit=off");
          return Leases.take(tx, name, holder, term);
        });
    if (got.isPresent()) {
      if (!held() || fence != got.get()) {
        LOG.info("this coordinator holds {} now (fence {})", name, got.get());
      }
      fence = got.get();
      validUntilNanos = askedAtNanos + term.toNanos();
      held = true;
    } else {
      lose();
    }
  }

  private void lose() {
    if (held) {
      LOG.warn("{} was taken over by another coordinator", name);
    }
    held = false;
  }

  /** Whether we hold it as far as we know, until the term we were given ends by our own clock. */
  public boolean held() {
    return held && System.nanoTime() - validUntilNanos < 0;
  }

  /** Grows with every change of the holder; means something while {@link #held}. */
  public long fence() {
    return fence;
  }

  public String name() {
    return name;
  }

  /**
   * Runs work that commits only while the lease is ours.
   *
   * @throws Leases.Lost where it is not
   */
  public <T extends @Nullable Object> T fenced(Database.Work<T> work) {
    long mine = fence;
    try {
      return database.transaction(tx -> {
        check(tx, mine);
        return work.run(tx);
      });
    } catch (Leases.Lost e) {
      lose();
      throw e;
    }
  }

  private void check(Connection tx, long mine) throws SQLException {
    Leases.check(tx, name, holder, mine);
  }

  /** The same for contracts/client. */
  public Transactions transactions() {
    return new Transactions() {
      @Override
      public <T extends @Nullable Object> T inTransaction(Work<T> work) {
        return fenced(work::run);
      }
    };
  }

  /** Gives the lease back, so that another takes it at once. */
  @Override
  public void close() {
    if (!held) {
      return;
    }
    held = false;
    try {
      database.transaction(tx -> {
        Leases.release(tx, name, holder);
        return true;
      });
    } catch (RuntimeException e) {
      LOG.warn("{} runs out by itself: {}", name, e.getMessage());
    }
  }
}
