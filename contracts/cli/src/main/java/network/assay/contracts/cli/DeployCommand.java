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
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;
import network.assay.contracts.service.KeyFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    description = "Puts the contracts on a chain and writes their address book.")
final class DeployCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ChainOptions chain = new ChainOptions();
  @Mixin private DeployOptions options = new DeployOptions();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      required = true,
      description = "the deployer's key: keystore V3, or 0x and 64 digits; readable by you only")
  private Path key = Path.of("");

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "the keystore's password; else in $$ASSAY_KEY_PASSWORD")
  private @Nullable Path passwordFile;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "the address book; default deployments/CHAINID.json")
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
    if (!chain.isGiven()) {
      throw new ParameterException(spec.commandLine(), "say which chain: --rpc URL");
    }
    KeySigner signer = KeySigner.of(KeyFiles.load(key, password()));
    DeploymentPlan plan = options.plan(signer.address());
    try (RpcEndpoints rpc = chain.open()) {
      Path book = out == null ? Path.of("deployments", rpc.chainId() + ".json") : out;
      boolean known = Files.exists(book);
      Deployment deployment = known ? read(book) : deploy(rpc, signer, plan, book);
      return report(rpc, deployment, book, known);
    }
  }

  private Optional<String> password() {
    return KeyFiles.password(
        Optional.ofNullable(passwordFile),
        System.getenv("ASSAY_KEY_PASSWORD") == null
            ? Optional.empty()
            : Optional.of("ASSAY_KEY_PASSWORD"),
        System.getenv());
  }

  private static Deployment read(Path book) {
    try {
      return Deployment.parse(Files.readAllBytes(book));
    } catch (IOException e) {
      throw new ConfigProblem("cannot read the address book " + book + ": " + e.getMessage(), e);
    }
  }

  private Deployment deploy(RpcEndpoints rpc, KeySigner signer, DeploymentPlan plan, Path book) {
    String name = rpc.chainId() + "-" + signer.address().hex();
    Path run = state.resolve(name + ".json");
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
    try (SqliteStore store = SqliteStore.open(state.resolve(name + ".db"));
        TransactionSender sender =
            new TransactionSender(
                rpc, signer, store, SenderConfig.standard(), AssayErrors.reasons())) {
      long nonce =
          rpc.read("the deployer's nonce", node -> node.nonceLatest(signer.address().hex()));
      DeploymentRun begun = DeploymentRun.resume(run, nonce, Keccak.hashUtf8(plan.toString()));
      sender.start();
      Deployment deployment = new Deployer(rpc, sender, begun.firstNonce()).deploy(plan);
      DeploymentRun.writeDurably(book, deployment.toJson());
      Files.delete(run);
      return deployment;
    } catch (IOException e) {
      throw new ConfigProblem(
          "the contracts are deployed and "
              + book
              + " is written, but "
              + run
              + " cannot be removed: "
              + e.getMessage(),
          e);
    }
  }

  private int report(RpcEndpoints rpc, Deployment deployment, Path book, boolean known) {
    List<CheckResult> checks = DeploymentCheck.run(rpc, deployment);
    boolean bad = checks.stream().anyMatch(CheckResult::isBad);
    PrintWriter text = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("status", known ? "already deployed" : "deployed");
      all.put("file", book.toString());
      all.put("deployment", Json.mapper().readTree(deployment.toJson()));
      all.put("good", !bad);
      all.put("checks", CheckLines.json(checks));
      text.println(Json.write(all));
    } else {
      text.println(
          (known ? "Already deployed on chain " : "Deployed on chain ")
              + deployment.chainId()
              + "; address book: "
              + book);
      CheckLines.print(text, checks);
    }
    return bad ? 1 : 0;
  }
}
