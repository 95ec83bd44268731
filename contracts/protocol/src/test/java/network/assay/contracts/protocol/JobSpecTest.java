package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobSpecTest {
  private static final JobSpec SPEC =
      new JobSpec(1, "embeddings", Keccak.hashUtf8("m"), "fp32", Keccak.hashUtf8("i"), 10, 1000);

  @Test
  void comesBackFromItsBytes() {
    assertThat(JobSpec.parse(SPEC.toBytes())).isEqualTo(SPEC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "1",
        "{}",
        "{\"version\":1}",
        "{\"version\":null}",
        "not json",
        "{\"version\":1e99}",
      })
  void refusesWhatIsNoSpecification(String text) {
    assertThatThrownBy(() -> JobSpec.parse(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("MALFORMED_SPEC");
  }

  @Test
  void refusesUnknownRepeatedAndTrailing() {
    String text = new String(SPEC.toBytes(), StandardCharsets.UTF_8);
    for (String bad :
        new String[] {
          text.replace("{", "{\"extra\":1,"),
          text.replace("{", "{\"version\":1,"),
          text + "{}",
          text.replace("\"version\":1", "\"version\":\"x\""),
        }) {
      assertThatThrownBy(() -> JobSpec.parse(bad.getBytes(StandardCharsets.UTF_8)))
          .as(bad)
          .hasMessageContaining("MALFORMED_SPEC");
    }
  }

  @Test
  void refusesValuesOutOfBounds() {
    String text = new String(SPEC.toBytes(), StandardCharsets.UTF_8);
    for (String bad :
        new String[] {
          text.replace("\"version\":1", "\"version\":2"),
          text.replace("embeddings", "mining"),
          text.replace("fp32", "int8"),
          text.replace("\"inputBytes\":10", "\"inputBytes\":0"),
          text.replace("\"resultBytesMax\":1000", "\"resultBytesMax\":1000000000"),
        }) {
      assertThatThrownBy(() -> JobSpec.parse(bad.getBytes(StandardCharsets.UTF_8)))
          .as(bad)
          .hasMessageContaining("INVALID_SPEC");
    }
    assertThatThrownBy(() -> JobSpec.parse(new byte[1 << 20])).hasMessageContaining("TOO_LONG");
  }
}
