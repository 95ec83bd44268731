package network.assay.oracle.node.bond;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;
import network.assay.contracts.service.KeyFiles;
import network.assay.oracle.node.OracleConfig;
import network.assay.oracle.node.app.OpenedParts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The stake behind a node's key: shows it, and moves it. */
@Command(
    name = "bond",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows the stake behind this node's key; its subcommands move it.",
    footer = {
      "",
      "  assay oracle bond --config oracle.json                                       what is there",
      "  assay oracle bond stake 5000 --config oracle.json --operator-key wallet.json  brings it up to 5,000 dollars",
      "",
      "Each names a state, not a change: run again after an interruption it goes on, run again afterwards it does nothing."
    })
public final class BondCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      required = true,
      scope = ScopeType.INHERIT,
      description = "the node's configuration, JSON")
  private Path config = Path.of("");

  @Option(
      names = "--operator-key",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "key of the account that pays and is paid: a version 3 key store, or 0x and 64 digits; not the oracle's own key")
  private @Nullable Path operatorKey;

  @Option(
      names = "--operator-password-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "of the key store")
  private @Nullable Path operatorPassword;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "180",
      scope = ScopeType.INHERIT,
      description = "for each transaction; default ${DEFAULT-VALUE}")
  private int patienceS;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "for programs")
  private boolean json;

  @Override
  public void run() {
    OracleConfig settings = OracleConfig.read(config, System.getenv());
    try (RpcEndpoints rpc = open(settings)) {
      Secp256k1.PrivateKey oracle = oracleKey(settings);
      Address operator = operatorKey == null ? Address.ZERO : operator(oracle.address()).address();
      print(desk(settings, rpc, oracle, operator).state());
    }
  }

  @Command(
      name = "stake",
      mixinStandardHelpOptions = true,
      description = "Brings the stake that answers for the key up to TOTAL dollars.")
  void stake(@Parameters(paramLabel = "TOTAL", description = "dollars") String total) {
    carryOut(new BondWish.Stake(Dollars.parse(total)));
  }

  @Command(
      name = "unbond",
      mixinStandardHelpOptions = true,
      description =
          "Asks back what is more than KEEP dollars; it may leave after the unbonding delay.")
  void unbond(@Parameters(paramLabel = "KEEP", description = "dollars") String keep) {
    carryOut(new BondWish.Unbond(Dollars.parse(keep)));
  }

  @Command(
      name = "rebond",
      mixinStandardHelpOptions = true,
      description = "Takes a request for unbonding back.")
  void rebond() {
    carryOut(new BondWish.Rebond());
  }

  @Command(
      name = "withdraw",
      mixinStandardHelpOptions = true,
      description = "Pays out to the wallet what has unbonded, and all other credit.")
  void withdraw() {
    carryOut(new BondWish.Withdraw());
  }

  @Command(
      name = "resign",
      mixinStandardHelpOptions = true,
      description = "Takes the key out of every committee, for ever.")
  void resign() {
    carryOut(new BondWish.Resign());
  }

  private void carryOut(BondWish wish) {
    OracleConfig settings = OracleConfig.read(config, System.getenv());
    Secp256k1.PrivateKey oracle = oracleKey(settings);
    Secp256k1.PrivateKey operator = operator(oracle.address());
    Path journal = settings.dataFolder().resolve("bond-" + operator.address().hex() + ".db");
    try (RpcEndpoints rpc = open(settings);
        SqliteStore store = SqliteStore.open(journal);
        TransactionSender sender =
            new TransactionSender(
                rpc,
                KeySigner.of(operator),
                store,
                SenderConfig.standard(),
                AssayErrors.reasons())) {
      sender.start();
      print(
          desk(settings, rpc, oracle, operator.address())
              .carryOut(
                  wish,
                  sender,
                  line -> spec.commandLine().getErr().println("  " + line),
                  Duration.ofSeconds(Math.clamp(patienceS, 1, 86_400))));
    }
  }

  private static BondDesk desk(
      OracleConfig settings, RpcEndpoints rpc, Secp256k1.PrivateKey oracle, Address operator) {
    AssayContracts contracts = new AssayContracts(rpc, OpenedParts.deployment(settings));
    return new BondDesk(rpc, contracts, oracle, operator);
  }

  private static RpcEndpoints open(OracleConfig settings) {
    return RpcEndpoints.open(
        RpcConfig.of(settings.rpcUrls(), OpenedParts.deployment(settings).chainId()));
  }

  private static Secp256k1.PrivateKey oracleKey(OracleConfig settings) {
    return KeyFiles.load(
        settings.oracleKeyFile(),
        KeyFiles.password(settings.oracleKeyPasswordFile(), Optional.empty(), Map.of()));
  }

  /** Two senders of one key would take each other's nonces: the node sends with its own. */
  private Secp256k1.PrivateKey operator(Address oracle) {
    Path file = operatorKey;
    if (file == null) {
      throw new ConfigProblem(
          "say whose money it is: --operator-key FILE (a wallet's key store; not the oracle's key)");
    }
    Secp256k1.PrivateKey operator =
        KeyFiles.load(
            file,
            KeyFiles.password(Optional.ofNullable(operatorPassword), Optional.empty(), Map.of()));
    if (operator.address().equals(oracle)) {
      throw new ConfigProblem(
          "the operator's key must be another than the oracle's own: the node sends transactions with that one");
    }
    return operator;
  }

  private void print(BondState now) {
    var out = spec.commandLine().getOut();
    if (json) {
      out.print(Json.writePretty(view(now)));
    } else {
      text(now).forEach((name, value) -> out.printf("%-10s %s%n", name, value));
    }
    out.flush();
  }

  private static Map<String, Object> view(BondState now) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("key", now.key().hex());
    view.put("registered", now.isRegistered());
    view.put("operator", now.isRegistered() ? now.bond().operator().hex() : null);
    view.put("active", now.bond().active().toString());
    view.put("unbonding", now.bond().unbonding().toString());
    view.put("availableAt", now.bond().availableAt());
    view.put("punished", now.bond().punished());
    view.put("seated", now.seated());
    view.put("bondMin", now.params().bondMin().toString());
    view.put("enough", now.bond().active().compareTo(now.params().bondMin()) >= 0);
    if (!now.operator().equals(Address.ZERO)) {
      view.put("credit", now.credit().toString());
      view.put("wallet", now.tokens().toString());
    }
    return view;
  }

  private static Map<String, String> text(BondState now) {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("key", now.key() + (now.seated() ? "   in the committee" : "   in no committee now"));
    text.put(
        "operator", now.isRegistered() ? now.bond().operator().toString() : "none: not registered");
    text.put(
        "stake",
        Dollars.text(now.bond().active())
            + " (at least "
            + Dollars.text(now.params().bondMin())
            + ")"
            + (now.bond().punished() ? "   PUNISHED: it contradicted itself" : ""));
    if (now.bond().availableAt() != 0) {
      text.put(
          "unbonding",
          Dollars.text(now.bond().unbonding())
              + ", free in "
              + Math.max(0, now.bond().availableAt() - now.nowS())
              + " s");
    }
    if (!now.operator().equals(Address.ZERO)) {
      text.put("credit", Dollars.text(now.credit()) + " in the vault");
      text.put("wallet", Dollars.text(now.tokens()));
    }
    return text;
  }
}
