package network.assay.testchain.devnet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import network.assay.agent.evidence.tee.simulator.TdxSimulator;
import network.assay.oracle.verify.attest.job.Simulator;
import tools.jackson.databind.json.JsonMapper;

/**
 * A development network's simulated TEE: a secret of its own, the root that follows from it, and
 * the policy with which its oracles judge. Nothing outside this network believes it.
 */
final class SimulatedHardware {
  private SimulatedHardware() {}

  /** The oracles' setting; writes the files that it names. */
  static Map<String, Object> write(DevnetLayout layout) {
    Path folder = DevnetFiles.made(layout.folder().resolve("simulator"));
    Path root = folder.resolve("root.pem");
    Path policy = folder.resolve("policy.json");
    try {
      Files.writeString(root, new TdxSimulator(secret(layout)).rootPem());
      Files.write(policy, JsonMapper.shared().writeValueAsBytes(policy()));
    } catch (IOException e) {
      throw new DevnetException("cannot write " + folder, e);
    }
    return Map.of(
        "policyFile",
        policy.toAbsolutePath().toString(),
        "simulatorRootFile",
        root.toAbsolutePath().toString(),
        "simulator",
        Simulator.SENTENCE);
  }

  /** The agent's setting. */
  static Map<String, Object> tee(DevnetLayout layout) {
    var _ = secret(layout);
    return Map.of(
        "kind",
        "simulator",
        "simulatorSecretFile",
        file(layout).toAbsolutePath().toString(),
        "simulator",
        Simulator.SENTENCE);
  }

  private static Map<String, Object> policy() {
    Map<String, Object> tdx =
        Map.of(
            "tcbStatuses",
            List.of("UpToDate"),
            "reportDataRequired",
            true,
            "accept",
            List.of(Map.of("name", "the simulator", "mrtd", TdxSimulator.MRTD)));
    return Map.of("version", 1, "name", "simulated hardware", "families", Map.of("tdx", tdx));
  }

  private static Path file(DevnetLayout layout) {
    return DevnetFiles.made(layout.folder().resolve("keys")).resolve("simulator.secret");
  }

  private static byte[] secret(DevnetLayout layout) {
    Path file = file(layout);
    try {
      if (!Files.exists(file)) {
        byte[] fresh = new byte[32];
        new SecureRandom().nextBytes(fresh);
        Files.write(file, HexFormat.of().formatHex(fresh).getBytes(UTF_8));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DevnetException("cannot keep " + file, e);
    }
  }
}
