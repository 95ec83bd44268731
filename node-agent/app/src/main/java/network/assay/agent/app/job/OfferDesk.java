package network.assay.agent.app.job;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import network.assay.agent.execute.Chain;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.Coordinator;
import network.assay.agent.execute.DeviceSigner;
import network.assay.agent.execute.NodeHardware;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Signed;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Offer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a signed offer out with the coordinator. */
public final class OfferDesk {
  private static final Logger LOG = LoggerFactory.getLogger(OfferDesk.class);
  private static final int UNIT_FIXED = 0;

  /**
   * A coordinator that was restarted forgot us: tell it again even where the offer still stands.
   */
  private static final long REPUBLISH_MS = 15_000;

  private final OfferTerms terms;
  private final DeviceSigner signer;
  private final Coordinator coordinator;
  private final Chain chain;
  private final Clock clock;
  private final List<Bytes32> models;
  private final Supplier<NodeHardware> hardware;
  private final BooleanSupplier draining;
  private volatile @Nullable Signed<Offer> standing;
  private volatile String trouble = "";
  private long publishedMs;

  /**
   * A desk without an offer.
   *
   * @param hardware asked each time that an offer is told: a card may fall off the bus
   * @param draining asked before each round; while it says so nothing is published or renewed
   */
  public OfferDesk(
      OfferTerms terms,
      DeviceSigner signer,
      Coordinator coordinator,
      Chain chain,
      Clock clock,
      List<Bytes32> models,
      Supplier<NodeHardware> hardware,
      BooleanSupplier draining) {
    this.terms = terms;
    this.signer = signer;
    this.coordinator = coordinator;
    this.chain = chain;
    this.clock = clock;
    this.models = List.copyOf(models);
    this.hardware = hardware;
    this.draining = draining;
  }

  /** Publishes an offer where none stands or half of its time is over. */
  public void renew(long chainTimeS) throws PortException {
    if (draining.getAsBoolean()) {
      return;
    }
    try {
      publish(chainTimeS);
      trouble = "";
    } catch (PortException e) {
      trouble = String.valueOf(e.getMessage());
      throw e;
    }
  }

  /** The offer that was published last, as far as it still stands. */
  public Optional<Signed<Offer>> standing(long chainTimeS) {
    return Optional.ofNullable(standing).filter(offer -> offer.message().expiry() > chainTimeS);
  }

  /** Why the last round failed; empty where it did not. */
  public String trouble() {
    return trouble;
  }

  private void publish(long chainTimeS) throws PortException {
    Signed<Offer> known = standing;
    long nowMs = clock.monotonicNs() / 1_000_000;
    if (known != null && chainTimeS <= known.message().expiry() - terms.ttlS() / 2) {
      if (nowMs - publishedMs >= REPUBLISH_MS) {
        coordinator.publish(known, models, hardware.get());
        publishedMs = nowMs;
      }
      return;
    }
    Signed<Offer> fresh = signer.offer(offer(chainTimeS));
    coordinator.publish(fresh, models, hardware.get());
    standing = fresh;
    publishedMs = nowMs;
    LOG.info(
        "offer {} stands until {}",
        fresh.message().digest(signer.market()),
        fresh.message().expiry());
  }

  /**
   * The wall clock as the nonce: it only has to grow, also over restarts and lost journals. The
   * market counts a device's volume over all offers, so this one's ceiling starts from there.
   */
  private Offer offer(long chainTimeS) throws PortException {
    return new Offer(
        signer.device(),
        terms.deviceClass(),
        UNIT_FIXED,
        terms.price(),
        terms.durationMinS(),
        terms.durationMaxS(),
        chain.volumeOf(signer.device()).add(terms.volumeMax()),
        terms.concurrentMax(),
        terms.regions(),
        terms.grades(),
        clock.wallMs(),
        chainTimeS + terms.ttlS());
  }
}
