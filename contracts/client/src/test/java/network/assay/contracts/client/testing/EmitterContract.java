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

  public static String emit(long topic, long value) {
    return Hex.encode(
        Bytes.start().u256(BigInteger.valueOf(topic)).u256(BigInteger.valueOf(value)).toArray());
  }

  public static String revert(long value) {
    return emit(0, value);
  }
}
