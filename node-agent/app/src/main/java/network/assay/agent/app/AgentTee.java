package network.assay.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import network.assay.agent.evidence.tee.AttestingTee;
import network.assay.agent.evidence.tee.BootLog;
import network.assay.agent.evidence.tee.Companion;
import network.assay.agent.evidence.tee.ConfigFsTsm;
import network.assay.agent.evidence.tee.NitroNsm;
import network.assay.agent.evidence.tee.ReportSource;
import network.assay.agent.evidence.tee.TpmCompanion;
import network.assay.agent.evidence.tee.simulator.SimulatedTdx;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.DeviceReports;
import network.assay.agent.execute.Gpu;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Tee;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.service.ConfigProblem;
import network.assay.oracle.collateral.CollateralException;
import network.assay.oracle.collateral.CollateralFiles;
import network.assay.oracle.collateral.CollateralItem;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.job.EvidencePackage;
import network.assay.oracle.verify.attest.nvidia.Rim;

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
   * @param gpus whether every GPU of the machine is attested beside the host
   * @param eventLog of a TD: the log that explains its RTMRs, usually {@link BootLog#CCEL}
   * @param tpm a TPM's quote beside the host's
   */
  public record Choice(
      String kind,
      Optional<Path> collateral,
      Optional<Path> simulatorSecretFile,
      Optional<String> simulator,
      boolean gpus,
      Optional<Path> eventLog,
      Optional<Tpm> tpm) {}

  /**
   * A TPM beside the host.
   *
   * @param key persistent handle of its attestation key
   * @param pcrs bit i: PCR i of SHA-256
   * @param certificates files of the key's certificate and its issuers, PEM or DER
   * @param eventLog the log that explains the registers, usually {@link BootLog#TPM}
   */
  public record Tpm(int key, int pcrs, List<Path> certificates, Optional<Path> eventLog) {

    /**
     * @param key hexadecimal, as in 0x81000003
     * @param pcrs each of 0 to 23
     * @throws IllegalArgumentException with got and want
     */
    static Tpm of(
        String key, List<Integer> pcrs, List<Path> certificates, Optional<Path> eventLog) {
      if (!key.matches("0x81[0-9a-fA-F]{6}")) {
        throw new IllegalArgumentException(
            "want a persistent handle as in 0x81000003 for tee.tpm.key, got " + key);
      }
      int bits = 0;
      for (int pcr : pcrs) {
        if (pcr < 0 || pcr > 23 || (bits >> pcr & 1) != 0) {
          throw new IllegalArgumentException("want each of PCR 0 to 23 at most once, got " + pcrs);
        }
        bits |= 1 << pcr;
      }
      if (bits == 0) {
        throw new IllegalArgumentException("want at least one PCR for tee.tpm.pcrs, got none");
      }
      return new Tpm(
          Integer.parseUnsignedInt(key.substring(2), 16),
          bits,
          List.copyOf(certificates),
          eventLog);
    }
  }

  private static final int SECRET_BYTES_MAX = 4096;
  private static final int CERTIFICATE_BYTES_MAX = 64 * 1024;

  private AgentTee() {}

  /**
   * Opens it and has it make one report: an offer that says ATTESTED must be able to keep it.
   *
   * @throws ConfigProblem in one sentence
   */
  static Tee open(Choice choice, long chainId, Clock clock, Gpu cards) {
    try {
      List<Companion> beside = companions(choice, cards);
      for (Companion companion : beside) {
        var _ = companion.beside(Bytes32.ZERO);
      }
      return switch (choice.kind()) {
        case "configfs-tsm" -> probed(ConfigFsTsm.open(), choice, clock, beside);
        case "nitro" -> probed(NitroNsm.open(), choice, clock, beside);
        case "simulator" -> simulated(choice, chainId, clock, beside);
        default ->
            throw new ConfigProblem(
                "tee: want the kind configfs-tsm, nitro or simulator, got " + choice.kind());
      };
    } catch (PortException | IllegalArgumentException e) {
      throw new ConfigProblem("tee: " + e.getMessage(), e);
    }
  }

  private static List<Companion> companions(Choice choice, Gpu cards) throws PortException {
    List<Companion> all = new ArrayList<>();
    if (choice.gpus()) {
      if (!(cards instanceof DeviceReports reports)) {
        throw new ConfigProblem("tee.gpus: want GPUs that attest, got " + cards.describe());
      }
      all.add(Companion.gpus(reports));
    }
    choice.eventLog().map(BootLog::of).ifPresent(all::add);
    if (choice.tpm().isPresent()) {
      Tpm tpm = choice.tpm().get();
      List<byte[]> certificates = new ArrayList<>();
      for (Path file : tpm.certificates()) {
        certificates.add(small(file, CERTIFICATE_BYTES_MAX, "a certificate of the TPM's key"));
      }
      all.add(
          TpmCompanion.open(tpm.key(), tpm.pcrs(), certificates, tpm.eventLog().map(BootLog::of)));
    }
    return all;
  }

  private static Tee probed(ReportSource source, Choice choice, Clock clock, List<Companion> beside)
      throws PortException {
    var _ = source.report(new byte[ReportSource.REPORT_DATA_BYTES]);
    Optional<Path> from = choice.collateral();
    return new AttestingTee(
        source, at -> from.isPresent() ? collateral(from.get(), at) : List.of(), clock, beside);
  }

  private static Tee simulated(Choice choice, long chainId, Clock clock, List<Companion> beside) {
    Path file =
        choice
            .simulatorSecretFile()
            .orElseThrow(
                () -> new ConfigProblem("tee: want simulatorSecretFile for a simulator, got none"));
    SimulatedTdx simulated =
        SimulatedTdx.start(
            small(file, SECRET_BYTES_MAX, "a simulator's secret"),
            choice.simulator().orElse(""),
            chainId);
    Optional<Path> more = choice.collateral();
    return new AttestingTee(
        simulated,
        at -> {
          List<Collateral.Item> all = new ArrayList<>(simulated.collateral(at));
          if (more.isPresent()) {
            all.addAll(collateral(more.get(), at));
          }
          return all;
        },
        clock,
        beside);
  }

  private static byte[] small(Path file, int bytesMax, String what) {
    try {
      if (Files.size(file) > bytesMax) {
        throw new ConfigProblem("tee: want " + what + " in " + file + ", got a longer file");
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
    return latest.values().stream().map(AgentTee::forVerifier).toList();
  }

  /** Manifests that were imported as files are looked for by the version that they are of. */
  private static Collateral.Item forVerifier(CollateralItem item) {
    if (item.kind() == Collateral.Kind.NVIDIA_RIM) {
      try {
        String version = Rim.parse(item.raw()).version().toLowerCase(Locale.ROOT);
        return item.as(item.kind(), Rim.BY_VERSION + version).forVerifier();
      } catch (AttestException unreadable) {
        // An oracle cannot read it either, and says which one is missing.
      }
    }
    return item.forVerifier();
  }
}
