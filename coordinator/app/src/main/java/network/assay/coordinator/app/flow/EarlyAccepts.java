package network.assay.coordinator.app.flow;

import java.util.Optional;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.app.store.Call;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Notes;
import network.assay.coordinator.app.store.Notes.Note;
import network.assay.coordinator.app.store.Offers;
import network.assay.coordinator.app.store.Outbox;
import network.assay.coordinator.app.store.Outbox.Kind;

/**
 * Takes the Accept of a device before its job is on chain, and makes one transaction of two: the
 * OPEN that still waits in the outbox opens and accepts. Where the Accept comes too late, or the
 * market would refuse it, the OPEN goes as it is.
 */
public final class EarlyAccepts {
  private final Database database;
  private final Chain chain;
  private final LongSupplier clockMs;
  private final Runnable wake;

  public EarlyAccepts(Database database, Chain chain, LongSupplier clockMs, Runnable wake) {
    this.database = database;
    this.chain = chain;
    this.clockMs = clockMs;
    this.wake = wake;
  }

  /** Refuses by a {@link ProtocolException}; then nothing changed. */
  public void take(Accept accept, Signature signature) {
    Attempt attempt =
        database
            .transaction(tx -> Jobs.attempt(tx, accept.jobId()))
            .orElseThrow(() ->
                new ProtocolException("UNKNOWN_JOB", "a job of ours", JobIds.text(accept.jobId())));
    Job job = database.transaction(tx -> Jobs.find(tx, attempt.orderHash())).orElseThrow();
    Bytes32 inputRoot = JobSpec.parse(job.spec()).inputRoot();
    requireOurs(accept, signature, attempt, inputRoot);
    Offers.Signed offer =
        database
            .transaction(tx -> Offers.joined(tx, accept.offerHash()))
            .orElseThrow(() ->
                new ProtocolException("UNKNOWN_OFFER", "an offer of ours", accept.offerHash()));
    Call call =
        chain.openAccepted(
            job.order(),
            job.validAfter(),
            job.validBefore(),
            job.payment(),
            offer.offer(),
            inputRoot,
            signature);
    Optional<String> why = chain.wouldRevert(call);
    if (why.isPresent()) {
      throw new ProtocolException("WOULD_REVERT", "an Accept that the market takes", why.get());
    }
    boolean inTime =
        database.transaction(tx -> {
          boolean replaced = Outbox.replace(tx, accept.jobId(), Kind.OPEN, call);
          if (replaced) {
            Notes.add(
                tx,
                accept.jobId(),
                new Note(
                    clockMs.getAsLong(),
                    "coordinator",
                    "PROMISED",
                    "the device accepted; one transaction pays, joins and accepts"));
          }
          return replaced;
        });
    if (!inTime) {
      throw new ProtocolException(
          "TOO_LATE", "an Accept while the order waits for it", "one after that");
    }
    wake.run();
  }

  private void requireOurs(Accept accept, Signature signature, Attempt attempt, Bytes32 inputRoot) {
    Eip712Domain domain = chain.deployment().marketDomain();
    Optional<Address> signer = Secp256k1.recover(accept.digest(domain), signature);
    Address device = attempt.device();
    if (device == null || !signer.equals(Optional.of(device))) {
      throw new ProtocolException(
          "WRONG_SIGNATURE", "the signature of the job's device " + device, signer.orElse(null));
    }
    Accept want =
        new Accept(
            attempt.jobId(),
            attempt.orderHash(),
            attempt.offerHash() == null ? Bytes32.ZERO : attempt.offerHash(),
            inputRoot);
    if (!accept.equals(want)) {
      throw new ProtocolException("WRONG_ACCEPT", want, accept);
    }
  }
}
