package network.assay.contracts.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.CheckResult;
import network.assay.contracts.client.assay.Deployer;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeploymentCheck;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.DeploymentSteps;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.sign.TxSigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Deploys all contracts and writes the address book. Run again after an interruption it goes on;
 * run again afterwards it only checks.
 */
@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Puts the contracts on a chain and writes their address book.",
    footer = {
      "",
      "  assay deploy --template testnet > network.jsonc    a commented file to begin with",
      "  assay deploy --network network.jsonc --plan        every transaction, address and parameter",
      "  assay deploy --network network.jsonc --yes         carries it out, and goes on after an interruption"
    })
final class DeployCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--network",
      paramLabel = "FILE",
      description = "chain, key, committee, parameters")
  private @Nullable Path network;

  @Option(names = "--plan", description = "show what would be done, and do nothing")
  private boolean planOnly;

  @Option(names = "--yes", description = "do it")
  private boolean yes;

  @Option(
      names = "--template",
      paramLabel = "KIND",
      description = "print a network file to begin with: ${COMPLETION-CANDIDATES}")
  private NetworkFile.@Nullable Template template;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "the address book; default deployments/CHAINID.json. Sources for block explorers go to a folder beside it")
  private @Nullable Path out;

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      defaultValue = ".assay/deploy",
      description = "journal of what was sent; default ${DEFAULT-VALUE}")
  private Path state = Path.of("");

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    if (template != null) {
      spec.commandLine().getOut().print(NetworkFile.template(template));
      spec.commandLine().getOut().flush();
      return 0;
    }
    Path file = network;
    if (file == null) {
      throw new ParameterException(
          spec.commandLine(),
          "say what to deploy: --network FILE (assay deploy --template testnet prints one)");
    }
    if (planOnly == yes) {
      throw new ParameterException(
          spec.commandLine(), "say one of --plan (show it) and --yes (do it)");
    }
    NetworkFile read = NetworkFile.read(file);
    TxSigner signer = read.signer().open(System.getenv());
    DeploymentPlan plan = read.plan(signer.address());
    DeploymentSteps steps = DeploymentSteps.of(signer.address(), plan);
    try (RpcEndpoints rpc = RpcEndpoints.open(RpcConfig.of(read.rpc(), read.chainId()))) {
      if (planOnly) {
        new PlanPage(rpc, signer.address(), steps).print(spec.commandLine().getOut(), json);
        return 0;
      }
      return carryOut(rpc, signer, plan, steps);
    }
  }

  private int carryOut(
      RpcEndpoints rpc, TxSigner signer, DeploymentPlan plan, DeploymentSteps steps) {
    Path book = out == null ? Path.of("deployments", rpc.chainId() + ".json") : out;
    Optional<Deployment> known = Files.exists(book) ? Optional.of(read(book)) : Optional.empty();
    known.ifPresent(found -> requireSamePlan(found, steps, book));
    Deployment deployment = known.orElseGet(() -> deploy(rpc, signer, plan, book));
    Map<String, Path> sources = sources(deployment, book);
    return report(rpc, deployment, book, known.isPresent(), sources);
  }

  private static Deployment read(Path book) {
    try {
      return Deployment.parse(Files.readAllBytes(book));
    } catch (IOException e) {
      throw new ConfigProblem("cannot read the address book " + book + ": " + e.getMessage(), e);
    }
  }

  private static void requireSamePlan(Deployment found, DeploymentSteps steps, Path book) {
    Deployment planned = steps.book(found.chainId(), found.deployBlock(), found.contracts());
    if (!planned.equals(found)) {
      throw new ConfigProblem(
          "the address book "
              + book
              + " is of another plan, key or build (its market is "
              + found.market()
              + ", this plan's "
              + planned.market()
              + "): name another file with --out to deploy this one too");
    }
  }

  private Deployment deploy(RpcEndpoints rpc, TxSigner signer, DeploymentPlan plan, Path book) {
    BigInteger balance =
        rpc.read("the deployer's balance", node -> node.balance(signer.address().hex()));
    if (balance.signum() == 0) {
      throw new ConfigProblem(
          "the deployer "
              + signer.address()
              + " has no coins on chain "
              + rpc.chainId()
              + ": send it some for gas first");
    }
    String name = rpc.chainId() + "-" + signer.address().hex();
    try (SqliteStore store = SqliteStore.open(state.resolve(name + ".db"));
        TransactionSender sender =
            new TransactionSender(
                rpc, signer, store, SenderConfig.standard(), AssayErrors.reasons())) {
      sender.start();
      Deployment deployment = new Deployer(rpc, sender, this::progress).deploy(plan);
      DurableFile.write(book, deployment.toJson());
      return deployment;
    }
  }

  /** To standard error, so that --json stays one object. */
  private void progress(String line) {
    spec.commandLine().getErr().println("  " + line);
  }

  private static Map<String, Path> sources(Deployment deployment, Path book) {
    String home = System.getProperty("assay.home");
    if (home == null || !Files.isDirectory(Path.of(home, "contracts", "out"))) {
      return Map.of();
    }
    Path folder = book.toAbsolutePath().resolveSibling(deployment.chainId() + "-sources");
    return new VerificationInputs(Path.of(home, "contracts")).write(deployment, folder);
  }

  private int report(
      RpcEndpoints rpc,
      Deployment deployment,
      Path book,
      boolean known,
      Map<String, Path> sources) {
    List<CheckResult> checks = DeploymentCheck.run(rpc, deployment);
    boolean bad = checks.stream().anyMatch(CheckResult::isBad);
    PrintWriter text = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("status", known ? "already deployed" : "deployed");
      all.put("file", book.toString());
      all.put("deployment", Json.mapper().readTree(deployment.toJson()));
      all.put("verificationInputs", sources.values().stream().map(Path::toString).toList());
      all.put("good", !bad);
      all.put("checks", CheckLines.json(checks));
      text.println(Json.write(all));
    } else {
      text.println(
          (known ? "Already deployed on chain " : "Deployed on chain ")
              + deployment.chainId()
              + "; address book: "
              + book);
      if (sources.isEmpty()) {
        text.println("No sources for block explorers: this is no checkout with compiled contracts");
      } else {
        text.println(sources.size() + " standard JSON inputs for Sourcify and Etherscan beside it");
      }
      CheckLines.print(text, checks);
    }
    return bad ? 1 : 0;
  }
}
