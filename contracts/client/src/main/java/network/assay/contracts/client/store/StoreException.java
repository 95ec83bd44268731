package network.assay.contracts.client.store;

/** A durable write or read failed. Nothing of the transaction in which it was raised was kept. */
public final class StoreException extends RuntimeException {
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreException(String message) {
    super(message);
  }
}
