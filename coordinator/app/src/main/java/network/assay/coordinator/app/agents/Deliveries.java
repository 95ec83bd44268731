package network.assay.coordinator.app.agents;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.coordinator.app.flow.OfferDesk;
import network.assay.coordinator.app.store.Bell;

/**
 * Brings what changed, here or at another coordinator, to the book and to the agents that are
 * connected here.
 */
public final class Deliveries {
  /** A lost ring is made up for after as long at most. */
  private static final long SWEEP_EVERY_NANOS = 2_000_000_000L;

  private final OfferDesk desk;
  private final AssignmentHub hub;
  private final Set<Address> changed = ConcurrentHashMap.newKeySet();
  private final Set<Address> offers = ConcurrentHashMap.newKeySet();
  private final Set<Bytes32> quotes = ConcurrentHashMap.newKeySet();
  private volatile boolean all = true;
  private volatile boolean missed;
  private long sweptAtNanos;

  public Deliveries(OfferDesk desk, AssignmentHub hub) {
    this.desk = desk;
    this.hub = hub;
  }

  /** One round. */
  public void step() {
    if (missed) {
      missed = false;
      desk.load();
    }
    Set<Address> fresh = Set.copyOf(offers);
    offers.removeAll(fresh);
    fresh.forEach(desk::reload);
    Set<Bytes32> held = Set.copyOf(quotes);
    quotes.removeAll(held);
    held.forEach(desk::hear);
    Set<Address> now = Set.copyOf(changed);
    changed.removeAll(now);
    hub.changed(now); // first: an agent waits
    now.forEach(desk::refresh);
    if (all || System.nanoTime() - sweptAtNanos > SWEEP_EVERY_NANOS) {
      all = false;
      sweptAtNanos = System.nanoTime();
      hub.sweep();
    }
  }

  /** Listens for a loop that is woken. */
  public Bell.Ear ear(Runnable wake) {
    return new Bell.Ear() {
      @Override
      public void heard(String topic, String id) {
        switch (topic) {
          case "device" -> {
            if (id.isEmpty()) {
              missed();
            } else {
              changed.add(Address.fromHex(id));
            }
          }
          case "offer" -> offers.add(Address.fromHex("0x" + id));
          case "quote" -> {
            if (id.isEmpty()) {
              missed();
            } else {
              quotes.add(Bytes32.fromHex(id));
            }
          }
          default -> {
            return;
          }
        }
        wake.run();
      }

      @Override
      public void missed() {
        missed = true;
        all = true;
        wake.run();
      }
    };
  }
}
