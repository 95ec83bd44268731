package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobOutcome;
import org.jspecify.annotations.Nullable;

/** What must be shown of a job, rebuilt from its events in the chain's order. */
public final class JobCardFold {
  private @Nullable Bytes32 orderHash;
  private Bytes32 offerHash = Bytes32.ZERO;
  private Address consumer = Address.ZERO;
  private Address provider = Address.ZERO;
  private long deviceIndex;
  private BigInteger amount = BigInteger.ZERO;
  private @Nullable JobOutcome outcome;

  /** Takes the job's next event. */
  public void take(AssayEvent.OfJob event) {
    switch (event) {
      case AssayEvent.JobFunded funded -> {
        orderHash = funded.orderHash();
        consumer = funded.consumer();
        amount = funded.amount();
      }
      case AssayEvent.JobAssigned joined -> {
        offerHash = joined.offerHash();
        provider = joined.provider();
        deviceIndex = joined.deviceIndex();
        amount = joined.price();
      }
      case AssayEvent.JobOpened opened -> {
        orderHash = opened.orderHash();
        consumer = opened.consumer();
        offerHash = opened.offerHash();
        provider = opened.provider();
        deviceIndex = opened.deviceIndex();
        amount = opened.price();
      }
      case AssayEvent.JobReported reported ->
          outcome =
              new JobOutcome(
                  reported.code(),
                  reported.paid(),
                  reported.resultHash(),
                  reported.challengeUntil());
      default -> {} // moves the job, changes nothing that is shown
    }
  }

  /** Empty before the job was funded. */
  public Optional<JobCard> card() {
    return orderHash == null
        ? Optional.empty()
        : Optional.of(
            new JobCard(
                JobCard.termsOf(orderHash, offerHash), consumer, provider, deviceIndex, amount));
  }

  /** Empty before the job was reported. */
  public Optional<JobOutcome> outcome() {
    return Optional.ofNullable(outcome);
  }
}
