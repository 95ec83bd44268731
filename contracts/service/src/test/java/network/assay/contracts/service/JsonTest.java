package network.assay.contracts.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  record Thing(Address address, Bytes32 hash, BigInteger amount, Optional<String> note) {}

  private static final Thing THING =
      new Thing(Address.ZERO, Bytes32.ZERO, BigInteger.TWO.pow(96), Optional.empty());

  @Test
  void valuesAreWrittenCanonicallyAndReadBack() {
    String text = Json.write(THING);
    assertThat(text)
        .contains("\"amount\":\"79228162514264337593543950336\"")
        .contains("\"address\":\"0x0000000000000000000000000000000000000000\"");
    assertThat(Json.read(text, Thing.class, "the thing")).isEqualTo(THING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{}",
        "{\"address\":null}",
        "{\"amount\":1,\"address\":\"0x0000000000000000000000000000000000000000\"}",
        "{} {}"
      })
  void anythingElseIsRefusedInASentence(String text) {
    assertThatThrownBy(() -> Json.read(text, Thing.class, "the thing"))
        .isInstanceOf(JsonProblem.class)
        .hasMessageStartingWith("the thing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "+1", "01", "1.0", "1e3", " 1", "", "0x1"})
  void anAmountIsADecimalString(String amount) {
    String text = Json.write(THING).replace("79228162514264337593543950336", amount);
    assertThatThrownBy(() -> Json.read(text, Thing.class, "the thing"))
        .isInstanceOf(JsonProblem.class)
        .hasMessageContaining("amount");
  }

  @Test
  void depthAndSizeAreBounded() {
    assertThatThrownBy(() -> Json.read("[".repeat(1_000), Object.class, "it"))
        .hasMessageContaining("nesting depth");
    assertThatThrownBy(() -> Json.read("\"" + "x".repeat(5 << 20) + "\"", Object.class, "it"))
        .isInstanceOf(JsonProblem.class);
  }
}
