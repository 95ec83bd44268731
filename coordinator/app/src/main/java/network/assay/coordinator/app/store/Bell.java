package network.assay.coordinator.app.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every coordinator on the database, this one too, what changed (LISTEN/NOTIFY). A hint: it
 * may be lost with a connection, so who listens also looks by himself now and then, and after each
 * gap.
 *
 * <p>Rings are sent after the transaction that they speak of, many together: a NOTIFY inside it
 * would make all commits wait for one another.
 */
public final class Bell implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Bell.class);
  private static final String CHANNEL = "assay";

  /** More at once say less than a look at everything. */
  private static final int PENDING_MAX = 5_000;

  private static final Duration GATHER = Duration.ofMillis(3);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Hears rings. */
  public interface Ear {
    /**
     * Something changed.
     *
     * @param topic what kind of thing: job, device, offer, outbox
     * @param id which one; empty for any
     */
    void heard(String topic, String id);

    /** Rings may have been lost. */
    void missed();
  }

  private final Database database;
  private final List<Ear> ears = new CopyOnWriteArrayList<>();
  private final Set<String> pending = ConcurrentHashMap.newKeySet();
  private final Thread sending;
  private final Thread hearing;
  private volatile boolean closed;

  public Bell(Database database) {
    this.database = database;
    this.sending = Thread.ofVirtual().name("bell-out").unstarted(this::send);
    this.hearing = Thread.ofPlatform().daemon().name("bell-in").unstarted(this::hear);
  }

  public void start() {
    sending.start();
    hearing.start();
  }

  public void add(Ear ear) {
    ears.add(ear);
  }

  public void remove(Ear ear) {
    ears.remove(ear);
  }

  /** Rings once what it speaks of is committed; returns at once. */
  public void ring(String topic, Collection<String> ids) {
    if (pending.size() + ids.size() > PENDING_MAX) {
      pending.add(topic + " "); // any
    } else {
      ids.forEach(id -> pending.add(topic + " " + id));
    }
    LockSupport.unpark(sending);
  }

  private void send() {
    while (!closed) {
      if (pending.isEmpty()) {
        LockSupport.parkNanos(RETRY.toNanos());
        continue;
      }
      LockSupport.parkNanos(GATHER.toNanos());
      List<String> now = List.copyOf(pending);
      now.forEach(pending::remove);
      try {
        notify(now);
      } catch (RuntimeException e) {
        LOG.debug("{} rings are lost", now.size(), e); // the looks now and then make up for them
      }
    }
  }

  private void notify(List<String> rings) {
    database.transaction(tx -> {
      try (Statement quick = tx.createStatement()) {
        quick.execute("SET LOCAL synchronous_commit=off");
      }
      try (PreparedStatement ring =
          tx.prepareStatement("SELECT count(pg_notify(?, r)) FROM unnest(?) AS r")) {
        ring.setString(1, CHANNEL);
        ring.setArray(2, tx.createArrayOf("text", rings.toArray()));
        ring.executeQuery().close();
      }
      return true;
    });
  }

  private void hear() {
    while (!closed) {
      try (Connection connection = database.dedicated();
          Statement listen = connection.createStatement()) {
        listen.execute("LISTEN " + CHANNEL);
        PGConnection wire = connection.unwrap(PGConnection.class);
        ears.forEach(Ear::missed);
        while (!closed) {
          PGNotification[] heard = wire.getNotifications((int) RETRY.toMillis());
          for (PGNotification ring : heard == null ? new PGNotification[0] : heard) {
            tell(ring.getParameter());
          }
        }
      } catch (SQLException e) {
        LOG.debug("the listening connection broke", e);
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  private void tell(String ring) {
    int space = ring.indexOf(' ');
    String topic = space < 0 ? ring : ring.substring(0, space);
    String id = space < 0 ? "" : ring.substring(space + 1);
    for (Ear ear : new ArrayList<>(ears)) {
      try {
        ear.heard(topic, id);
      } catch (RuntimeException e) {
        LOG.warn("on \"{}\": {}", ring, e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(sending);
    try {
      sending.join(Duration.ofSeconds(2));
      hearing.join(Duration.ofSeconds(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
