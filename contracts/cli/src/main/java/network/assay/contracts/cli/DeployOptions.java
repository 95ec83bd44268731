package network.assay.contracts.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What to deploy. Nothing of it can be changed afterwards but the committee. */
final class DeployOptions {
  enum Preset {
    TESTNET,
    DEVELOPMENT
  }

  @Option(
      names = "--committee",
      paramLabel = "FILE",
      required = true,
      description =
          "the first oracles: {\"members\":[{\"name\":…,\"key\":\"0x…20 bytes\",\"pin\":\"0x…32 bytes\"},…]}, 4, 7, 10 … of them")
  private Path committee = Path.of("");

  @Option(
      names = "--governor",
      paramLabel = "ADDRESS",
      description = "may rotate committees and pause new jobs; default: the deployer, for ever")
  private @Nullable String governor;

  @Option(
      names = "--treasury",
      paramLabel = "ADDRESS",
      description = "gets the fees; default: the governor")
  private @Nullable String treasury;

  @Option(
      names = "--insurance",
      paramLabel = "ADDRESS",
      description = "gets what slashes leave over; default: the governor")
  private @Nullable String insurance;

  @Option(
      names = "--token",
      paramLabel = "ADDRESS",
      description = "the stablecoin (with EIP-3009); default: deploys a worthless test dollar")
  private @Nullable String token;

  @Option(
      names = "--token-name",
      paramLabel = "TEXT",
      description = "the token's EIP-712 name, such as USDC")
  private @Nullable String tokenName;

  @Option(
      names = "--token-version",
      paramLabel = "TEXT",
      description = "the token's EIP-712 version, such as 2")
  private @Nullable String tokenVersion;

  @Option(
      names = "--preset",
      description =
          "windows and fees: ${COMPLETION-CANDIDATES} (windows of seconds); default ${DEFAULT-VALUE}",
      defaultValue = "TESTNET")
  private Preset preset = Preset.TESTNET;

  @Option(
      names = "--params",
      paramLabel = "FILE",
      description = "all of the market's parameters as JSON, instead of a preset")
  private @Nullable Path params;

  @Option(
      names = "--unbonding-s",
      paramLabel = "SECONDS",
      description =
          "how long stake stays slashable after it is asked back; default: the longest job and a day")
  private @Nullable Long unbondingS;

  DeploymentPlan plan(Address deployer) {
    CommitteeFile first = CommitteeFile.read(committee);
    MarketParams market = marketParams();
    long longestJobS = 3 * market.windowMaxS() + market.reportExtensionS() + 2 * market.bucketS();
    long unbonding = unbondingS == null ? longestJobS + 86_400 : unbondingS;
    if (unbonding <= longestJobS) {
      throw new ConfigProblem(
          "want --unbonding-s above "
              + longestJobS
              + ", the longest that a job may take, or stake could leave before a verdict; got "
              + unbonding);
    }
    Address owner = governor == null ? deployer : Address.fromHex(governor);
    return new DeploymentPlan(
        token(),
        owner,
        insurance == null ? owner : Address.fromHex(insurance),
        treasury == null ? owner : Address.fromHex(treasury),
        first.keys(),
        first.pins(),
        unbonding,
        market);
  }

  private Optional<DeploymentPlan.Token> token() {
    if (token == null) {
      return Optional.empty();
    }
    if (tokenName == null || tokenVersion == null) {
      throw new ConfigProblem(
          "want --token-name and --token-version with --token: wallets sign over them, and a wrong one makes all payments fail");
    }
    return Optional.of(new DeploymentPlan.Token(Address.fromHex(token), tokenName, tokenVersion));
  }

  private MarketParams marketParams() {
    if (params == null) {
      return preset == Preset.TESTNET ? MarketParams.testnet() : MarketParams.development();
    }
    try {
      return Json.read(
          Files.readAllBytes(params), MarketParams.class, "the parameter file " + params);
    } catch (IOException e) {
      throw new ConfigProblem(
          "cannot read the parameter file " + params + ": " + e.getMessage(), e);
    }
  }
}
