package network.assay.coordinator.app.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.NodeSays;
import network.assay.coordinator.app.store.Offers;
import network.assay.coordinator.app.store.Offers.Standing;
import network.assay.coordinator.app.store.QuoteRows;
import network.assay.coordinator.match.FairQueue;
import network.assay.coordinator.match.FairShare;
import network.assay.coordinator.match.Hardware;
import network.assay.coordinator.match.Hold;
import network.assay.coordinator.match.Moment;
import network.assay.coordinator.match.OfferBook;
import network.assay.coordinator.match.OfferView;
import network.assay.coordinator.match.Placement;
import network.assay.coordinator.match.Request;

/** The standing offers with what the chain and our own promises leave of them. */
public final class OfferDesk {
  /** One offer a device, and a device costs its provider a registration: more is an attack. */
  public static final int OFFERS_MAX = 100_000;

  public static final int NAME_CHARS_MAX = 64;
  public static final int MODELS_MAX = 64;

  /** A stale price is nobody's friend; agents sign a fresh offer every few minutes. */
  private static final long LIFE_MAX_S = 86_400;

  /** Errors of the market that speak about the offer or its device: another offer may do. */
  private static final Set<String> OFFER_ERRORS =
      Set.of(
          "OfferExpired",
          "OfferWithdrawn",
          "OfferVolumeExceeded",
          "DeviceBusy",
          "DeviceNotActive",
          "WrongDeviceClass",
          "WrongSigner",
          "PriceTooHigh",
          "NoCommonRegion",
          "GradeNotOffered",
          "RunWindowNotOffered");

  private final Database database;
  private final Chain chain;
  private final LongSupplier clockMs;
  private final OfferBook book = new OfferBook();
  private volatile Consumer<Address> taken = device -> {};

  /** The book's offers by their device, which has one. */
  private final Map<Address, Standing> standing = new HashMap<>();

  /** Who owns a device; asked of the chain once. */
  private final Map<Address, Address> operators = new ConcurrentHashMap<>();

  private final FairShare share = new FairShare();

  private final SharedHolds holds;

  public OfferDesk(Database database, Chain chain, LongSupplier clockMs) {
    this.database = database;
    this.chain = chain;
    this.clockMs = clockMs;
    this.holds = new SharedHolds(database, book, clockMs);
  }

  /** Effects: the book holds what the database and the chain say, and nothing else. */
  public synchronized void load() {
    List<Standing> all = database.transaction(Offers::all);
    Set<Bytes32> there = all.stream().map(Standing::offerHash).collect(Collectors.toSet());
    List.copyOf(standing.values()).stream()
        .map(Standing::offerHash)
        .filter(hash -> !there.contains(hash))
        .forEach(this::forget);
    all.forEach(this::place);
    holds.stored().forEach(holds::adopt);
  }

  /** Whoever takes an offer's room here says so there, for other coordinators' books. */
  public void onTaken(Consumer<Address> told) {
    this.taken = told;
  }

  /** Whoever holds or frees room by a quote here says so there, for other coordinators' books. */
  public void onQuotes(Consumer<Collection<Bytes32>> told) {
    holds.onChange(told);
  }

  /** Effects: the quote's hold is as the database has it: another coordinator gave or ended it. */
  public void hear(Bytes32 quote) {
    Optional<QuoteRows.Row> row = holds.stored(quote);
    synchronized (this) {
      row.ifPresentOrElse(holds::adopt, () -> holds.forget(quote));
    }
  }

  /** Effects: the device's offer is as the database has it: another coordinator may have it new. */
  public synchronized void reload(Address device) {
    Optional<Standing> now = database.transaction(tx -> Offers.of(tx, device));
    Optional<Bytes32> old = Optional.ofNullable(standing.get(device)).map(Standing::offerHash);
    if (!now.map(Standing::offerHash).equals(old)) {
      old.ifPresent(this::forget);
      now.ifPresent(this::place);
    }
  }

  /** Takes the offer of an agent that says nothing of its hardware. */
  public Bytes32 put(
      Offer offer, Signature signature, String name, Set<Bytes32> models, long nowMs) {
    return put(offer, signature, name, models, NodeSays.NOTHING, nowMs);
  }

  /**
   * Takes an agent's offer.
   *
   * @return the offer's hash
   * @throws ProtocolException naming what is refused
   */
  public Bytes32 put(
      Offer offer,
      Signature signature,
      String name,
      Set<Bytes32> models,
      NodeSays says,
      long nowMs) {
    Bytes32 hash = offer.digest(chain.deployment().marketDomain());
    check(offer, signature, hash);
    bound("the device's name in characters", name.length(), NAME_CHARS_MAX);
    bound("models", models.size(), MODELS_MAX);
    Standing fresh = new Standing(hash, offer, signature, name, models, says);
    synchronized (this) {
      bound("standing offers", book.size(), OFFERS_MAX);
      if (!database.transaction(tx -> Offers.put(tx, fresh, nowMs))) {
        throw new ProtocolException(
            "STALE_NONCE", "a nonce above the standing offer's", "a lower one");
      }
      place(fresh);
    }
    return hash;
  }

  private static void bound(String what, int got, int max) {
    if (got > max) {
      throw new ProtocolException("TOO_MANY", "at most " + max + " " + what, got);
    }
  }

  private void check(Offer offer, Signature signature, Bytes32 hash) {
    Optional<Address> signer = Secp256k1.recover(hash, signature);
    if (!signer.equals(Optional.of(offer.device()))) {
      throw new ProtocolException(
          "WRONG_SIGNATURE", "the signature of device " + offer.device(), signer.orElse(null));
    }
    long nowS = chain.nowS();
    if (offer.expiry() < nowS || offer.expiry() > nowS + LIFE_MAX_S) {
      throw new ProtocolException(
          "OFFER_EXPIRY", "from " + nowS + " to " + (nowS + LIFE_MAX_S), offer.expiry());
    }
    if (offer.unit() != 0 || offer.price().signum() == 0) {
      throw new ProtocolException(
          "OFFER_PRICE", "a price above 0 in unit 0", offer.price() + " in unit " + offer.unit());
    }
    Chain.Device device = chain.device(offer.device());
    if (!device.active() || !device.deviceClass().equals(offer.deviceClass())) {
      throw new ProtocolException(
          "DEVICE_NOT_ACTIVE",
          "a device registered as active, of class " + offer.deviceClass(),
          device.active() ? "class " + device.deviceClass() : "no active device");
    }
    long floor = chain.nonceFloor(offer.device());
    if (Long.compareUnsigned(offer.nonce(), floor) < 0) {
      throw new ProtocolException(
          "OFFER_WITHDRAWN",
          "a nonce of at least " + Long.toUnsignedString(floor),
          Long.toUnsignedString(offer.nonce()));
    }
  }

  private void place(Standing offer) {
    standing.put(offer.offer().device(), offer);
    book.put(view(offer));
  }

  private OfferView view(Standing standing) {
    Offer offer = standing.offer();
    List<Jobs.Attempt> pending = database.transaction(tx -> Jobs.pending(tx, offer.device()));
    BigInteger promised =
        offer
            .price()
            .multiply(
                BigInteger.valueOf(
                    pending.stream()
                        .filter(a -> Objects.equals(standing.offerHash(), a.offerHash()))
                        .count()));
    BigInteger volume =
        offer.volumeMax().subtract(chain.volumeOf(offer.device())).subtract(promised);
    Hardware hardware = standing.says().hardware();
    int jobs = offer.concurrentMax() - chain.activeJobs(offer.device()) - pending.size();
    return new OfferView(
        standing.offerHash(),
        offer,
        operator(offer.device()),
        standing.models(),
        hardware,
        0,
        volume.max(BigInteger.ZERO),
        Math.max(0, jobs),
        hardware.shared() ? hardware.cards() : Math.max(0, hardware.cards() - taken(offer)));
  }

  private int taken(Offer offer) {
    return database.transaction(tx -> Jobs.cardsTaken(tx, offer.device()));
  }

  /** Who owns the device. A registration names its provider for ever. */
  public Address operator(Address device) {
    Address known = operators.get(device);
    if (known == null) {
      known = chain.device(device).provider();
      if (!known.isZero()) {
        operators.put(device, known);
      }
    }
    return known;
  }

  /** Effects: what the chain says of the device's offers is asked again. */
  public synchronized void refresh(Address device) {
    Standing offer = standing.get(device);
    if (offer != null) {
      book.put(view(offer));
    }
  }

  /** Effects: the offer is gone, here and in the database. */
  public synchronized void drop(Bytes32 offerHash) {
    database.transaction(tx -> {
      Offers.drop(tx, offerHash);
      return true;
    });
    forget(offerHash);
  }

  /** Effects: offers that ended before the chain's time are gone. */
  public synchronized void dropExpired(long nowS) {
    database.transaction(tx -> Offers.dropExpired(tx, nowS)).forEach(this::forget);
    holds.sweep();
  }

  /**
   * The market refused to join an offer. Effects: an offer that it will never take is gone, a busy
   * device's room is asked again.
   *
   * @param error the contract's error by name
   * @return whether another offer may do
   */
  public synchronized boolean blame(String error, Bytes32 offerHash, Address device) {
    if (!OFFER_ERRORS.contains(error)) {
      return false;
    }
    if (!error.equals("DeviceBusy")) {
      drop(offerHash);
    }
    refresh(device);
    return true;
  }

  private void forget(Bytes32 offerHash) {
    book.find(offerHash).ifPresent(view -> standing.remove(view.offer().device()));
    book.remove(offerHash);
  }

  /** The cheapest fitting offer, or why there is none; nothing is reserved. */
  public synchronized Placement match(Request request, long nowS) {
    return book.match(request, at(nowS));
  }

  private Moment at(long nowS) {
    return new Moment(nowS, clockMs.getAsLong());
  }

  /**
   * Matches and keeps the room for this long, or until whoever pays needs it.
   *
   * @param holder who asks; one holder keeps little
   */
  public synchronized Placement quote(Request request, String holder, long lifeMs, long nowS) {
    return book.quote(request, holder, lifeMs, at(nowS));
  }

  /** Notes under which digest a quote's hold is asked for, here and at other coordinators. */
  public void remember(Bytes32 quote, Hold hold) {
    SharedHolds.Changes changes;
    synchronized (this) {
      holds.add(quote, hold);
      changes = holds.changes();
    }
    holds.tell(changes);
  }

  /** A queue whose turns count what was given here before. */
  public FairQueue queue(long patienceMs) {
    return new FairQueue(share, patienceMs);
  }

  /** A waiting job and the offer whose room it has now. */
  public record Served(FairQueue.Waiting job, Standing offer, OfferView room) {}

  /** Takes room for what fits now, in fair turns. Whoever does not use it gives it back. */
  public List<Served> serve(FairQueue queue, long nowS) {
    List<Served> out = new ArrayList<>();
    SharedHolds.Changes changes;
    synchronized (this) {
      for (FairQueue.Placed placed : queue.drain(book, at(nowS))) {
        out.add(new Served(placed.job(), standing(placed.offer()), placed.offer()));
      }
      changes = holds.changes();
    }
    holds.tell(changes);
    return out;
  }

  /** {@link FairQueue#order}. */
  public synchronized List<FairQueue.Waiting> order(FairQueue queue) {
    return queue.order();
  }

  /** The served job is somebody's: other coordinators' books hear of it. */
  public void used(Served served) {
    taken.accept(served.offer().offer().device());
  }

  /** Effects: the room is free again. */
  public synchronized void giveBack(Served served) {
    book.release(served.room(), served.job().request());
  }

  /** Effects: the job waits no longer. */
  public synchronized void leave(FairQueue queue, Bytes32 id) {
    queue.remove(id, book);
  }

  /** What happens with a matched offer while nobody else can take its room. */
  @FunctionalInterface
  public interface Take {
    /** Makes the choice durable; where it throws, the room is given back. */
    void take(Standing offer);
  }

  /**
   * Matches for one who pays and, where an offer fits, takes its room. Takes run side by side, so
   * that what they write is committed together.
   *
   * @param quote digest of his quote; zero for none
   */
  public Placement matchAndTake(
      Address consumer, Request request, Bytes32 quote, long nowS, Take take) {
    Placement placement;
    Standing offer;
    OfferView room;
    SharedHolds.Changes changes;
    if (!quote.isZero() && !knows(quote)) {
      hear(quote); // another coordinator gave it a moment ago
    }
    synchronized (this) {
      placement = book.take(request, holds.id(quote), at(nowS));
      changes = holds.changes();
      if (!(placement instanceof Placement.Match(OfferView chosen, _))) {
        return placement;
      }
      room = chosen;
      offer = standing(chosen);
    }
    try {
      take.take(offer);
      holds.tell(changes);
      taken.accept(offer.offer().device());
    } catch (RuntimeException e) {
      synchronized (this) {
        book.release(room, request);
      }
      throw e;
    }
    synchronized (this) {
      share.charge(consumer, FairShare.cost(request));
    }
    return placement;
  }

  private synchronized boolean knows(Bytes32 quote) {
    return holds.knows(quote);
  }

  public synchronized int size() {
    return book.size();
  }

  /** A standing offer as the network page shows it. */
  public record Shown(Standing standing, OfferView view) {}

  /** All offers, cheapest first, at most {@code max}. */
  public synchronized List<Shown> shown(int max) {
    return book.all().stream().limit(max).map(view -> new Shown(standing(view), view)).toList();
  }

  private Standing standing(OfferView view) {
    return Objects.requireNonNull(standing.get(view.offer().device()));
  }
}
