package network.assay.coordinator.client;

import java.util.Map;
import java.util.TreeMap;
import network.assay.contracts.protocol.Bytes32;

/** Names for registered model hashes; a hash works as well as a name. */
public final class KnownModels {
  private static final Map<String, String> BY_NAME =
      Map.of(
          "all-MiniLM-L6-v2", "0x9e7373845a15baf9628f8b7047a6199630e0feb371f642a6bee67a3e3d3947ba");

  private KnownModels() {}

  public static Bytes32 hash(String nameOrHash) {
    if (nameOrHash.startsWith("0x")) {
      return Bytes32.fromHex(nameOrHash);
    }
    String hash = BY_NAME.get(nameOrHash);
    if (hash == null) {
      throw new ConsumerException(
          "UNKNOWN_MODEL",
          "no model is called '"
              + nameOrHash
              + "': use a hash (0x…) or one of "
              + new TreeMap<>(BY_NAME).keySet());
    }
    return Bytes32.fromHex(hash);
  }
}
