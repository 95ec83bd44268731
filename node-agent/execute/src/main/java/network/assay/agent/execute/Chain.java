package network.assay.agent.execute;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Fail;
import network.assay.contracts.protocol.WorkCommit;

/**
 * The contracts, for one job. Sending methods return when the transaction was mined with success;
 * sending again what was mined already is an error of the contract and harmless.
 *
 * <p>Assumptions. Safety: the endpoint tells the truth about a job's state. Liveness: transactions
 * are mined before a deadline's margin.
 */
public interface Chain {

  /** The latest block's timestamp, Unix seconds. */
  long chainTimeS() throws PortException;

  /** The job as it stands at the latest block. */
  ChainFacts facts(Ticket ticket) throws PortException;

  Committee committee(long epoch) throws PortException;

  /**
   * Sum of the prices that the device's offers were joined for, token base units; it never falls.
   * An offer's volumeMax is a ceiling on it.
   */
  BigInteger volumeOf(Address device) throws PortException;

  void accept(Ticket ticket, Signed<Accept> accept) throws PortException, InterruptedException;

  void postCommit(Ticket ticket, Signed<WorkCommit> commit)
      throws PortException, InterruptedException;

  void fail(Ticket ticket, Signed<Fail> fail) throws PortException, InterruptedException;

  /** Moves what the provider can claim to his credit; nothing to claim is no error. */
  void claim() throws PortException, InterruptedException;

  /** What this provider earned; empty where this chain does not tell. */
  default Optional<Earnings> earnings() throws PortException {
    return Optional.empty();
  }

  /**
   * A provider's money, token base units.
   *
   * @param credit in the vault, to be withdrawn at any time
   * @param claimable settled, its challenge windows over, not yet moved to the credit
   * @param pending settled, waiting for its challenge windows
   */
  record Earnings(BigInteger credit, BigInteger claimable, BigInteger pending) {}
}
