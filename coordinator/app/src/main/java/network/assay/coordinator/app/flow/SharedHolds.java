package network.assay.coordinator.app.flow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.Bytes32;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.QuoteRows;
import network.assay.coordinator.app.store.QuoteRows.Row;
import network.assay.coordinator.app.store.StoreProblem;
import network.assay.coordinator.match.Hold;
import network.assay.coordinator.match.OfferBook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What quotes hold, under their digests, in this book and in those of the other coordinators on the
 * database. Two that quote the last room within the same few milliseconds may both hold it; who
 * pays first has it, as among those whom one coordinator quotes.
 *
 * <p>Guarded by its owner's lock, but for {@link #tell}, which asks the database.
 */
final class SharedHolds {
  private static final Logger LOG = LoggerFactory.getLogger(SharedHolds.class);

  /** Quotes that are remembered; what is older than these has ended. */
  private static final int QUOTES_MAX = 100_000;

  private final Database database;
  private final OfferBook book;
  private final LongSupplier clockMs;
  private final Map<Bytes32, Long> ids = bounded();
  private final Map<Long, Bytes32> digests = bounded();
  private final List<Row> fresh = new ArrayList<>();
  private final List<Bytes32> gone = new ArrayList<>();
  private volatile Consumer<Collection<Bytes32>> told = changed -> {};

  SharedHolds(Database database, OfferBook book, LongSupplier clockMs) {
    this.database = database;
    this.book = book;
    this.clockMs = clockMs;
    book.onFreed(this::freed);
  }

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > QUOTES_MAX;
      }
    };
  }

  void onChange(Consumer<Collection<Bytes32>> listener) {
    this.told = listener;
  }

  private void freed(Hold hold) {
    Bytes32 digest = digests.remove(hold.id());
    if (digest != null) {
      ids.remove(digest);
      gone.add(digest);
    }
  }

  /** Notes under which digest a quote's hold is asked for. */
  void add(Bytes32 digest, Hold hold) {
    know(digest, hold);
    long leftMs = hold.untilMs() - clockMs.getAsLong();
    fresh.add(new Row(digest, hold.device(), hold.holder(), hold.places(), leftMs));
  }

  private void know(Bytes32 digest, Hold hold) {
    ids.put(digest, hold.id());
    digests.put(hold.id(), digest);
  }

  boolean knows(Bytes32 digest) {
    return ids.containsKey(digest);
  }

  /** The book's id of the quote's hold; 0 where none is known. */
  long id(Bytes32 digest) {
    return ids.getOrDefault(digest, 0L);
  }

  /** Effects: the book holds what another coordinator's does. */
  void adopt(Row row) {
    if (!knows(row.digest())) {
      Optional<Hold> hold =
          book.adopt(row.device(), row.holder(), row.places(), clockMs.getAsLong() + row.leftMs());
      hold.ifPresent(held -> know(row.digest(), held));
    }
  }

  /** Effects: the quote was paid or gave way elsewhere. */
  void forget(Bytes32 digest) {
    book.drop(id(digest));
    gone.remove(digest); // who told us knows
  }

  /** What changed here since the last call, for {@link #tell}. */
  Changes changes() {
    Changes out = new Changes(List.copyOf(fresh), Set.copyOf(gone));
    fresh.clear();
    gone.clear();
    return out;
  }

  /** What other coordinators must hear of. */
  record Changes(List<Row> fresh, Set<Bytes32> gone) {}

  /** Tells the others; without the owner's lock. What cannot be told ends by itself. */
  void tell(Changes changes) {
    Set<Bytes32> ended = changes.gone();
    List<Row> held = changes.fresh().stream().filter(row -> !ended.contains(row.digest())).toList();
    if (held.isEmpty() && ended.isEmpty()) {
      return;
    }
    try {
      database.transaction(tx -> write(tx, held, ended));
    } catch (StoreProblem e) {
      LOG.warn("other coordinators do not hear of {} quotes: {}", held.size(), e.getMessage());
      return;
    }
    List<Bytes32> all = new ArrayList<>(ended);
    held.forEach(row -> all.add(row.digest()));
    told.accept(all);
  }

  private static boolean write(Connection tx, List<Row> held, Set<Bytes32> ended)
      throws SQLException {
    for (Row row : held) {
      QuoteRows.put(tx, row);
    }
    if (!ended.isEmpty()) {
      QuoteRows.drop(tx, ended);
    }
    return true;
  }

  List<Row> stored() {
    return database.transaction(tx -> QuoteRows.all(tx, QUOTES_MAX));
  }

  Optional<Row> stored(Bytes32 digest) {
    return database.transaction(tx -> QuoteRows.find(tx, digest));
  }

  void sweep() {
    database.transaction(tx -> {
      QuoteRows.dropEnded(tx);
      return true;
    });
  }
}
