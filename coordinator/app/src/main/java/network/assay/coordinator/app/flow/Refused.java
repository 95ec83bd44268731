package network.assay.coordinator.app.flow;

import java.util.List;
import network.assay.coordinator.match.Refusal;

/** A request that we do not take, with a name for programs and a sentence for people. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;
  private final transient List<Refusal> refusals;

  private Refused(int status, String reason, String detail, List<Refusal> refusals) {
    super(detail);
    this.status = status;
    this.reason = reason;
    this.refusals = List.copyOf(refusals);
  }

  /** The request itself is wrong. */
  public static Refused malformed(String reason, String detail) {
    return new Refused(400, reason, detail, List.of());
  }

  /** The request is well-formed and cannot be done as things are. */
  public static Refused conflict(String reason, String detail) {
    return new Refused(409, reason, detail, List.of());
  }

  /** No offer fits. */
  public static Refused noOffer(String detail, List<Refusal> refusals) {
    return new Refused(409, "NO_OFFER", detail, refusals);
  }

  /** Somebody else may. */
  public static Refused forbidden(String reason, String detail) {
    return new Refused(403, reason, detail, List.of());
  }

  public static Refused notFound(String reason, String detail) {
    return new Refused(404, reason, detail, List.of());
  }

  public static Refused tooLarge(String detail) {
    return new Refused(413, "BODY_TOO_LARGE", detail, List.of());
  }

  /** Try again later. */
  public static Refused unavailable(String reason, String detail) {
    return new Refused(503, reason, detail, List.of());
  }

  public int status() {
    return status;
  }

  /** Upper-case, stable. */
  public String reason() {
    return reason;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  /** Why no offer fits; empty for other reasons. */
  public List<Refusal> refusals() {
    return refusals;
  }
}
