package network.assay.contracts.client.assay;

import java.math.BigInteger;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobState;

/**
 * What the contracts said happened, in the past tense; see the interfaces in
 * contracts/src/interfaces for each member.
 */
public sealed interface AssayEvent {
  /** An event about one job. */
  sealed interface OfJob extends AssayEvent {
    long jobId();
  }

  record JobFunded(
      long jobId,
      Bytes32 orderHash,
      Address consumer,
      BigInteger amount,
      int attempt,
      long deadline)
      implements OfJob {}

  record JobAssigned(
      long jobId,
      Bytes32 offerHash,
      Address device,
      Address provider,
      long deviceIndex,
      BigInteger price,
      long acceptUntil)
      implements OfJob {}

  /** Funded, assigned and accepted in one transaction. */
  record JobOpened(
      long jobId,
      Bytes32 orderHash,
      Address consumer,
      Bytes32 offerHash,
      Address device,
      Address provider,
      long deviceIndex,
      BigInteger price,
      long epoch,
      long runUntil,
      Bytes32 inputRoot)
      implements OfJob {}

  record JobAccepted(
      long jobId, Address device, long epoch, BigInteger lock, long runUntil, Bytes32 inputRoot)
      implements OfJob {}

  record WorkCommitted(
      long jobId,
      Address device,
      Bytes32 commitHash,
      Bytes32 workRoot,
      Bytes32 plaintextRoot,
      Bytes32 ciphertextRoot,
      long reportUntil)
      implements OfJob {}

  record ReportTimeExtended(long jobId, long reportUntil) implements OfJob {}

  record JobReported(long jobId, int code, BigInteger paid, long challengeUntil, Bytes32 resultHash)
      implements OfJob {}

  record VerdictSkipped(long jobId, int reason) implements OfJob {}

  record JobRefunded(long jobId, Address consumer, BigInteger amount) implements OfJob {}

  record JobExpired(long jobId, JobState from) implements OfJob {}

  record JobCancelled(long jobId) implements OfJob {}

  record JobFailed(long jobId, Bytes32 reasonHash) implements OfJob {}

  record JobPenalised(long jobId, Address provider, BigInteger taken) implements OfJob {}

  record JobSlashed(
      long jobId,
      Address provider,
      BigInteger taken,
      BigInteger compensation,
      BigInteger burned,
      BigInteger insurance)
      implements OfJob {}

  record ReportAccepted(long epoch, long seq, Bytes32 digest, Bytes32 evidenceRoot, int count)
      implements AssayEvent {}

  /** Some cards were wrong: their verdicts wait for the same report with the right ones. */
  record ReportIncomplete(long epoch, long seq, Bytes32 digest, BigInteger wrongCards)
      implements AssayEvent {}

  record DeviceRegistered(
      Address device, Address provider, long index, Bytes32 deviceClass, Bytes32 descriptorHash)
      implements AssayEvent {}

  record DeviceDeactivated(Address device, Address provider, long index) implements AssayEvent {}

  record NonceFloorRaised(Address device, long floor) implements AssayEvent {}

  record CommitteeRotated(long epoch, Bytes32 epochDigest) implements AssayEvent {}

  record KeyRemoved(Address key) implements AssayEvent {}

  record Claimed(Address account, BigInteger amount, BigInteger lock) implements AssayEvent {}
}
