package network.assay.contracts.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that a protocol team decides about a deployment, in one file: JSON with comments.
 * {@code assay deploy --template} prints one. Nothing of it can be changed afterwards but the
 * committee.
 *
 * @param chainId refuses any other chain
 * @param rpc endpoints; two of different operators are compared
 * @param label another label deploys the same plan a second time
 * @param signer the deployer's key
 * @param token the stablecoin; none deploys the worthless test dollar
 * @param governor may rotate committees and pause new jobs; none: the deployer
 * @param treasury gets the fees; none: the governor
 * @param insurance gets what slashes leave over; none: the insurance pool
 * @param unbondingDelayS seconds; none: the longest job and a day
 * @param committee the first oracles, 4, 7, 10 … 31 of them
 */
record NetworkFile(
    long chainId,
    List<URI> rpc,
    Optional<String> label,
    SignerChoice signer,
    Optional<DeploymentPlan.Token> token,
    Optional<Address> governor,
    Optional<Address> treasury,
    Optional<Address> insurance,
    Optional<Long> unbondingDelayS,
    List<Oracle> committee,
    MarketParams market) {
  private static final int FILE_BYTES_MAX = 1 << 20;
  private static final int RPC_MAX = 8;
  private static final long DAY_S = 86_400;
  private static final JsonMapper MAPPER =
      Json.mapper()
          .rebuild()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  /**
   * One oracle.
   *
   * @param name for people only
   * @param key its signing address
   * @param pin SHA-256 of its TLS SubjectPublicKeyInfo
   */
  record Oracle(Optional<String> name, Address key, Bytes32 pin) {}

  /** A chain and parameters to begin with. */
  enum Template {
    TESTNET,
    DEVELOPMENT
  }

  NetworkFile {
    rpc = List.copyOf(rpc);
    committee = List.copyOf(committee);
    if (rpc.isEmpty() || rpc.size() > RPC_MAX) {
      throw new ConfigProblem("want 1 to " + RPC_MAX + " endpoints in \"rpc\", got " + rpc.size());
    }
  }

  static NetworkFile read(Path file) {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new ConfigProblem(
            "want a network file of at most " + FILE_BYTES_MAX + " bytes, got " + Files.size(file));
      }
      NetworkFile read = MAPPER.readValue(Files.readAllBytes(file), NetworkFile.class);
      new Committee(1, read.keys(), read.pins()); // refuses what the contract would
      return read;
    } catch (IOException e) {
      throw new ConfigProblem("cannot read the network file " + file + ": " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new ConfigProblem("the network file " + file + ": " + where(e), e);
    }
  }

  private static String where(JacksonException e) {
    @Nullable Throwable cause = e.getCause();
    String what =
        cause instanceof ConfigProblem problem && problem.getMessage() != null
            ? problem.getMessage()
            : String.valueOf(e.getOriginalMessage());
    return e.getLocation() == null || e.getLocation().getLineNr() < 1
        ? what
        : "line " + e.getLocation().getLineNr() + ": " + what;
  }

  /** A commented file to begin with. */
  static String template(Template which) {
    String name = which == Template.TESTNET ? "testnet.jsonc" : "development.jsonc";
    try (InputStream in = NetworkFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the resource " + name, e);
    }
  }

  private List<Address> keys() {
    return committee.stream().map(Oracle::key).toList();
  }

  private List<Bytes32> pins() {
    return committee.stream().map(Oracle::pin).toList();
  }

  DeploymentPlan plan(Address deployer) {
    long longestJobS = 3 * market.windowMaxS() + market.reportExtensionS() + 2 * market.bucketS();
    long unbonding = unbondingDelayS.orElse(longestJobS + DAY_S);
    if (unbonding <= longestJobS) {
      throw new ConfigProblem(
          "want unbondingDelayS above "
              + longestJobS
              + ", the longest that a job may take, or stake could leave before a verdict; got "
              + unbonding);
    }
    Address owner = governor.orElse(deployer);
    return new DeploymentPlan(
        token,
        owner,
        insurance.orElse(Address.ZERO),
        treasury.orElse(owner),
        keys(),
        pins(),
        unbonding,
        market,
        label.orElse(""));
  }
}
