package network.assay.coordinator.app.flow;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Quote;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.match.HardwareAsk;
import network.assay.coordinator.match.Hold;
import network.assay.coordinator.match.OfferView;
import network.assay.coordinator.match.Placement;
import network.assay.coordinator.match.Request;

/**
 * Prices a job now and keeps the room for it for a minute; then, or where somebody pays who finds
 * no other room, it is free by itself. So nobody can lock capacity up for nothing.
 */
public final class Quotes {
  /** As long as a person needs to look at it and sign. */
  public static final long VALID_S = 60;

  private static final int ATTEMPTS = 2;
  private static final long OVERHEAD_S = 60;

  private final Chain chain;
  private final OfferDesk desk;
  private final Windows windows;
  private final Function<Bytes32, Signature> sign;
  private final SecureRandom random = new SecureRandom();

  /** The windows that a template proposes, in seconds of chain time. */
  public record Windows(long orderS, long acceptS, long runS, long reportS) {}

  /**
   * Quotes of one coordinator.
   *
   * @param sign with the matcher's key
   */
  public Quotes(Chain chain, OfferDesk desk, Windows windows, Function<Bytes32, Signature> sign) {
    this.chain = chain;
    this.desk = desk;
    this.windows = windows;
    this.sign = sign;
  }

  /** What a consumer asks; zero and 0 mean any. */
  public record Ask(
      byte[] spec,
      Grade grade,
      Bytes32 deviceClass,
      HardwareAsk hardware,
      long regions,
      BigInteger priceMax) {}

  /**
   * A price and the Order that buys at it; consumer, resultKey and salt are the consumer's to set.
   */
  public record Quoted(
      Order order, OfferView offer, long nowS, Quote terms, Bytes32 digest, Signature signature) {}

  /**
   * Quotes an offer that fits, and keeps its room.
   *
   * @param holder who asks, for what one may keep: where he calls from
   * @throws Refused NO_OFFER with what would have matched
   */
  public Quoted quote(Ask ask, String holder) {
    JobSpec spec = JobSpec.parse(ask.spec());
    long nowS = chain.nowS();
    OrderRules.fits(spec, ask.grade());
    long runS = clamp(Math.max(windows.runS(), neededS(spec)));
    Request request =
        new Request(
                0,
                ask.deviceClass(),
                ask.regions(),
                ask.grade(),
                ask.priceMax(),
                runS,
                spec.model(),
                Set.of())
            .with(ask.hardware(), 0);
    return switch (desk.quote(request, holder, VALID_S * 1_000, nowS)) {
      case Placement.NoMatch none -> throw Refused.noOffer(none.sentence(), none.refusals());
      case Placement.Match(OfferView offer, Optional<Hold> hold) -> {
        Quoted quoted = signed(ask, offer, template(ask, offer, runS, nowS), nowS);
        hold.ifPresent(held -> desk.remember(quoted.digest(), held));
        yield quoted;
      }
    };
  }

  private Quoted signed(Ask ask, OfferView offer, Order order, long nowS) {
    Quote terms =
        new Quote(
            order.specHash(),
            offer.offerHash(),
            offer.offer().device(),
            ask.grade().code(),
            offer.offer().price(),
            random.nextLong(Long.MAX_VALUE),
            nowS + VALID_S);
    Bytes32 digest = terms.digest(chain.deployment().marketDomain());
    return new Quoted(order, offer, nowS, terms, digest, sign.apply(digest));
  }

  /** A container's time, and as much again as the rest of a job takes. */
  private static long neededS(JobSpec spec) {
    return spec.container().map(job -> job.limits().timeS() + OVERHEAD_S).orElse(0L);
  }

  private long clamp(long seconds) {
    return Math.clamp(seconds, chain.bounds().windowMinS(), chain.bounds().windowMaxS());
  }

  private Order template(Ask ask, OfferView offer, long runS, long nowS) {
    Chain.Bounds bounds = chain.bounds();
    return new Order(
        Address.ZERO,
        JobSpec.hash(ask.spec()),
        Bytes32.ZERO,
        chain.self(),
        ask.deviceClass(),
        ask.regions(),
        ask.grade().code(),
        1,
        offer.offer().price(),
        offer.offer().price(),
        bounds.feeBps(),
        Math.min(ATTEMPTS, bounds.attemptsMaxMax()),
        nowS + Math.min(windows.orderS(), bounds.orderWindowMaxS()),
        clamp(windows.acceptS()),
        runS,
        clamp(windows.reportS()),
        Bytes32.ZERO,
        Address.ZERO,
        0,
        0);
  }
}
