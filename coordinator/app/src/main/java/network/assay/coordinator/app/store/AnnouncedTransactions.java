package network.assay.coordinator.app.store;

import network.assay.contracts.client.store.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * Transactions with a word to whoever waits.
 *
 * @param committed runs once what a transaction wrote is durable
 */
public record AnnouncedTransactions(Transactions transactions, Runnable committed)
    implements Transactions {

  /** A database's transactions, for contracts/client. */
  public AnnouncedTransactions(Database database) {
    this(
        new Transactions() {
          @Override
          public <T extends @Nullable Object> T inTransaction(Work<T> work) {
            return database.transaction(work::run);
          }
        },
        () -> {});
  }

  @Override
  public <T extends @Nullable Object> T inTransaction(Work<T> work) {
    T result = transactions.inTransaction(work);
    committed.run();
    return result;
  }
}
