package network.assay.oracle.verify.telemetry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TelemetryNonce;
import network.assay.contracts.protocol.TelemetrySample;
import network.assay.oracle.verify.ChainJob;
import network.assay.oracle.verify.Domains;
import network.assay.oracle.verify.Finding;

/**
 * Sections 10 and 11 of the bundle; docs/PROTOCOL.md §5, Telemetry. What comes out is a digest for
 * the leaf: of the last batch where the chain is valid, "void" otherwise. Every oracle must come to
 * the same digest, so this looks at nothing but the bundle, the chain's job, and conflicting
 * batches that were exchanged.
 */
public final class TelemetryCheck {

  /** The only schema that this version reads. */
  public static final int SCHEMA_VERSION = 1;

  private final ChainJob job;
  private final Eip712Domain market;

  private TelemetryCheck(ChainJob job, Eip712Domain market) {
    this.job = job;
    this.market = market;
  }

  /**
   * What the telemetry came to.
   *
   * @param digest the leaf's telemetryDigest
   */
  public record Result(Finding finding, Bytes32 digest) {}

  /**
   * Judges the bundle's telemetry.
   *
   * @param committee of the job's epoch
   * @param seenElsewhere batches heard outside the bundle: validly signed and different at one
   *     sequence number, one of them voids the chain; anything else in here is passed over
   */
  public static Result judge(
      EvidenceBundle bundle,
      ChainJob job,
      Committee committee,
      Domains domains,
      List<EvidenceBundle.SignedBatch> seenElsewhere) {
    TelemetryCheck check = new TelemetryCheck(job, domains.market());
    Finding finding = check.nonces(bundle, committee, domains.committee());
    if (finding.holds()) {
      finding = check.chain(bundle);
    }
    if (finding.holds()) {
      finding = check.conflicts(bundle, seenElsewhere);
    }
    Bytes32 digest =
        finding.holds()
            ? bundle.telemetry().getLast().batch().digest(domains.market())
            : EvidenceLeaf.TELEMETRY_VOID;
    return new Result(finding, digest);
  }

  /**
   * At least f+1 nonces from this committee, after Accept: then one honest oracle says that nothing
   * was made before.
   */
  public static Finding nonces(
      EvidenceBundle bundle, ChainJob job, Committee committee, Domains domains) {
    return new TelemetryCheck(job, domains.market()).nonces(bundle, committee, domains.committee());
  }

  private Finding nonces(EvidenceBundle bundle, Committee committee, Eip712Domain domain) {
    long valid =
        bundle.nonces().stream().filter(nonce -> isValid(nonce, committee, domain)).count();
    int want = committee.f() + 1;
    return valid >= want
        ? Finding.accepted(valid + " nonces")
        : Finding.inconclusive(
            want + " oracles' nonces signed after Accept, of " + valid + " that are valid");
  }

  private boolean isValid(
      EvidenceBundle.SignedNonce nonce, Committee committee, Eip712Domain domain) {
    if (committee.indexOf(nonce.oracle()) < 0 || nonce.issuedAt() < job.acceptedAt()) {
      return false;
    }
    TelemetryNonce message =
        new TelemetryNonce(job.epoch(), job.jobId(), job.device(), nonce.nonce(), nonce.issuedAt());
    Optional<Address> signer = Secp256k1.recover(message.digest(domain), nonce.signature());
    return signer.isPresent() && signer.get().equals(nonce.oracle());
  }

  private Finding chain(EvidenceBundle bundle) {
    if (bundle.telemetry().isEmpty()) {
      return Finding.inconclusive("at least one batch of telemetry");
    }
    Bytes32 oracleNonce = EvidenceBundle.oracleNonce(bundle.nonces());
    SampleClock clock = new SampleClock();
    Bytes32 previous = Bytes32.ZERO;
    long seq = 0;
    for (EvidenceBundle.SignedBatch signed : bundle.telemetry()) {
      Finding finding = batch(signed, seq, previous, oracleNonce, clock);
      if (!finding.holds()) {
        return finding;
      }
      previous = signed.batch().digest(market);
      seq++;
    }
    return Finding.accepted(seq + " batches, chained and signed");
  }

  private Finding batch(
      EvidenceBundle.SignedBatch signed,
      long seq,
      Bytes32 previous,
      Bytes32 oracleNonce,
      SampleClock clock) {
    TelemetryBatch batch = signed.batch();
    if (batch.schemaVersion() != SCHEMA_VERSION) {
      return Finding.rejected("WRONG_SCHEMA", batch.schemaVersion(), SCHEMA_VERSION);
    }
    if (batch.jobId() != job.jobId() || !batch.device().equals(job.device())) {
      return Finding.rejected(
          "WRONG_SUBJECT",
          JobIds.text(batch.jobId()) + " by " + batch.device(),
          JobIds.text(job.jobId()) + " by " + job.device());
    }
    if (batch.seq() != seq) {
      return Finding.rejected("WRONG_SEQ", Long.toUnsignedString(batch.seq()), seq);
    }
    if (!batch.prevHash().equals(previous)) {
      return Finding.rejected("BROKEN_CHAIN", batch.prevHash(), previous + " before batch " + seq);
    }
    if (!batch.oracleNonce().equals(oracleNonce)) {
      return Finding.rejected("WRONG_NONCE", batch.oracleNonce(), oracleNonce);
    }
    Finding samples = samples(signed, clock);
    if (samples.holds() && !isSigned(signed)) {
      return Finding.rejected("BATCH_NOT_SIGNED", "another signer of batch " + seq, job.device());
    }
    return samples;
  }

  private static Finding samples(EvidenceBundle.SignedBatch signed, SampleClock clock) {
    TelemetryBatch batch = signed.batch();
    if (batch.count() < 1) {
      return Finding.rejected("NO_SAMPLES", batch.count(), "at least one sample in a batch");
    }
    List<TelemetrySample> samples;
    try {
      samples = TelemetrySample.decodeAll(signed.samples(), batch.count());
    } catch (ProtocolException refused) {
      return Finding.refused(refused, batch.count() + " samples");
    }
    if (!TelemetrySample.root(samples).equals(batch.samplesRoot())) {
      return Finding.rejected(
          "WRONG_SAMPLES_ROOT", TelemetrySample.root(samples), batch.samplesRoot());
    }
    TelemetrySample last = samples.getLast();
    if (last.monotonicNs() != batch.monotonicNs() || last.wallMs() != batch.wallMs()) {
      return Finding.rejected(
          "WRONG_BATCH_TIME",
          batch.wallMs() + " ms",
          "the last sample's, " + last.wallMs() + " ms");
    }
    clock.boot(batch.bootId());
    return samples.stream()
        .map(clock::tick)
        .filter(finding -> !finding.holds())
        .findFirst()
        .orElseGet(() -> Finding.accepted(samples.size() + " samples"));
  }

  private boolean isSigned(EvidenceBundle.SignedBatch signed) {
    Optional<Address> signer = Secp256k1.recover(signed.batch().digest(market), signed.signature());
    return signer.isPresent() && signer.get().equals(job.device());
  }

  private Finding conflicts(EvidenceBundle bundle, List<EvidenceBundle.SignedBatch> seenElsewhere) {
    Map<Long, Bytes32> bySeq = new HashMap<>();
    bundle
        .telemetry()
        .forEach(signed -> bySeq.put(signed.batch().seq(), signed.batch().digest(market)));
    for (EvidenceBundle.SignedBatch signed : seenElsewhere) {
      TelemetryBatch batch = signed.batch();
      if (batch.jobId() == job.jobId() && batch.device().equals(job.device()) && isSigned(signed)) {
        Bytes32 known = bySeq.putIfAbsent(batch.seq(), batch.digest(market));
        if (known != null && !known.equals(batch.digest(market))) {
          return Finding.rejected(
              "TWO_BATCHES_AT_ONE_SEQ",
              known + " and " + batch.digest(market),
              "one batch at " + batch.seq());
        }
      }
    }
    return Finding.accepted("no two batches at one sequence number");
  }
}
