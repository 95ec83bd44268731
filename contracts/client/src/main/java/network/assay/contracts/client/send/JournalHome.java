package network.assay.contracts.client.send;

import java.util.function.BooleanSupplier;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.store.Transactions;

/**
 * Where a key's journal is kept, and who of those that share it gives nonces.
 *
 * <p>A file has one process, which always does. In a database several processes share one key: each
 * may admit intents and read how they ended; one at a time, the holder of a lease, gives nonces and
 * signs. Safety rests on {@code holder} alone: its transactions must fail for everybody whose lease
 * was taken over, however late they come. {@code holds} only saves those the trouble.
 *
 * @param name for messages
 * @param anybody for reads and for admitting
 * @param holder for everything that follows from a nonce; fails where the lease is another's
 * @param holds whether the lease is ours as far as we know
 */
public record JournalHome(
    String name, Transactions anybody, Transactions holder, BooleanSupplier holds) {

  /** A file of this process alone; the tables are made where they lack. */
  public static JournalHome of(SqliteStore file) {
    TxJournal.migrate(file);
    return new JournalHome(String.valueOf(file.file().getFileName()), file, file, () -> true);
  }
}
