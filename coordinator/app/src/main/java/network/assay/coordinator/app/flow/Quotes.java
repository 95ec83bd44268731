package network.assay.coordinator.app.flow;

import java.math.BigInteger;
import java.util.Set;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Order;
import network.assay.coordinator.match.OfferView;
import network.assay.coordinator.match.Placement;
import network.assay.coordinator.match.Request;

/** Prices a job now. A quote reserves nothing, so that nobody can lock capacity up for free. */
public final class Quotes {
  /** As long as a person needs to look at it and sign. */
  public static final long VALID_S = 60;

  private static final int ATTEMPTS = 2;

  private final Chain chain;
  private final OfferDesk desk;
  private final Windows windows;

  /** The windows that a template proposes, in seconds of chain time. */
  public record Windows(long orderS, long acceptS, long runS, long reportS) {}

  public Quotes(Chain chain, OfferDesk desk, Windows windows) {
    this.chain = chain;
    this.desk = desk;
    this.windows = windows;
  }

  /** What a consumer asks; zero and 0 mean any. */
  public record Ask(
      byte[] spec, Grade grade, Bytes32 deviceClass, long regions, BigInteger priceMax) {}

  /**
   * A price and the Order that buys at it; consumer, resultKey and salt are the consumer's to set.
   */
  public record Quote(Order order, OfferView offer, long nowS, long validUntilS) {}

  /**
   * Quotes the cheapest fitting offer.
   *
   * @throws Refused NO_OFFER with what would have matched
   */
  public Quote quote(Ask ask) {
    JobSpec spec = JobSpec.parse(ask.spec());
    long nowS = chain.nowS();
    long runS = clamp(windows.runS());
    Request request =
        new Request(
            0,
            ask.deviceClass(),
            ask.regions(),
            ask.grade(),
            ask.priceMax(),
            runS,
            spec.model(),
            Set.of());
    return switch (desk.match(request, nowS)) {
      case Placement.NoMatch none -> throw Refused.noOffer(none.sentence(), none.refusals());
      case Placement.Match(OfferView offer, _) ->
          new Quote(template(ask, offer, runS, nowS), offer, nowS, nowS + VALID_S);
    };
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
