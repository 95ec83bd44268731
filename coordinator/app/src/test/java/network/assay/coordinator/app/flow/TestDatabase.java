package network.assay.coordinator.app.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import network.assay.coordinator.app.store.Database;
import org.jspecify.annotations.Nullable;

/** One embedded database for all tests of the process, emptied between them. */
public final class TestDatabase {
  private static @Nullable Database shared;

  private TestDatabase() {}

  public static synchronized Database empty() {
    Database database = shared;
    if (database == null) {
      database = start();
      shared = database;
    }
    database.transaction(tx ->
        Database.update(
            tx,
            "TRUNCATE jobs, inputs, attempts, chain_events, notes, offers, joined_offers,"
                + " outbox, results, receipts, follower_block,"
                + " leases, served, tx_sender, tx_intent, tx_attempt,"
                + " webhooks, deliveries, job_logs, records, quotes, queue"));
    return database;
  }

  private static Database start() {
    try {
      Path folder = Files.createTempDirectory("assay-test-db");
      Database database = Database.embedded(folder);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                database.close();
                delete(folder);
              }));
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // a temporary folder more; the system sweeps it
    }
  }
}
