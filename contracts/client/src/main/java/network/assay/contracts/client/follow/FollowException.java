package network.assay.contracts.client.follow;

/**
 * Following cannot go on as it is; the message says what a person must do, or what will be tried
 * again.
 */
public final class FollowException extends RuntimeException {
  public FollowException(String message) {
    super(message);
  }
}
