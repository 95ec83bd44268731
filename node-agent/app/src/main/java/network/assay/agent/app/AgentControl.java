package network.assay.agent.app;

import java.math.BigInteger;
import java.util.List;
import network.assay.contracts.protocol.Bytes32;

/** What an operator may ask a running agent to do or to show, besides its status. */
interface AgentControl {

  /** Takes no more jobs, or takes jobs again; running ones are finished in any case. */
  void drain(boolean on);

  List<OfferLine> offers();

  /**
   * An offer that stands.
   *
   * @param offerHash its EIP-712 digest
   * @param price per job, token base units
   * @param volumeMax ceiling on the device's cumulative volume
   * @param expiry chain time
   * @param nonce grows with each offer
   */
  record OfferLine(
      Bytes32 offerHash,
      Bytes32 deviceClass,
      BigInteger price,
      BigInteger volumeMax,
      int concurrentMax,
      long regions,
      List<String> grades,
      long expiry,
      long nonce) {}
}
