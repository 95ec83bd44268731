package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StopRequestTest {
  /** As viem's hashMessage and cast's hash-message of the same text. */
  @Test
  void theDigestIsThatOfAWalletsPersonalSign() {
    assertThat(StopRequest.text(Bytes32.ZERO))
        .isEqualTo("Assay: stop the order 0x" + "00".repeat(32));
    assertThat(StopRequest.digest(Bytes32.ZERO).hex())
        .isEqualTo("0x1972af143c66cb56d0f368d8d3459a49d633718b164aa2e380570b2ba19cd03f");
  }
}
