package network.assay.testchain.devnet;

import java.net.URI;
import java.nio.file.Path;
import network.assay.contracts.protocol.Address;

/**
 * A chain of our own on loopback, for development only. Blocks come every second; nothing here can
 * jump in time, so that what works on Anvil works on Besu.
 */
public interface TestChain extends AutoCloseable {
  /** Which software runs the chain. */
  enum Kind {
    ANVIL,
    BESU;

    public static Kind parse(String text) {
      return switch (text) {
        case "anvil" -> ANVIL;
        case "besu" -> BESU;
        default -> throw new DevnetException("unknown chain '" + text + "': use anvil or besu");
      };
    }
  }

  long CHAIN_ID = 31337;

  Kind kind();

  /** JSON-RPC over HTTP. */
  URI rpc();

  /** What runs, with its version, for the report. */
  String version();

  long pid();

  /** Ends the chain's process and waits for it. Data stays in its folder. */
  @Override
  void close();

  /**
   * Starts a chain whose only money is {@code funder}'s.
   *
   * @param folder for data and logs
   */
  static TestChain start(Kind kind, Path folder, Address funder) {
    return switch (kind) {
      case ANVIL -> AnvilChain.start(folder, funder);
      case BESU -> BesuChain.start(folder, funder);
    };
  }

  /** An Anvil that mines each transaction at once and asks for no signatures, for measuring gas. */
  static TestChain startInstant(Path folder, Address funder) {
    return AnvilChain.startInstant(folder, funder);
  }
}
