package network.assay.contracts.client.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import network.assay.contracts.protocol.Hex;
import org.junit.jupiter.api.Test;

class RevertReasonsTest {
  private final RevertReasons reasons =
      new RevertReasons()
          .register("JobInState(uint64,uint8)")
          .register("Paused()")
          .register("NotOwner(address)");

  @Test
  void aCustomErrorIsNamedWithItsArguments() {
    String selector =
        network.assay.contracts.protocol.Keccak.hashUtf8("JobInState(uint64,uint8)")
            .hex()
            .substring(0, 10);
    assertThat(reasons.decode(selector + "0".repeat(62) + "2a" + "0".repeat(63) + "3").toString())
        .isEqualTo("JobInState(42, 3)");
  }

  @Test
  void solidityOwnErrorsAreKnown() {
    // cast calldata 'Error(string)' 'no' and 'Panic(uint256)' 17
    assertThat(
            reasons
                .decode(
                    "0x08c379a0"
                        + "0".repeat(62)
                        + "20"
                        + "0".repeat(63)
                        + "2"
                        + "6e6f"
                        + "0".repeat(60))
                .toString())
        .isEqualTo("Error(no)");
    assertThat(reasons.decode("0x4e487b71" + "0".repeat(62) + "11").toString())
        .isEqualTo("Panic(17)");
  }

  @Test
  void unknownAndEmptyDataAreSaidToBeThat() {
    assertThat(reasons.decode("0xdeadbeef").toString()).isEqualTo("Unknown(0xdeadbeef)");
    assertThat(reasons.decode("0x").name()).isEqualTo("None");
  }

  @Test
  void hostileDataNeverThrowsAndIsBounded() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      String data = (i % 2 == 0 ? "0x08c379a0" : "0x") + Hex.encode(bytes).substring(2);
      assertThat(reasons.decode(data).name()).as("seed " + seed).isNotEmpty();
    }
    assertThat(reasons.decode("0x08c379a0" + "f".repeat(1 << 20)).data().length())
        .isLessThan(10_000);
  }

  @Test
  void whatIsNoSignatureIsRefused() {
    assertThatThrownBy(() -> reasons.register("Paused"))
        .hasMessageContaining("want an error signature");
  }
}
