package network.assay.contracts.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.bindings.DeviceRegistry;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.DeploymentStep;
import network.assay.contracts.client.assay.DeploymentSteps;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.service.ConfigProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** With the real compiler: what a block explorer would do with the file. */
class VerificationInputsTest {
  private static final Path CONTRACTS = Path.of("..").toAbsolutePath().normalize();
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @TempDir Path folder;

  private static Deployment.Contract registry(String code) {
    Bytes32 hash = Keccak.hash(Hex.decode(code, 1 << 17));
    return new Deployment.Contract(
        Address.fromHex("0x" + "12".repeat(20)), Keccak.hashUtf8("runtime"), hash, "0x", List.of());
  }

  private static String binary() {
    String code = DeviceRegistry.BINARY;
    return code.startsWith("0x") ? code : "0x" + code;
  }

  @Test
  void theCompilerMakesTheDeployedBytecodeOfIt() throws Exception {
    String input = new VerificationInputs(CONTRACTS).input("DeviceRegistry", registry(binary()));
    JsonNode output = compile(input);
    String code =
        output
            .path("contracts")
            .path("src/device/DeviceRegistry.sol")
            .path("DeviceRegistry")
            .path("evm")
            .path("bytecode")
            .path("object")
            .asString();
    assertThat("0x" + code).isEqualTo(binary());
  }

  private JsonNode compile(String input) throws IOException, InterruptedException {
    Path in = Files.writeString(folder.resolve("in.json"), input);
    Path out = folder.resolve("out.json");
    Process solc =
        new ProcessBuilder(List.of("node", CONTRACTS.resolve("solc").toString(), "--standard-json"))
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(solc.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return MAPPER.readTree(Files.readString(out, StandardCharsets.UTF_8));
  }

  @Test
  void everyContractOfADeploymentHasItsInput() throws IOException {
    Address deployer = Address.fromHex("0x" + "12".repeat(20));
    DeploymentPlan plan =
        new DeploymentPlan(
            Optional.empty(),
            deployer,
            Address.ZERO,
            Address.ZERO,
            Collections.nCopies(4, deployer),
            Collections.nCopies(4, Bytes32.ZERO),
            1,
            MarketParams.development());
    for (DeploymentStep step : DeploymentSteps.of(deployer, plan).list()) {
      Deployment.Contract deployed =
          new Deployment.Contract(
              step.address(),
              Keccak.hashUtf8("runtime"),
              step.initCodeHash(),
              step.constructorArguments(),
              step.arguments());
      JsonNode input =
          MAPPER.readTree(new VerificationInputs(CONTRACTS).input(step.name(), deployed));
      assertThat(input.path("sources").size()).as(step.name()).isPositive();
    }
  }

  @Test
  void anotherContractThanTheDeployedOneIsRefused() {
    assertThatThrownBy(() ->
            new VerificationInputs(CONTRACTS).input("DeviceRegistry", registry(binary() + "00")))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("is another than the deployed one");
  }

  @Test
  void aSourceThatWasChangedSinceIsRefused() throws IOException {
    Path copy = folder.resolve("contracts");
    Path artifact = Path.of("out/DeviceRegistry.sol/DeviceRegistry.json");
    Files.createDirectories(copy.resolve(artifact).getParent());
    Files.copy(CONTRACTS.resolve(artifact), copy.resolve(artifact));
    JsonNode metadata =
        MAPPER.readTree(Files.readAllBytes(copy.resolve(artifact))).path("metadata");
    for (String name : metadata.path("sources").propertyNames()) {
      Path to = copy.resolve(name);
      Files.createDirectories(to.getParent());
      Files.writeString(
          to,
          Files.readString(CONTRACTS.resolve(name)) + (name.endsWith("Registry.sol") ? "\n" : ""));
    }
    assertThatThrownBy(
            () -> new VerificationInputs(copy).input("DeviceRegistry", registry(binary())))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("was changed since it was compiled");
  }
}
