package network.assay.oracle.node;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.oracle.node.loop.LoopBusyException;

/**
 * A request that this oracle refuses: an upper-case reason for programs, a sentence for people, a
 * status for gRPC.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Trailer that carries the reason alone. */
  public static final Metadata.Key<String> REASON =
      Metadata.Key.of("assay-reason", Metadata.ASCII_STRING_MARSHALLER);

  private final Status.Code code;
  private final String reason;

  public Refusal(Status.Code code, String reason, String sentence) {
    super(sentence, null, false, false);
    this.code = code;
    this.reason = reason;
  }

  /** The request itself is wrong; the same bytes will be refused again. */
  public static Refusal invalid(String reason, String sentence) {
    return new Refusal(Status.Code.INVALID_ARGUMENT, reason, sentence);
  }

  /** Right as it is, but not at this moment or for this state. */
  public static Refusal notNow(String reason, String sentence) {
    return new Refusal(Status.Code.FAILED_PRECONDITION, reason, sentence);
  }

  /** Too much at once. */
  public static Refusal busy(String reason, String sentence) {
    return new Refusal(Status.Code.RESOURCE_EXHAUSTED, reason, sentence);
  }

  public static Refusal unavailable(String reason, String sentence) {
    return new Refusal(Status.Code.UNAVAILABLE, reason, sentence);
  }

  public String reason() {
    return reason;
  }

  public Status.Code code() {
    return code;
  }

  /** What a gRPC caller sees of any failure; an unexpected one says nothing of our inside. */
  public static StatusRuntimeException toStatus(Throwable failure) {
    return switch (failure) {
      case Refusal refusal -> status(refusal.code, refusal.reason, refusal.getMessage());
      case ProtocolException e -> status(Status.Code.INVALID_ARGUMENT, e.reason(), e.getMessage());
      case LoopBusyException e -> status(Status.Code.RESOURCE_EXHAUSTED, "BUSY", e.getMessage());
      default -> status(Status.Code.INTERNAL, "INTERNAL", "this oracle failed; its log says why");
    };
  }

  private static StatusRuntimeException status(
      Status.Code code, String reason, @org.jspecify.annotations.Nullable String sentence) {
    Metadata trailers = new Metadata();
    trailers.put(REASON, reason);
    return code.toStatus().withDescription(reason + ": " + sentence).asRuntimeException(trailers);
  }
}
