package network.assay.contracts.client.assay;

import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;

/**
 * One contract that a deployment creates, in one transaction together with its initialisation.
 *
 * @param name of the contract, as in contracts/src
 * @param maker the contract whose constructor makes it; none: a transaction of its own
 * @param salt given to the factory, which adds the deployer; unused where another makes it
 * @param address where it will be
 * @param arguments of its constructor, for people
 * @param initCode with the arguments, 0x
 * @param constructorArguments the arguments alone, ABI-encoded, 0x: what block explorers ask for
 */
public record DeploymentStep(
    String name,
    Optional<String> maker,
    Bytes32 salt,
    Address address,
    List<Argument> arguments,
    String initCode,
    String constructorArguments) {
  /** EIP-3860's word, EIP-2028's bytes, the two CREATEs and the code's 200 gas a byte. */
  private static final long GAS_BASE = 150_000;

  private static final int GAS_PER_INIT_BYTE = 230;

  /**
   * One constructor argument.
   *
   * @param unit seconds, 1/10,000, token base units …; empty where the name says it all
   * @param read the view that gives it back, "#" and the word's number where that is not its first;
   *     empty where there is none
   */
  public record Argument(String name, String value, String unit, String read) {}

  public DeploymentStep {
    arguments = List.copyOf(arguments);
  }

  public int initCodeBytes() {
    return initCode.length() / 2 - 1;
  }

  public Bytes32 initCodeHash() {
    return Keccak.hash(Hex.decode(initCode, 1 << 17));
  }

  /** Gas to offer, above what it needs: creation is paid by the byte. */
  public long gasLimit() {
    if (maker.isPresent()) {
      return 0;
    }
    return Math.min(16_000_000, 2 * GAS_BASE + (long) initCodeBytes() * GAS_PER_INIT_BYTE * 5 / 4);
  }
}
