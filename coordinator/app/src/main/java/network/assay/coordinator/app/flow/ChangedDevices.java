package network.assay.coordinator.app.flow;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import network.assay.contracts.protocol.Address;

/**
 * Devices of which something changed. Each is looked at twice, as the first look may come before
 * the transaction that changed it is committed.
 */
public final class ChangedDevices {
  private static final int LOOKS = 2;

  private final Map<Address, Integer> looks = new HashMap<>();

  public synchronized void add(Set<Address> devices) {
    devices.forEach(device -> looks.put(device, LOOKS));
  }

  /** Those to look at now. */
  public synchronized Set<Address> take() {
    Set<Address> now = Set.copyOf(looks.keySet());
    looks.replaceAll((device, left) -> left - 1);
    looks.values().removeIf(left -> left == 0);
    return now;
  }
}
