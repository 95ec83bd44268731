package network.assay.agent.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import network.assay.contracts.protocol.EvidenceBundle.SignedBatch;
import network.assay.contracts.protocol.TelemetrySample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples the machine while a job works: one sample at the start, one each {@code sampleMs}, one at
 * the end; a batch each {@code batchMs} and a last one when closed. A sampler that fails costs that
 * sample, not the job.
 */
public final class TelemetryRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TelemetryRecorder.class);
  private final TelemetryChain chain;
  private final Sampler sampler;
  private final Consumer<SignedBatch> live;
  private final List<TelemetrySample> waiting = new ArrayList<>();
  private final long batchNs;
  private final ScheduledExecutorService timer;
  private long batchSinceNs;
  private boolean closed;

  private TelemetryRecorder(
      TelemetryChain chain, Sampler sampler, TelemetryPlan plan, Consumer<SignedBatch> live) {
    this.chain = chain;
    this.sampler = sampler;
    this.live = live;
    this.batchNs = TimeUnit.MILLISECONDS.toNanos(plan.batchMs());
    this.batchSinceNs = System.nanoTime();
    this.timer =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("telemetry").factory());
  }

  /**
   * Starts recording.
   *
   * @param live gets every batch once it is journalled and signed; it must not block for long
   */
  public static TelemetryRecorder start(
      TelemetryChain chain, Sampler sampler, TelemetryPlan plan, Consumer<SignedBatch> live) {
    TelemetryRecorder recorder = new TelemetryRecorder(chain, sampler, plan, live);
    recorder.sample();
    var _ =
        recorder.timer.scheduleAtFixedRate(
            recorder::tick, plan.sampleMs(), plan.sampleMs(), TimeUnit.MILLISECONDS);
    return recorder;
  }

  private synchronized void tick() {
    if (closed) {
      return;
    }
    sample();
    if (System.nanoTime() - batchSinceNs >= batchNs) {
      flush();
    }
  }

  private synchronized void sample() {
    try {
      waiting.add(chain.forward(sampler.sample()));
    } catch (RuntimeException e) {
      LOG.warn("a telemetry sample was lost: {}", e.toString());
    }
  }

  private void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    SignedBatch batch = chain.close(waiting);
    waiting.clear();
    batchSinceNs = System.nanoTime();
    live.accept(batch);
  }

  /** Takes the last sample and signs the last batch. */
  @Override
  public void close() {
    timer.shutdownNow();
    synchronized (this) {
      if (!closed) {
        closed = true;
        sample();
        flush();
      }
    }
  }
}
