package network.assay.oracle.verify.attest.job;

/**
 * The terms on which a simulated device may be used or believed. Its root is in no production
 * anchor; and whoever wants it must say so, whole, on a chain that holds no money.
 */
public final class Simulator {
  /** The only value that switches it on: nobody types it by accident. */
  public static final String SENTENCE =
      "I run a development network and accept evidence that proves nothing";

  /** Development chains of this project and of Anvil and Hardhat. */
  private static final long DEVELOPMENT_CHAIN = 31_337;

  private Simulator() {}

  /**
   * Refuses everything but the whole sentence on a development chain.
   *
   * @param given what the configuration says
   * @throws IllegalArgumentException in one sentence, with got and want
   */
  public static void require(String given, long chainId) {
    if (!given.equals(SENTENCE)) {
      throw new IllegalArgumentException(
          "a simulated TEE proves nothing: want simulator = \""
              + SENTENCE
              + "\", got \""
              + given
              + "\"");
    }
    if (chainId != DEVELOPMENT_CHAIN) {
      throw new IllegalArgumentException(
          "a simulated TEE proves nothing: want it on chain "
              + DEVELOPMENT_CHAIN
              + " only, got chain "
              + chainId);
    }
  }
}
