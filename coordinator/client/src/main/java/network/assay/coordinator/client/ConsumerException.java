package network.assay.coordinator.client;

import org.jspecify.annotations.Nullable;

/**
 * Something a consumer can act on; the reason is stable for programs, the message says what to do.
 */
public final class ConsumerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  public ConsumerException(String reason, String message) {
    this(reason, message, null);
  }

  public ConsumerException(String reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
