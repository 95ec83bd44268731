package network.assay.coordinator.app.flow;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.SettlementCalls.Settled;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.app.store.Call;
import org.jspecify.annotations.Nullable;

/**
 * What the coordinator asks of the chain. Every read is of the newest block; what is decided by one
 * is decided again by the contract, so a stale or false answer costs a refused transaction, never
 * money.
 *
 * <p>All reads throw {@link ChainUnavailable} where no endpoint answers.
 */
public interface Chain {

  /** No endpoint answers now; the caller may try again. */
  final class ChainUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ChainUnavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The market's bounds; see IJobMarket.Params for the units. */
  record Bounds(
      int feeBps,
      long bucketS,
      long retryGraceS,
      long windowMinS,
      long windowMaxS,
      long orderWindowMaxS,
      int attemptsMaxMax) {}

  /** A registered device; {@code provider} zero for an unknown one. */
  record Device(Address provider, boolean active, Bytes32 deviceClass) {}

  Deployment deployment();

  Bounds bounds();

  /** Our key's address: the matcher of Orders, the sender of transactions. */
  Address self();

  /** Chain time: the newest block's timestamp, Unix seconds. */
  long nowS();

  boolean newJobsPaused();

  /** The stored state of a job, NONE for an unknown one. */
  JobState state(long jobId);

  /**
   * Sum of the prices that a device's offers were joined for; an offer's volumeMax is a ceiling on
   * it.
   */
  BigInteger volumeOf(Address device);

  int activeJobs(Address device);

  /** Offers of the device with a smaller nonce (unsigned) are void. */
  long nonceFloor(Address device);

  Device device(Address device);

  /** EIP-3009's {@code authorizationState}: used or cancelled. */
  boolean authorizationUsed(Address payer, Bytes32 nonce);

  BigInteger tokenBalance(Address account);

  /** What {@code claim(account)} would move to its credit now. */
  BigInteger claimable(Address account);

  /** Why our own call would revert at the head, as name and arguments; empty where it would not. */
  Optional<String> wouldRevert(Call call);

  /** The arguments of a mined {@code settle} transaction; empty where it is none. */
  Optional<Settled> settled(String txHash);

  Committee committee(long epoch);

  /** A transaction's input; empty for an unknown one and for one that is too large. */
  default Optional<byte[]> input(String txHash) {
    return Optional.empty();
  }

  Call open(
      Order order,
      BigInteger validAfter,
      BigInteger validBefore,
      Signature payment,
      Offer offer,
      Signature offerSignature);

  /** As {@link #open}, and accepts: with the device's Accept instead of the offer's signature. */
  Call openAccepted(
      Order order,
      BigInteger validAfter,
      BigInteger validBefore,
      Signature payment,
      Offer offer,
      Bytes32 inputRoot,
      Signature acceptSignature);

  /**
   * Joins an offer to a funded attempt.
   *
   * @param amount what the attempt was funded with
   */
  Call join(Order order, int attempt, BigInteger amount, Offer offer, Signature offerSignature);

  Call retry(Order order, int attempt, Bytes32 offerHash, JobCard card);

  Call expire(long jobId, JobCard card);

  Call slash(long jobId, JobCard card, JobOutcome outcome);

  Call claim(Address account);
}
