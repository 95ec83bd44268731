package network.assay.coordinator.match;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import network.assay.contracts.protocol.Address;

/**
 * Whose turn it is: start-time fair queueing over the seconds of GPU that consumers were given.
 *
 * <p>Each consumer has a tag, the seconds given to him so far; who has the lowest goes first. A tag
 * never lies behind the turn that was last given, so that nobody saves up while he asks for
 * nothing, and nobody who comes new or was away goes behind those who had much. Of two consumers
 * who both always wait for what can be placed, neither ever gets more than the other by more than
 * their two largest jobs together.
 */
public final class FairShare {
  /** Beyond this many consumers those whose tag means nothing any more are forgotten. */
  private static final int REMEMBERED_MAX = 100_000;

  private final Map<Address, Long> tags = new HashMap<>();
  private long turn;

  /** What a job costs: its places for as long as it may run. Never 0. */
  public static long cost(Request request) {
    return Math.max(1, request.hardware().cards()) * Math.max(1, request.runWindowS());
  }

  /** Lower goes first. */
  public long start(Address consumer) {
    return Math.max(turn, tags.getOrDefault(consumer, 0L));
  }

  /** Effects: the consumer was given this many seconds of GPU. */
  public void charge(Address consumer, long cost) {
    long start = start(consumer);
    turn = start;
    tags.put(consumer, start + cost);
    if (tags.size() > REMEMBERED_MAX) {
      tags.values().removeIf(tag -> tag <= turn);
    }
  }

  /** The order in which waiting consumers are asked; equal ones by their address. */
  public Comparator<Address> order() {
    return Comparator.comparingLong(this::start).thenComparing(Comparator.naturalOrder());
  }
}
