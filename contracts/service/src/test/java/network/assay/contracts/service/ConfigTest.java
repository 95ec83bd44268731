package network.assay.contracts.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
  record Rpc(List<String> urls, long callTimeoutMs) {}

  record Settings(
      Rpc rpc, Address market, BigInteger feeMax, Optional<String> region, boolean strict) {}

  private static final String PREFIX = "ASSAY_TEST_";
  private static final String GOOD =
      """
      {
        // the endpoints, in order of preference
        "rpc": {"urls": ["http://127.0.0.1:1"], "callTimeoutMs": 500},
        "market": "0x00000000000000000000000000000000000000aa",
        "feeMax": "1000000000000000000000",
        "strict": true,
      }
      """;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("settings.json");
  }

  private Settings load(String text, Map<String, String> environment) throws IOException {
    Files.writeString(file, text);
    return Config.load(
        file, PREFIX, environment, Settings.class, Map.of("rpc.url", "use rpc.urls, a list"));
  }

  @Test
  void settingsAreReadWithTheirTypes() throws IOException {
    Settings settings = load(GOOD, Map.of("PATH", "/bin", "ASSAY_OTHER_THING", "1"));
    assertThat(settings.rpc().callTimeoutMs()).isEqualTo(500);
    assertThat(settings.feeMax()).isEqualTo(BigInteger.TEN.pow(21));
    assertThat(settings.market().hex()).endsWith("aa");
    assertThat(settings.region()).isEmpty();
  }

  @Test
  void theEnvironmentWins() throws IOException {
    Settings settings =
        load(
            GOOD,
            Map.of(
                "ASSAY_TEST_RPC__CALL_TIMEOUT_MS", "900",
                "ASSAY_TEST_RPC__URLS", "[\"http://a\",\"http://b\"]",
                "ASSAY_TEST_REGION", "eu",
                "ASSAY_TEST_FEE_MAX", "7",
                "ASSAY_TEST_STRICT", "false"));
    assertThat(settings.rpc()).isEqualTo(new Rpc(List.of("http://a", "http://b"), 900));
    assertThat(settings.region()).contains("eu");
    assertThat(settings.feeMax()).isEqualTo(7);
    assertThat(settings.strict()).isFalse();
  }

  @Test
  void anUnknownKeyStopsTheStart() {
    assertThatThrownBy(
            () -> load(GOOD.replace("\"strict\"", "\"strikt\": 1, \"strict\""), Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("unknown member 'strikt'")
        .hasMessageContaining("known here: feeMax, market, region, rpc, strict");
  }

  @Test
  void anUnknownKeyBelowStopsTheStartWithItsPath() {
    assertThatThrownBy(() ->
            load(
                GOOD.replace("\"callTimeoutMs\"", "\"callTimeout\": 1, \"callTimeoutMs\""),
                Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("at rpc.callTimeout")
        .hasMessageContaining("known here: callTimeoutMs, urls");
  }

  @Test
  void anUnknownVariableStopsTheStart() {
    assertThatThrownBy(() -> load(GOOD, Map.of("ASSAY_TEST_RPC__TIMEOUT", "3")))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("unknown member 'timeout'");
  }

  @Test
  void aRemovedKeyStopsTheStartWithAdvice() {
    assertThatThrownBy(() ->
            load(
                GOOD.replace("\"callTimeoutMs\"", "\"url\": \"http://x\", \"callTimeoutMs\""),
                Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("the setting rpc.url")
        .hasMessageContaining("was removed: use rpc.urls, a list");
  }

  @Test
  void aMissingKeyStopsTheStartByName() {
    assertThatThrownBy(() -> load(GOOD.replaceAll("\"market\".*\n", ""), Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("at market: want a value, got none");
    assertThatThrownBy(() -> load(GOOD.replaceAll("\"strict\".*\n", ""), Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("at strict: want a value, got none");
  }

  @Test
  void aRepeatedKeyStopsTheStart() {
    assertThatThrownBy(() ->
            load(GOOD.replace("\"strict\": true", "\"strict\": true, \"strict\": false"), Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("Duplicate");
  }

  @Test
  void aMoneyAmountAsANumberStopsTheStart() {
    assertThatThrownBy(() -> load(GOOD.replace("\"1000000000000000000000\"", "1e21"), Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("feeMax")
        .hasMessageContaining("want a string for BigInteger");
  }

  @Test
  void brokenJsonIsSaidWithItsLine() {
    assertThatThrownBy(() -> load("{\n\"rpc\": }", Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> load("[]", Map.of()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("want one JSON object");
  }

  @Test
  void withoutAFileTheEnvironmentMustDo() {
    assertThatThrownBy(
            () -> Config.load(folder.resolve("none.json"), PREFIX, Map.of(), Settings.class))
        .isInstanceOf(ConfigProblem.class);
  }
}
