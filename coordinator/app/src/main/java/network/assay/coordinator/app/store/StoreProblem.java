package network.assay.coordinator.app.store;

import org.jspecify.annotations.Nullable;

/** The database does not do what it must; the message is for the operator. */
public final class StoreProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreProblem(String message) {
    super(message);
  }

  public StoreProblem(String message, @Nullable Throwable cause) {
    super(cause == null ? message : message + ": " + cause.getMessage(), cause);
  }
}
