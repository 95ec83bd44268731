package network.assay.coordinator.app.store;

import java.util.List;
import network.assay.coordinator.match.Hardware;

/**
 * What a node says of itself beside its offer; claims.
 *
 * @param hardware what the matcher filters by
 * @param uuids of its cards, the driver's
 * @param driver version; empty for none
 * @param engines what runs containers there
 */
public record NodeSays(Hardware hardware, List<String> uuids, String driver, List<String> engines) {
  /** An older agent says nothing. */
  public static final NodeSays NOTHING = new NodeSays(Hardware.UNKNOWN, List.of(), "", List.of());

  public NodeSays {
    uuids = List.copyOf(uuids);
    engines = List.copyOf(engines);
  }
}
