package network.assay.coordinator.match;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that wait for room. Each turn goes to the consumer with the smallest {@link FairShare}; of
 * his jobs the oldest that fits is placed. A job that waited for its patience while others went
 * past it gets a node kept for it: what runs there ends by its run window, so nothing starves. One
 * node at a time is kept, so that large jobs never stop the network.
 */
public final class FairQueue {
  /** Jobs of one consumer that are tried in one turn, so that no queue of one delays the others. */
  private static final int LOOKED_AT_MAX = 32;

  private final FairShare share;
  private final long patienceMs;
  private final Map<Address, Map<Bytes32, Waiting>> byConsumer = new HashMap<>();
  private final Map<Bytes32, Waiting> byId = new LinkedHashMap<>();
  private @Nullable Waiting favoured;
  private Address kept = Address.ZERO;

  /**
   * A job that waits.
   *
   * @param sinceMs when it came
   */
  public record Waiting(Bytes32 id, Address consumer, Request request, long sinceMs) {}

  /** A job and the offer that it got. */
  public record Placed(Waiting job, OfferView offer) {}

  public FairQueue(FairShare share, long patienceMs) {
    this.share = share;
    this.patienceMs = patienceMs;
  }

  /** Adds a job; nothing where it waits already. */
  public void add(Waiting job) {
    if (byId.putIfAbsent(job.id(), job) == null) {
      byConsumer.computeIfAbsent(job.consumer(), c -> new LinkedHashMap<>()).put(job.id(), job);
    }
  }

  /** Effects: the job waits no longer, and a node kept for it is everybody's. */
  public void remove(Bytes32 id, OfferBook book) {
    Waiting job = byId.remove(id);
    if (job == null) {
      return;
    }
    byConsumer.computeIfPresent(
        job.consumer(),
        (consumer, jobs) -> {
          jobs.remove(id);
          return jobs.isEmpty() ? null : jobs;
        });
    if (favoured != null && favoured.id().equals(id)) {
      book.endSetAside(kept);
      favoured = null;
    }
  }

  public int size() {
    return byId.size();
  }

  /** Places what fits now, in the order of turns. Effects: room is taken, shares are charged. */
  public List<Placed> drain(OfferBook book, Moment now) {
    List<Placed> out = new ArrayList<>();
    serveFavoured(book, now, out);
    Set<Request> refused = new HashSet<>();
    TreeSet<Turn> turns = new TreeSet<>(Turn.ORDER);
    byConsumer.keySet().forEach(consumer -> turns.add(new Turn(share.start(consumer), consumer)));
    while (!turns.isEmpty()) {
      Address consumer = turns.removeFirst().consumer();
      Optional<Placed> placed = serve(consumer, book, now, refused);
      if (placed.isPresent()) {
        out.add(placed.get());
        if (byConsumer.containsKey(consumer)) {
          turns.add(new Turn(share.start(consumer), consumer));
        }
      }
    }
    favour(book, now);
    return out;
  }

  /**
   * The jobs in the order in which turns would come now if every job fitted; the one that a node is
   * kept for first. Nothing changes.
   */
  public List<Waiting> order() {
    List<Waiting> out = new ArrayList<>(byId.size());
    if (favoured != null) {
      out.add(favoured);
    }
    Map<Address, Iterator<Waiting>> rest = new HashMap<>();
    TreeSet<Turn> turns = new TreeSet<>(Turn.ORDER);
    byConsumer.forEach((consumer, jobs) -> {
      rest.put(consumer, jobs.values().stream().filter(job -> !job.equals(favoured)).iterator());
      turns.add(new Turn(share.start(consumer), consumer));
    });
    while (!turns.isEmpty()) {
      Turn turn = turns.removeFirst();
      Iterator<Waiting> jobs = Objects.requireNonNull(rest.get(turn.consumer()));
      if (jobs.hasNext()) {
        Waiting job = jobs.next();
        out.add(job);
        turns.add(new Turn(turn.start() + FairShare.cost(job.request()), turn.consumer()));
      }
    }
    return out;
  }

  /** Jobs that wait, as they came. */
  public List<Waiting> waiting() {
    return List.copyOf(byId.values());
  }

  private record Turn(long start, Address consumer) {
    static final Comparator<Turn> ORDER =
        Comparator.comparingLong(Turn::start).thenComparing(Turn::consumer);
  }

  private Optional<Placed> serve(
      Address consumer, OfferBook book, Moment now, Set<Request> refused) {
    int looked = 0;
    for (Waiting job : byConsumer.getOrDefault(consumer, Map.of()).values()) {
      if (++looked > LOOKED_AT_MAX) {
        break;
      }
      if (refused.contains(job.request())) {
        continue; // room only shrinks while we place
      }
      Optional<OfferView> offer = book.tryTake(job.request(), now);
      if (offer.isPresent()) {
        return Optional.of(settle(job, offer.get(), book));
      }
      refused.add(job.request());
    }
    return Optional.empty();
  }

  private Placed settle(Waiting job, OfferView offer, OfferBook book) {
    share.charge(job.consumer(), FairShare.cost(job.request()));
    remove(job.id(), book);
    return new Placed(job, offer);
  }

  private void serveFavoured(OfferBook book, Moment now, List<Placed> out) {
    Waiting job = favoured;
    if (job == null) {
      return;
    }
    if (!book.isSetAside(kept, job.request())) {
      book.endSetAside(kept);
      favoured = null; // the node went away, or asks more now
      return;
    }
    book.takeSetAside(kept, job.request(), now)
        .ifPresent(offer -> out.add(settle(job, offer, book)));
  }

  /** The oldest job whose patience ended, of those for which some node would do. */
  private void favour(OfferBook book, Moment now) {
    if (favoured != null) {
      return;
    }
    Set<Request> hopeless = new HashSet<>();
    for (Waiting job : byId.values()) {
      if (now.ms() - job.sinceMs() < patienceMs || hopeless.contains(job.request())) {
        continue;
      }
      Optional<Address> node = book.setAside(job.request(), now);
      if (node.isPresent()) {
        favoured = job;
        kept = node.get();
        return;
      }
      hopeless.add(job.request());
    }
  }
}
