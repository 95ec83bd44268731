package network.assay.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.service.ConfigProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int assay(String... args) {
    return AgentCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private Path initialised() throws Exception {
    Path home = folder.resolve("home");
    assertThat(assay("agent", "init", "--folder", home.toString())).isZero();
    Address any = Address.fromHex("0x" + "33".repeat(20));
    Deployment deployment =
        new Deployment(31337, 1, any, "Token", "1", any, any, any, any, any, any);
    Files.write(home.resolve("deployment.json"), deployment.toJson());
    return home.resolve("agent.json");
  }

  @Test
  void initMakesTwoKeysAndAConfigurationThatLoads() throws Exception {
    Path file = initialised();
    AgentConfig config = AgentSettings.load(file, Map.of());
    assertThat(config.deviceKey().address()).isNotEqualTo(config.providerKey().address());
    assertThat(out.toString())
        .contains(config.deviceKey().address().hex(), config.providerKey().address().hex());
    assertThat(config.offer().deviceClass()).isEqualTo(Keccak.hashUtf8("cpu/x86-64"));
    assertThat(config.dataDir()).isEqualTo(file.toAbsolutePath().getParent().resolve("data"));
  }

  @Test
  void initNeverOverwritesAConfiguration() throws Exception {
    Path file = initialised();
    assertThat(assay("agent", "init", "--folder", file.getParent().toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("want a folder without an agent.json")
        .doesNotContain("\tat ");
  }

  @Test
  void aSettingThatNobodyKnowsStopsTheStart() throws Exception {
    Path file = initialised();
    Files.writeString(
        file, Files.readString(file).replace("\"healthPort\"", "\"port\": 1, \"healthPort\""));
    assertThat(assay("agent", "up", "--config", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("unknown member 'port'").doesNotContain("\tat ");
  }

  @Test
  void anUnknownModelStopsTheStart() throws Exception {
    Path file = initialised();
    Files.writeString(file, Files.readString(file).replace("all-MiniLM-L6-v2", "a-larger-model"));
    assertThatThrownBy(() -> AgentSettings.load(file, Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("got a-larger-model");
  }

  @Test
  void aChainThatIsNotThereIsSaidInASentence() throws Exception {
    Path file = initialised();
    Files.writeString(file, Files.readString(file).replace("127.0.0.1:8545", "127.0.0.1:1"));
    assertThat(assay("agent", "up", "--config", file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("assay agent: ")
        .contains("127.0.0.1:1")
        .doesNotContain("\tat ");
  }

  @Test
  void statusOfNoAgentIsSaidInASentence() {
    assertThat(assay("agent", "status", "--port", "1")).isEqualTo(1);
    assertThat(err.toString()).startsWith("assay agent: no agent answers on loopback port 1");
  }
}
