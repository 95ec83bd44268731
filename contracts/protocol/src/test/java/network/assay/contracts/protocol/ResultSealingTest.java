package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class ResultSealingTest {
  private final Bytes32 secret = ResultSealing.newSecret(new SecureRandom());
  private final Bytes32 spec = Keccak.hashUtf8("spec");
  private final byte[] plain = "the result".getBytes(StandardCharsets.UTF_8);

  @Test
  void opensForItsKeyJobAndSpecificationOnly() {
    byte[] blob = ResultSealing.seal(ResultSealing.publicKey(secret), 5, spec, plain);
    assertThat(ResultSealing.open(secret, 5, spec, blob)).isEqualTo(plain);
    assertThatThrownBy(() -> ResultSealing.open(secret, 6, spec, blob))
        .hasMessageContaining("UNSEALING_FAILED");
    assertThatThrownBy(() -> ResultSealing.open(secret, 5, Bytes32.ZERO, blob))
        .hasMessageContaining("UNSEALING_FAILED");
    blob[40] ^= 1;
    assertThatThrownBy(() -> ResultSealing.open(secret, 5, spec, blob))
        .hasMessageContaining("UNSEALING_FAILED");
  }

  @Test
  void refusesAnUnusableKeyByName() {
    assertThatThrownBy(() -> ResultSealing.seal(Bytes32.ZERO, 5, spec, plain))
        .hasMessageContaining("SEALING_FAILED");
  }
}
