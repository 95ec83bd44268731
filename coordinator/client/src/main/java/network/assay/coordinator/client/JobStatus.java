package network.assay.coordinator.client;

import java.util.List;

/**
 * Where an order stands, as the coordinator says; the chain and the receipt are the proof.
 *
 * @param state of the newest attempt
 */
public record JobStatus(String orderHash, String state, List<Attempt> attempts) {
  /** One attempt; verdict empty before there is one; amounts in token base units. */
  public record Attempt(
      String jobId,
      int attempt,
      String state,
      String device,
      String verdict,
      String paid,
      String refunded,
      boolean hasResult,
      boolean hasReceipt,
      boolean slashed,
      String lastNote) {}

  public JobStatus {
    attempts = List.copyOf(attempts);
  }

  public Attempt newest() {
    return attempts.getLast();
  }

  /** Nothing more will happen to this order by itself. */
  public boolean settled() {
    return switch (state) {
      case "FINAL", "REFUNDED", "CANCELLED" -> true;
      case "EXPIRED", "UNPLACED" -> true;
      default -> false;
    };
  }
}
