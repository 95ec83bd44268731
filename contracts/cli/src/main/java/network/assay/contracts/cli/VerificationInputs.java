package network.assay.contracts.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;
import tools.jackson.databind.JsonNode;

/**
 * What Sourcify and Etherscan ask for to show a contract's source: the compiler's standard JSON
 * input, one file a contract, made from forge's artifacts and the sources of this checkout. Each
 * source is compared with the hash that the compiler recorded, so that an edited checkout is
 * refused.
 *
 * <p>Source: Solidity's documentation, "Compiler Input and Output JSON Description" and "Contract
 * Metadata".
 */
final class VerificationInputs {
  private static final long FILE_BYTES_MAX = 32 << 20;

  private final Path contracts;

  /**
   * @param contracts the folder with foundry.toml, sources and out/
   */
  VerificationInputs(Path contracts) {
    this.contracts = contracts;
  }

  /** The file names written, by contract. */
  Map<String, Path> write(Deployment deployment, Path folder) {
    Map<String, Path> written = new LinkedHashMap<>();
    for (Map.Entry<String, Deployment.Contract> each : deployment.contracts().entrySet()) {
      String name = each.getKey();
      Path file = folder.resolve(name + ".standard.json");
      DurableFile.write(file, input(name, each.getValue()).getBytes(StandardCharsets.UTF_8));
      written.put(name, file);
    }
    return written;
  }

  /** The standard JSON input of one contract. */
  String input(String name, Deployment.Contract deployed) {
    JsonNode artifact =
        read(contracts.resolve("out").resolve(name + ".sol").resolve(name + ".json"));
    requireSameCode(name, artifact, deployed);
    JsonNode metadata = artifact.path("metadata");
    Map<String, Object> sources = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> source : metadata.path("sources").properties()) {
      sources.put(source.getKey(), Map.of("content", source(source.getKey(), source.getValue())));
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> setting : metadata.path("settings").properties()) {
      if (!setting.getKey().equals("compilationTarget")) {
        settings.put(setting.getKey(), setting.getValue());
      }
    }
    List<String> wanted =
        List.of("abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata");
    settings.put("outputSelection", Map.of("*", Map.of("*", wanted)));
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("language", metadata.path("language").asString());
    input.put("sources", sources);
    input.put("settings", settings);
    return Json.write(input);
  }

  /** The artifact on disk must be what was deployed, or the sources beside it prove nothing. */
  private static void requireSameCode(
      String name, JsonNode artifact, Deployment.Contract deployed) {
    String code = artifact.path("bytecode").path("object").asString();
    String arguments = deployed.constructorArguments().substring(2);
    Bytes32 hash = Keccak.hash(Hex.decode(code + arguments, 1 << 17));
    if (!hash.equals(deployed.initCodeHash())) {
      throw new ConfigProblem(
          "the "
              + name
              + " in contracts/out is another than the deployed one: build the sources it was deployed from");
    }
  }

  private String source(String path, JsonNode recorded) {
    try {
      Path file = contracts.resolve(path).normalize();
      if (!file.startsWith(contracts.normalize())) {
        throw new ConfigProblem("the artifact names a source outside of contracts/: " + path);
      }
      String text = Files.readString(file);
      String got = Keccak.hashUtf8(text).hex();
      String want = recorded.path("keccak256").asString();
      if (!got.equals(want)) {
        throw new ConfigProblem(
            "contracts/"
                + path
                + " was changed since it was compiled: want the hash "
                + want
                + ", got "
                + got);
      }
      return text;
    } catch (IOException e) {
      throw new ConfigProblem(
          "cannot read the source contracts/" + path + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new ConfigProblem("want an artifact of at most 32 MiB, got " + file);
      }
      return tools.jackson.databind.json.JsonMapper.builder()
          .build()
          .readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ConfigProblem(
          "no artifact "
              + file
              + ": build the contracts first (./assay test, or npm run build in contracts/)",
          e);
    }
  }
}
