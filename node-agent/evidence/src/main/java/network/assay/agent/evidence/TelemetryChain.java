package network.assay.agent.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.Journal;
import network.assay.agent.execute.Signed;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle.SignedBatch;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TelemetrySample;

/**
 * The signed, hash-chained batches of one job (docs/PROTOCOL.md §5). It goes on where the journal
 * ends, under a new bootId, so that a restart leaves one chain. A batch is in the journal before it
 * is signed, and signatures are deterministic: whatever the moment of a crash, there is one batch a
 * sequence number.
 */
public final class TelemetryChain {
  private static final int SCHEMA_VERSION = 1;

  private final DeviceSigner signer;
  private final Journal journal;
  private final long jobId;
  private final Bytes32 bootId;
  private final Bytes32 oracleNonce;
  private long seq;
  private Bytes32 prevHash = Bytes32.ZERO;
  private long wallMsLast;
  private long monotonicNsLast;

  public TelemetryChain(
      DeviceSigner signer, Journal journal, long jobId, Bytes32 bootId, Bytes32 oracleNonce) {
    this.signer = signer;
    this.journal = journal;
    this.jobId = jobId;
    this.bootId = bootId;
    this.oracleNonce = oracleNonce;
    Optional<Journal.StoredBatch> last = journal.batches(jobId).reversed().stream().findFirst();
    last.map(Journal.StoredBatch::batch).ifPresent(this::follow);
  }

  private void follow(TelemetryBatch batch) {
    seq = batch.seq() + 1;
    prevHash = batch.digest(signer.market());
    wallMsLast = batch.wallMs();
    monotonicNsLast = batch.bootId().equals(bootId) ? batch.monotonicNs() : 0;
  }

  /**
   * A host clock set back would look like tampering; its last reading stands until it has caught
   * up.
   */
  public TelemetrySample forward(TelemetrySample sample) {
    wallMsLast = Math.max(wallMsLast, sample.wallMs());
    monotonicNsLast = Math.max(monotonicNsLast, sample.monotonicNs());
    return new TelemetrySample(
        monotonicNsLast,
        wallMsLast,
        sample.cpuPermille(),
        sample.memUsedKiB(),
        sample.processCpuMs(),
        sample.gpus());
  }

  /** Chains, journals and signs the samples, at least one, each passed through {@link #forward}. */
  public SignedBatch close(List<TelemetrySample> samples) {
    List<TelemetrySample> kept = new ArrayList<>(samples);
    TelemetrySample last = kept.getLast();
    TelemetryBatch batch =
        new TelemetryBatch(
            SCHEMA_VERSION,
            jobId,
            signer.device(),
            seq,
            prevHash,
            bootId,
            last.monotonicNs(),
            last.wallMs(),
            oracleNonce,
            Bytes32.ZERO,
            kept.size(),
            TelemetrySample.root(kept));
    byte[] content = TelemetrySample.encodeAll(kept);
    journal.putBatch(batch, content);
    follow(batch);
    return signed(signer, new Journal.StoredBatch(batch, content));
  }

  /** A journalled batch with its signature, which comes out the same each time. */
  static SignedBatch signed(DeviceSigner signer, Journal.StoredBatch stored) {
    Signed<TelemetryBatch> signed = signer.telemetry(stored.batch());
    return new SignedBatch(stored.batch(), signed.signature(), stored.samples());
  }
}
