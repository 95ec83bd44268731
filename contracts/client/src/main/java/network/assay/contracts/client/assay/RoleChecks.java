package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import org.jspecify.annotations.Nullable;

/**
 * Who may decide what: every grant and revocation since the deployment, folded, against the address
 * book. A list that a contract does not show is rebuilt from its events, so that nobody can hold a
 * role, or be a module, unseen.
 */
final class RoleChecks {
  private static final String GRANTED = "RoleGranted(uint64,address,uint32,uint48,bool)";
  private static final String REVOKED = "RoleRevoked(uint64,address)";
  private static final String FUNCTION_ROLE = "TargetFunctionRoleUpdated(address,bytes4,uint64)";
  private static final String TIMELOCK_GRANTED = "RoleGranted(bytes32,address,address)";
  private static final String TIMELOCK_REVOKED = "RoleRevoked(bytes32,address,address)";
  private static final String MODULE = "ModuleAdded(address,uint40)";
  private static final String STAKE_MODULE = "StakeModuleAdded(address,uint8,uint40)";
  private static final int SELECTOR_CHARACTERS = 10;

  private final Deployment at;
  private final ContractReader reader;
  private final EventSearch events;
  private final Findings findings;

  RoleChecks(Deployment at, ContractReader reader, EventSearch events, Findings findings) {
    this.at = at;
    this.reader = reader;
    this.events = events;
    this.findings = findings;
  }

  void run() {
    if (at.find("Governance").isEmpty()) {
      findings.add(
          new CheckResult.Inconclusive(
              "roles", "the address book has no Governance: who governs was not looked at"));
      return;
    }
    findings.guarded("governance", this::governance);
    findings.guarded("roles of the access manager", this::manager);
    findings.guarded("roles of the timelock", this::timelock);
    findings.guarded("modules of the vault", this::vaultModules);
    findings.guarded("modules of the stake manager", this::stakeModules);
    findings.guarded("markets of the guardian", this::guardian);
  }

  private void governance() {
    Address governance = at.place("Governance");
    for (String each : List.of("manager", "timelock")) {
      String want = at.place(each.equals("manager") ? "AccessManager" : "TimelockController").hex();
      String got = reader.read(each, governance, Abi.call(each)).address().hex();
      findings.equal("Governance." + each, got, want);
    }
    Address manager = at.place("AccessManager");
    String rotator = argument("Governance", "rotator");
    if (!Address.fromHex(rotator).isZero()) {
      Words role =
          reader.read(
              "the rotator's delay",
              manager,
              Abi.call("hasRole", Abi.u64(1), Abi.address(Address.fromHex(rotator))));
      role.bool();
      findings.equal(
          "the rotator's delay, seconds",
          "" + role.u32(),
          argument("Governance", "rotationDelayS"));
    }
  }

  private void manager() {
    List<ChainLog> logs =
        events.all(
            at.deployBlock(),
            List.of(at.place("AccessManager")),
            List.of(GRANTED, REVOKED, FUNCTION_ROLE));
    String timelock = at.place("TimelockController").hex();
    Map<String, Set<String>> got = holders(logs, GRANTED, REVOKED);
    holders("administrators of the access manager", got.remove(word(0)), List.of(timelock));
    holders("rotators", got.remove(word(1)), List.of(timelock, argument("Governance", "rotator")));
    holders(
        "emergency", got.remove(word(2)), List.of(timelock, argument("Governance", "emergency")));
    got.forEach((role, accounts) -> holders("role " + role, accounts, List.of()));
    Map<String, String> functions = new TreeMap<>();
    for (ChainLog log : logs) {
      if (is(log, FUNCTION_ROLE)) {
        String selector = log.data().substring(0, SELECTOR_CHARACTERS);
        functions.put(account(log, 1) + " " + selector, log.topics().get(2));
      }
    }
    Map<String, String> want = new TreeMap<>();
    String committee = at.committee().hex() + " ";
    want.put(committee + selector("rotate(address[],bytes32[])"), word(1));
    want.put(committee + selector("rotateScheme(uint8,bytes,bytes32[])"), word(1));
    want.put(committee + selector("removeKey(address)"), word(2));
    findings.equal("what roles may call", functions.toString(), want.toString());
  }

  private void timelock() {
    Address timelock = at.place("TimelockController");
    List<ChainLog> logs =
        events.all(
            at.deployBlock(), List.of(timelock), List.of(TIMELOCK_GRANTED, TIMELOCK_REVOKED));
    Map<String, Set<String>> got = holders(logs, TIMELOCK_GRANTED, TIMELOCK_REVOKED);
    List<String> proposers = list(argument("Governance", "proposers"));
    holders("administrators of the timelock", got.remove(word(0)), List.of(timelock.hex()));
    holders("proposers", got.remove(Keccak.hashUtf8("PROPOSER_ROLE").hex()), proposers);
    holders("cancellers", got.remove(Keccak.hashUtf8("CANCELLER_ROLE").hex()), proposers);
    // Here the zero address is everybody.
    findings.equal(
        "executors",
        String.valueOf(got.remove(Keccak.hashUtf8("EXECUTOR_ROLE").hex())),
        "[" + Address.ZERO.hex() + "]");
    got.forEach((role, accounts) -> holders("timelock role " + role, accounts, List.of()));
  }

  private void vaultModules() {
    List<String> want = new ArrayList<>(list(argument("TokenVault", "modules")));
    want.addAll(Stream.of(at.stake(), at.market(), at.settlement()).map(Address::hex).toList());
    holders("modules of the vault", added(at.vault(), MODULE), want);
  }

  private void stakeModules() {
    holders(
        "modules of the stake manager",
        added(at.stake(), STAKE_MODULE),
        list(argument("StakeManager", "markets")));
  }

  private void guardian() {
    Address guardian = at.place("Guardian");
    List<String> got =
        reader.read("markets", guardian, Abi.call("markets")).words(8).stream()
            .map(word -> Address.of(word.toArray(), 12).hex())
            .toList();
    holders("markets of the guardian", new TreeSet<>(got), list(argument("Guardian", "markets")));
  }

  private Set<String> added(Address contract, String signature) {
    Set<String> modules = new TreeSet<>();
    events
        .all(at.deployBlock(), List.of(contract), List.of(signature))
        .forEach(log -> modules.add(account(log, 1)));
    return modules;
  }

  /** By role; an account that lost it is gone. */
  private static Map<String, Set<String>> holders(
      List<ChainLog> logs, String granted, String revoked) {
    Map<String, Set<String>> roles = new LinkedHashMap<>();
    for (ChainLog log : logs) {
      if (!is(log, granted) && !is(log, revoked)) {
        continue;
      }
      Set<String> accounts = roles.computeIfAbsent(log.topics().get(1), role -> new TreeSet<>());
      if (is(log, granted)) {
        accounts.add(account(log, 2));
      } else {
        accounts.remove(account(log, 2));
      }
    }
    return roles;
  }

  /** The zero address as a wanted account is nobody. */
  private void holders(String check, @Nullable Set<String> got, List<String> want) {
    Set<String> wanted = new TreeSet<>(want);
    wanted.remove(Address.ZERO.hex());
    findings.equal(check, got == null ? "[]" : got.toString(), wanted.toString());
  }

  private static boolean is(ChainLog log, String signature) {
    return !log.topics().isEmpty() && log.topics().getFirst().equals(EventSearch.topic(signature));
  }

  private static String account(ChainLog log, int topic) {
    return "0x" + log.topics().get(topic).substring(26);
  }

  private static String word(long value) {
    return "0x" + String.format("%064x", BigInteger.valueOf(value));
  }

  private static String selector(String signature) {
    return Hex.encode(Keccak.hashUtf8(signature).toArray()).substring(0, SELECTOR_CHARACTERS);
  }

  private String argument(String contract, String name) {
    return at.argument(contract, name);
  }

  /** "[0x…, 0x…]" */
  private static List<String> list(String shown) {
    String inner = shown.substring(1, Math.max(1, shown.length() - 1));
    return inner.isBlank() ? List.of() : List.of(inner.split(", ", -1));
  }
}
