package network.assay.oracle.node.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import network.assay.contracts.wire.PeerMessage;

/**
 * What waits to be sent to one peer: bounded in messages and bytes; when full, the oldest goes, for
 * it is worth least.
 */
final class OutQueue {
  static final int MESSAGES_MAX = 4_096;
  static final long BYTES_MAX = 32L * 1024 * 1024;

  private final Deque<PeerMessage> messages = new ArrayDeque<>();
  private final Runnable onDrop;
  private long bytes;
  private boolean closed;

  OutQueue(Runnable onDrop) {
    this.onDrop = onDrop;
  }

  synchronized void add(PeerMessage message) {
    messages.addLast(message);
    bytes += message.getSerializedSize();
    while (messages.size() > MESSAGES_MAX || (bytes > BYTES_MAX && messages.size() > 1)) {
      bytes -= messages.removeFirst().getSerializedSize();
      onDrop.run();
    }
    notifyAll();
  }

  /** Puts back what could not be sent, unless newer messages took its place. */
  synchronized void putBack(PeerMessage message) {
    if (messages.size() >= MESSAGES_MAX || bytes + message.getSerializedSize() > BYTES_MAX) {
      onDrop.run();
      return;
    }
    messages.addFirst(message);
    bytes += message.getSerializedSize();
    notifyAll();
  }

  /** Waits for a message; throws InterruptedException when closed. */
  synchronized PeerMessage take() throws InterruptedException {
    while (messages.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      throw new InterruptedException("closed");
    }
    PeerMessage message = messages.removeFirst();
    bytes -= message.getSerializedSize();
    return message;
  }

  synchronized int size() {
    return messages.size();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
