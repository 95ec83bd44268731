package network.assay.contracts.client.rpc;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a question to the chain has no answer. The message names the endpoint (host and port, never
 * its path or key).
 */
public abstract sealed class RpcException extends RuntimeException {

  private RpcException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** No answer: refused, timed out, an HTTP error. Another endpoint or a later moment may do. */
  public static final class Unavailable extends RpcException {
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** An answer that is none: too large, no JSON, a field missing or of the wrong shape. */
  public static final class Malformed extends RpcException {
    public Malformed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The node answered with a JSON-RPC error. */
  public static final class ErrorAnswer extends RpcException {
    private final int code;
    private final String nodeMessage;
    private final @Nullable String data;

    public ErrorAnswer(
        String endpoint, String method, int code, String nodeMessage, @Nullable String data) {
      super(endpoint + " answered " + method + " with error " + code + ": " + nodeMessage, null);
      this.code = code;
      this.nodeMessage = nodeMessage;
      this.data = data;
    }

    public int code() {
      return code;
    }

    public String nodeMessage() {
      return nodeMessage;
    }

    /** Revert data, 0x hexadecimal, where the node gave any. */
    public Optional<String> data() {
      return Optional.ofNullable(data);
    }

    /** True where the message was executed and the contract reverted. */
    public boolean isRevert() {
      return code == 3
          || data != null
          || nodeMessage.toLowerCase(java.util.Locale.ROOT).contains("revert");
    }

    /** True where the node asks to be left alone for a while. */
    public boolean isRateLimit() {
      return code == -32005 || code == 429;
    }
  }

  /** Two endpoints said different things about one block. */
  public static final class Disagreement extends RpcException {
    public Disagreement(String message) {
      super(message, null);
    }
  }

  /** The endpoint serves another chain than the configured one. */
  public static final class WrongChain extends RpcException {
    public WrongChain(String message) {
      super(message, null);
    }
  }
}
