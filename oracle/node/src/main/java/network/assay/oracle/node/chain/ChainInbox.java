package network.assay.oracle.node.chain;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import network.assay.oracle.node.loop.EventLoop;
import network.assay.oracle.node.loop.Turn;

/**
 * From the follower's thread to the event loop. The follower tells while it holds the store, so it
 * must never wait for the loop; and what it tells must not be lost to a full queue. So news wait
 * here and are taken at the next chance; at most one event is queued for them. They are bounded by
 * what one range of blocks holds.
 */
public final class ChainInbox implements ChainListener {
  /** Takes the news, on the event loop. */
  public interface Reader {
    void onHead(Turn turn, Chain.Head head);

    void onReportAccepted(Turn turn, long epoch, long seq);

    void onJobMoved(Turn turn, long jobId, String event);

    void onEpoch(Turn turn, long epoch);
  }

  private final EventLoop loop;
  private final Reader reader;
  private final Queue<Consumer<Turn>> news = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean queued = new AtomicBoolean();
  private final AtomicBoolean headWaits = new AtomicBoolean();
  private volatile Chain.Head newest = new Chain.Head(0, 0);

  public ChainInbox(EventLoop loop, Reader reader) {
    this.loop = loop;
    this.reader = reader;
  }

  @Override
  public void onHead(Chain.Head head) {
    newest = head;
    if (headWaits.compareAndSet(false, true)) {
      news.add(turn -> {
        headWaits.set(false);
        reader.onHead(turn, newest);
      });
    }
    wake();
  }

  @Override
  public void onReportAccepted(long epoch, long seq) {
    add(turn -> reader.onReportAccepted(turn, epoch, seq));
  }

  @Override
  public void onJobMoved(long jobId, String event) {
    add(turn -> reader.onJobMoved(turn, jobId, event));
  }

  @Override
  public void onEpoch(long epoch) {
    add(turn -> reader.onEpoch(turn, epoch));
  }

  private void add(Consumer<Turn> one) {
    news.add(one);
    wake();
  }

  private void wake() {
    if (queued.compareAndSet(false, true) && !loop.offer(this::drain)) {
      queued.set(false); // full: the next block tries again
    }
  }

  private void drain(Turn turn) {
    queued.set(false);
    for (Consumer<Turn> one = news.poll(); one != null; one = news.poll()) {
      one.accept(turn);
    }
  }
}
