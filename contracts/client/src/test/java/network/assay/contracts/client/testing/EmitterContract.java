package network.assay.contracts.client.testing;

import java.math.BigInteger;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;

/**
 * A hand-assembled test contract: calldata is (word topic, word value). A topic other than 0 emits
 * LOG1(topic, value); topic 0 reverts with {@code Refused(uint256 value)}.
 */
public final class EmitterContract {
  public static final String ERROR = "Refused(uint256)";

  private EmitterContract() {}

  public static String initCode() {
    String selector = Keccak.hashUtf8(ERROR).hex().substring(2, 10);
    String runtime =
        "5f3580601a5763" + selector + "60e01b5f5260203560045260245ffd" + "5b6020355f5260205fa100";
    String copyAndReturn = "602580" + "60095f395ff3";
    return "0x" + copyAndReturn + runtime;
  }

  /**
   * Another one: calldata is one word, the number of logs LOG1(topic 7, index) to emit, counting
   * down to 1.
   *
   * <p>Runtime: calldataload(0); loop: dup1, iszero → stop; dup1 → mstore(0); log1(0, 32, 7);
   * subtract 1.
   */
  public static String loopInitCode() {
    String runtime = "5f35" + "5b8015601857" + "805f52600760205fa1" + "600190036002565b00";
    return "0x601a8060095f395ff3" + runtime;
  }

  public static String emit(long topic, long value) {
    return Hex.encode(
        Bytes.start().u256(BigInteger.valueOf(topic)).u256(BigInteger.valueOf(value)).toArray());
  }

  public static String revert(long value) {
    return emit(0, value);
  }
}
