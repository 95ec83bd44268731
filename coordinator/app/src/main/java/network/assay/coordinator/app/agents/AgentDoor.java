package network.assay.coordinator.app.agents;

import java.util.Optional;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.AgentHello;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.coordinator.app.store.ChainEvents;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Results;

/** Who an agent is, and what it may ask of a job. Every refusal is a {@link ProtocolException}. */
final class AgentDoor {
  private static final long HELLO_AGE_MAX_MS = 60_000;

  private final Database database;
  private final Eip712Domain domain;
  private final LongSupplier clockMs;

  AgentDoor(Database database, Eip712Domain domain, LongSupplier clockMs) {
    this.database = database;
    this.domain = domain;
    this.clockMs = clockMs;
  }

  /** The device that signed the hello, not longer than a minute ago. */
  Address greet(byte[] words, byte[] signature) {
    AgentHello hello = AgentHello.fromWords(words);
    Optional<Address> signer = Secp256k1.recover(hello.digest(domain), Signature.of(signature));
    if (!signer.equals(Optional.of(hello.device()))) {
      throw new ProtocolException(
          "WRONG_SIGNATURE", "the signature of device " + hello.device(), signer.orElse(null));
    }
    long ageMs = clockMs.getAsLong() - hello.timestampMs();
    if (ageMs > HELLO_AGE_MAX_MS || ageMs < -HELLO_AGE_MAX_MS) {
      throw new ProtocolException(
          "STALE_HELLO", "a hello not older than " + HELLO_AGE_MAX_MS + " ms", ageMs + " ms");
    }
    return hello.device();
  }

  /** The attempt, which must be this device's. */
  Attempt own(long jobId, Address device) {
    Attempt attempt =
        database
            .transaction(tx -> Jobs.attempt(tx, jobId))
            .orElseThrow(
                () -> new ProtocolException("UNKNOWN_JOB", "a job of ours", JobIds.text(jobId)));
    Address assigned = attempt.device();
    if (assigned == null || !assigned.equals(device)) {
      throw new ProtocolException("NOT_YOUR_JOB", "the job's device", device);
    }
    return attempt;
  }

  /** Checks the commitment before its content is read. */
  void admit(WorkCommit commit, byte[] signature, long jobId, int totalBytes) {
    Optional<Address> signer = Secp256k1.recover(commit.digest(domain), Signature.of(signature));
    if (!signer.equals(Optional.of(commit.device()))) {
      throw new ProtocolException(
          "WRONG_SIGNATURE", "the signature of device " + commit.device(), signer.orElse(null));
    }
    if (commit.jobId() != jobId || commit.ciphertextBytes() != totalBytes) {
      throw new ProtocolException(
          "WRONG_COMMIT",
          "job " + JobIds.text(commit.jobId()) + " with " + commit.ciphertextBytes() + " bytes",
          "job " + JobIds.text(jobId) + " with " + totalBytes);
    }
    Attempt attempt = own(jobId, commit.device());
    Jobs.Job job = database.transaction(tx -> Jobs.find(tx, attempt.orderHash())).orElseThrow();
    if (!job.order().specHash().equals(commit.specHash())) {
      throw new ProtocolException("WRONG_SPEC", job.order().specHash(), commit.specHash());
    }
    admitState(attempt, commit);
  }

  private void admitState(Attempt attempt, WorkCommit commit) {
    JobState state = attempt.state();
    if (state == JobState.REPORTED) {
      Bytes32 reported = reportedHash(attempt.jobId());
      Bytes32 got = PackedVerdict.resultHash(commit.ciphertextRoot(), commit.plaintextRoot());
      if (!reported.equals(got)) {
        throw new ProtocolException("NOT_THE_REPORTED_RESULT", reported, got);
      }
    } else if (state != JobState.RUNNING && state != JobState.COMMITTED) {
      throw new ProtocolException("WRONG_STATE", "RUNNING, COMMITTED or REPORTED", state);
    }
  }

  private Bytes32 reportedHash(long jobId) {
    return database.transaction(tx -> ChainEvents.of(tx, jobId)).stream()
        .filter(dated -> dated.event().name().equals("JobReported"))
        .map(dated -> Bytes32.fromHex(dated.event().value("resultHash")))
        .reduce((earlier, later) -> later)
        .orElse(Bytes32.ZERO);
  }

  /** Keeps a result whose content is what the commitment names. */
  void keep(WorkCommit commit, byte[] signature, byte[] ciphertext) {
    Bytes32 root = ContentRoot.of(ciphertext);
    if (!root.equals(commit.ciphertextRoot())) {
      throw new ProtocolException("WRONG_CIPHERTEXT", commit.ciphertextRoot(), root);
    }
    database.transaction(tx -> {
      Results.put(
          tx,
          new Results.Result(commit, Signature.of(signature), ciphertext),
          root,
          clockMs.getAsLong());
      return true;
    });
  }
}
