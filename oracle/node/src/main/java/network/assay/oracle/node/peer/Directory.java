package network.assay.oracle.node.peer;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;

/**
 * Who is who: the TLS pins that the chain gives each oracle, over every epoch this node has read.
 * From any thread.
 */
public final class Directory {
  private final Map<Bytes32, Address> byPin = new ConcurrentHashMap<>();
  private final Map<Address, Set<Bytes32>> pinsOf = new ConcurrentHashMap<>();

  /**
   * A committee read from the chain. A pin that two keys claim belongs to the first: nobody can be
   * taken for another.
   */
  public void learn(Committee committee) {
    for (int i = 0; i < committee.n(); i++) {
      Address oracle = committee.keys().get(i);
      Bytes32 pin = committee.pins().get(i);
      if (oracle.equals(byPin.computeIfAbsent(pin, _ -> oracle))) {
        pinsOf.computeIfAbsent(oracle, _ -> ConcurrentHashMap.newKeySet()).add(pin);
      }
    }
  }

  public Optional<Address> oracleOf(Bytes32 pin) {
    return Optional.ofNullable(byPin.get(pin));
  }

  public boolean known(Bytes32 pin) {
    return byPin.containsKey(pin);
  }

  public boolean isPinOf(Address oracle, Bytes32 pin) {
    return pinsOf.getOrDefault(oracle, Set.of()).contains(pin);
  }
}
