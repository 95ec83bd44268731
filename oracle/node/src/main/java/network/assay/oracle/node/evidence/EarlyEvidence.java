package network.assay.oracle.node.evidence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import network.assay.contracts.wire.PeerMessage;

/**
 * Openings and reveals that overtook their job's certificate on the way between oracles. Bounded;
 * the oldest goes first. They are looked at again once the certificate is here.
 */
final class EarlyEvidence {
  private static final int MESSAGES_MAX = 1_024;
  private static final long BYTES_MAX = 16L * 1024 * 1024;

  private record Early(long jobId, PeerMessage message) {}

  private final Deque<Early> kept = new ArrayDeque<>();
  private long bytes;

  synchronized void keep(long jobId, PeerMessage message) {
    kept.addLast(new Early(jobId, message));
    bytes += message.getSerializedSize();
    while (kept.size() > MESSAGES_MAX || bytes > BYTES_MAX) {
      bytes -= kept.removeFirst().message().getSerializedSize();
    }
  }

  /** Hands out what waits for this job, and forgets it. */
  synchronized List<PeerMessage> take(long jobId) {
    List<PeerMessage> out = new ArrayList<>();
    kept.removeIf(early -> {
      if (early.jobId() == jobId) {
        out.add(early.message());
        bytes -= early.message().getSerializedSize();
      }
      return early.jobId() == jobId;
    });
    return out;
  }
}
