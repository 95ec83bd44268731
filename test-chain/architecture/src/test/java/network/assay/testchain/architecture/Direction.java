package network.assay.testchain.architecture;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may depend on whom: the table of docs/ARCHITECTURE, "Direction". A module that is not in it
 * fails the test, so that making a room is a decision. There is no list of exceptions.
 */
final class Direction {
  private static final String PROTOCOL = "contracts/protocol";
  private static final String WIRE = "contracts/wire";
  private static final String BINDINGS = "contracts/bindings";
  private static final String CLIENT = "contracts/client";
  private static final String SERVICE = "contracts/service";
  private static final String VERIFY = "oracle/verify";
  private static final String REPLAY = "oracle/replay";
  private static final String REPORT = "oracle/report";
  private static final String MATCH = "coordinator/match";
  private static final String PAY = "coordinator/pay";
  private static final String COLLATERAL = "oracle/collateral";
  private static final String EXECUTE = "node-agent/execute";

  /** What every process may use, whichever group it belongs to. */
  private static final Set<String> SHARED =
      Set.of(PROTOCOL, WIRE, BINDINGS, CLIENT, SERVICE, VERIFY, REPLAY);

  private static final Set<String> AGENT_PARTS =
      Set.of(EXECUTE, "node-agent/runtime", "node-agent/evidence", "node-agent/gpu");

  /** Modules that decide and do no I/O. */
  static final Set<String> PURE = Set.of(PROTOCOL, VERIFY, REPORT, MATCH, EXECUTE);

  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          entry(PROTOCOL, Set.of()),
          entry(WIRE, Set.of(PROTOCOL)),
          entry(BINDINGS, Set.of(PROTOCOL)),
          entry(CLIENT, Set.of(BINDINGS, PROTOCOL)),
          entry(SERVICE, Set.of(CLIENT, BINDINGS, WIRE, PROTOCOL)),
          entry("contracts/cli", Set.of(CLIENT, BINDINGS, SERVICE, WIRE, PROTOCOL)),
          entry(VERIFY, Set.of(PROTOCOL)),
          entry(REPORT, Set.of(PROTOCOL)),
          entry(MATCH, Set.of(PROTOCOL)),
          entry(PAY, Set.of(PROTOCOL)),
          entry(EXECUTE, Set.of(PROTOCOL)),
          entry(REPLAY, Set.of(VERIFY, PROTOCOL)),
          entry(COLLATERAL, Set.of(VERIFY, PROTOCOL)),
          entry("node-agent/runtime", Set.of(EXECUTE, PROTOCOL, WIRE, VERIFY, REPLAY)),
          entry("node-agent/evidence", Set.of(EXECUTE, PROTOCOL, WIRE, VERIFY, REPLAY)),
          entry("node-agent/gpu", Set.of(EXECUTE, PROTOCOL, WIRE, VERIFY, REPLAY)),
          entry("node-agent/app", union(union(SHARED, AGENT_PARTS), Set.of(COLLATERAL))),
          entry("oracle/node", union(SHARED, Set.of(REPORT, COLLATERAL))),
          entry("oracle/cli", union(SHARED, Set.of(REPORT, COLLATERAL))),
          entry("coordinator/app", union(SHARED, Set.of(MATCH, PAY))),
          entry("coordinator/client", union(SHARED, Set.of(PAY))));

  private Direction() {}

  static boolean knows(String module) {
    return isTestChain(module) || MAY_USE.containsKey(module);
  }

  static boolean allows(String from, String to) {
    return from.equals(to)
        || isTestChain(from)
        || MAY_USE.getOrDefault(from, Set.of()).contains(to);
  }

  private static boolean isTestChain(String module) {
    return module.startsWith("test-chain/");
  }

  private static Set<String> union(Set<String> left, Set<String> right) {
    Set<String> both = new TreeSet<>(left);
    both.addAll(right);
    return both;
  }
}
