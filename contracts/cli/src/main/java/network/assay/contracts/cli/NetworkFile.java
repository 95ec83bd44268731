package network.assay.contracts.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.client.assay.CourtParams;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.FundParams;
import network.assay.contracts.client.assay.Governors;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.client.assay.OracleParams;
import network.assay.contracts.client.assay.RateParams;
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
 * {@code assay deploy --template} prints one. What can be changed afterwards is changed by those
 * who govern, and waits.
 *
 * @param chainId refuses any other chain
 * @param rpc endpoints; two of different operators are compared
 * @param label another label deploys the same plan a second time
 * @param signer the deployer's key
 * @param token the stablecoin; none deploys the worthless test dollar
 * @param permit2 Uniswap's Permit2 on this chain; none: no payments by it
 * @param governance who decides what
 * @param treasury gets its share of fees; none: what governance decides
 * @param insurance gets what slashes leave over; none: the insurance pool
 * @param unbondingDelayS seconds; none: the longest job, its dispute and a day
 * @param committee the first oracles, 4, 7, 10 … 31 of them
 * @param panel who judges appeals where no panel can be drawn, at most 31; none: nobody
 */
record NetworkFile(
    long chainId,
    List<URI> rpc,
    Optional<String> label,
    SignerChoice signer,
    Optional<DeploymentPlan.Token> token,
    Optional<Address> permit2,
    Governance governance,
    Optional<Address> treasury,
    Optional<Address> insurance,
    Optional<Long> unbondingDelayS,
    List<Oracle> committee,
    Optional<List<Address>> panel,
    MarketParams market,
    RateParams metered,
    CourtParams court,
    OracleParams oracles,
    FundParams funds) {
  private static final int FILE_BYTES_MAX = 1 << 20;
  private static final int RPC_MAX = 8;
  private static final int PANEL_MAX = 31;
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

  /**
   * Who decides what. An account that is left out is the deployer's; 0x00…00 where it says so means
   * nobody.
   *
   * @param timelockDelayS seconds that a proposal waits
   * @param rotationDelayS seconds that a rotation waits
   */
  record Governance(
      long timelockDelayS,
      long rotationDelayS,
      Optional<List<Address>> proposers,
      Optional<Address> rotator,
      Optional<Address> emergency,
      Optional<Address> keeper,
      Optional<Address> attester,
      Optional<Address> publisher) {
    Governors with(Address deployer) {
      return new Governors(
          timelockDelayS,
          rotationDelayS,
          proposers.orElse(List.of(deployer)),
          rotator.orElse(deployer),
          emergency.orElse(deployer),
          keeper.orElse(deployer),
          attester.orElse(deployer),
          publisher.orElse(deployer));
    }
  }

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
    DeploymentPlan plan =
        new DeploymentPlan(
            token,
            permit2.orElse(Address.ZERO),
            governance.with(deployer),
            insurance.orElse(Address.ZERO),
            treasury.orElse(Address.ZERO),
            keys(),
            pins(),
            panel.orElse(List.of()),
            unbondingDelayS.orElse(longestAnswerS() + DAY_S),
            market,
            metered,
            court,
            oracles,
            funds,
            label.orElse(""));
    requireSound(plan);
    return plan;
  }

  /** Seconds for which stake may have to answer: the longest job, and a dispute about it. */
  private long longestAnswerS() {
    return 3 * market.windowMaxS()
        + market.reportExtensionS()
        + 2 * market.bucketS()
        + court.disputeS();
  }

  /** What the contracts would refuse half-way, or, worse, what they cannot see. */
  private void requireSound(DeploymentPlan plan) {
    above(
        "unbondingDelayS",
        plan.unbondingDelayS(),
        longestAnswerS(),
        "the longest that a job and its dispute may take, or stake could leave before a verdict");
    above(
        "oracles.answersAfterS",
        oracles.answersAfterS(),
        market.challengeWindowMaxS() + court.disputeS() - 1,
        "the longest challenge window and dispute, less one");
    above(
        "oracles.unbondingDelayS",
        oracles.unbondingDelayS(),
        market.overlapS() + oracles.answersAfterS(),
        "a retired committee's overlap and what follows, or an oracle's stake could leave before it");
    above("governance.timelockDelayS", governance.timelockDelayS(), 0, "0: decisions wait");
    above("governance.rotationDelayS", governance.rotationDelayS(), 0, "0: rotations wait");
    above("metered.closeWindowS", metered.closeWindowS(), 0, "0");
    above(
        "court.draw.delayBlocks", court.draw().delayBlocks(), 0, "0: the block must not be known");
    long split = (long) funds.oracleBps() + funds.insuranceBps() + funds.treasuryBps();
    if (split != 10_000) {
      throw new ConfigProblem(
          "want oracleBps, insuranceBps and treasuryBps of \"funds\" to be 10000 together, got "
              + split);
    }
    if (court.draw().size() < 1 || court.draw().size() > PANEL_MAX) {
      throw new ConfigProblem(
          "want 1 to " + PANEL_MAX + " in \"court.draw.size\", got " + court.draw().size());
    }
    if (plan.panel().size() > PANEL_MAX || plan.governors().proposers().isEmpty()) {
      throw new ConfigProblem(
          "want at most "
              + PANEL_MAX
              + " members in \"panel\" and at least one proposer, got "
              + plan.panel().size()
              + " and "
              + plan.governors().proposers().size());
    }
  }

  private static void above(String name, long got, long bound, String why) {
    if (got <= bound) {
      throw new ConfigProblem("want " + name + " above " + bound + ", " + why + "; got " + got);
    }
  }
}
