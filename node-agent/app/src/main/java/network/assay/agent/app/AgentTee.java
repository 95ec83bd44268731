package network.assay.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.agent.evidence.tee.AttestingTee;
import network.assay.agent.evidence.tee.ConfigFsTsm;
import network.assay.agent.evidence.tee.NitroNsm;
import network.assay.agent.evidence.tee.ReportSource;
import network.assay.agent.evidence.tee.simulator.SimulatedTdx;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Tee;
import network.assay.contracts.service.ConfigProblem;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralFiles;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.job.EvidencePackage;

/** The trusted hardware that a configuration names; without one the agent attests nothing. */
public final class AgentTee {

  /**
   * What the operator chose.
   *
   * @param kind {@code configfs-tsm}, {@code nitro} or {@code simulator}
   * @param collateral a bundle or folder of this machine's collateral, from {@code assay attest
   *     collateral}; read anew for every job
   * @param simulatorSecretFile everything simulated follows from its bytes
   * @param simulator the whole sentence that allows it
   */
  public record Choice(
      String kind,
      Optional<Path> collateral,
      Optional<Path> simulatorSecretFile,
      Optional<String> simulator) {}

  private static final int SECRET_BYTES_MAX = 4096;

  private AgentTee() {}

  /**
   * Opens it and has it make one report: an offer that says ATTESTED must be able to keep it.
   *
   * @throws ConfigProblem in one sentence
   */
  static Tee open(Choice choice, long chainId, Clock clock) {
    try {
      return switch (choice.kind()) {
        case "configfs-tsm" -> probed(ConfigFsTsm.open(), choice, clock);
        case "nitro" -> probed(NitroNsm.open(), choice, clock);
        case "simulator" -> simulated(choice, chainId, clock);
        default ->
            throw new ConfigProblem(
                "tee: want the kind configfs-tsm, nitro or simulator, got " + choice.kind());
      };
    } catch (PortException | IllegalArgumentException e) {
      throw new ConfigProblem("tee: " + e.getMessage(), e);
    }
  }

  private static Tee probed(ReportSource source, Choice choice, Clock clock) throws PortException {
    var _ = source.report(new byte[ReportSource.REPORT_DATA_BYTES]);
    Optional<Path> from = choice.collateral();
    return new AttestingTee(
        source, at -> from.isPresent() ? collateral(from.get(), at) : List.of(), clock);
  }

  private static Tee simulated(Choice choice, long chainId, Clock clock) {
    Path file =
        choice
            .simulatorSecretFile()
            .orElseThrow(
                () -> new ConfigProblem("tee: want simulatorSecretFile for a simulator, got none"));
    SimulatedTdx simulated =
        SimulatedTdx.start(secret(file), choice.simulator().orElse(""), chainId);
    return new AttestingTee(simulated, simulated::collateral, clock);
  }

  private static byte[] secret(Path file) {
    try {
      if (Files.size(file) > SECRET_BYTES_MAX) {
        throw new ConfigProblem(
            "tee: want a simulator's secret in " + file + ", got a longer file");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ConfigProblem("tee: want a readable file " + file + ", got " + e, e);
    }
  }

  /** What holds at the time, the latest of each. */
  static List<Collateral.Item> collateral(Path path, Instant at) throws PortException {
    Map<String, CollateralItem> latest = new LinkedHashMap<>();
    try {
      for (CollateralItem item : CollateralFiles.read(path, at).items()) {
        if (item.validity().covers(at)) {
          latest.merge(
              item.kind() + "/" + item.key(),
              item,
              (old, other) -> other.validity().from().isAfter(old.validity().from()) ? other : old);
        }
      }
    } catch (CollateralException e) {
      throw new PortException("the collateral in " + path + ": " + e.getMessage(), e);
    }
    if (latest.size() > EvidencePackage.COLLATERAL_MAX) {
      throw new PortException(
          "want the collateral of this machine alone in "
              + path
              + ", at most "
              + EvidencePackage.COLLATERAL_MAX
              + " items, got "
              + latest.size());
    }
    return latest.values().stream().map(CollateralItem::forVerifier).toList();
  }
}
