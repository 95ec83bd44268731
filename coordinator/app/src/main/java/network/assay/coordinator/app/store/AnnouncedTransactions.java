package network.assay.coordinator.app.store;

import network.assay.contracts.client.store.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * The database's transactions, with a word to whoever waits.
 *
 * @param committed runs once what a transaction wrote is durable
 */
public record AnnouncedTransactions(Database database, Runnable committed) implements Transactions {
  @Override
  public <T extends @Nullable Object> T inTransaction(Work<T> work) {
    T result = database.transaction(work::run);
    committed.run();
    return result;
  }
}
