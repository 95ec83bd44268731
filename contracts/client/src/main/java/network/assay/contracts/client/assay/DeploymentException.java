package network.assay.contracts.client.assay;

import org.jspecify.annotations.Nullable;

/** A deployment could not go on; the message says why, and whether running it again helps. */
public final class DeploymentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DeploymentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
