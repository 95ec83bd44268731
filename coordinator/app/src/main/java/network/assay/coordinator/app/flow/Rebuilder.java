package network.assay.coordinator.app.flow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.coordinator.app.store.JobEvent;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Lost;
import network.assay.coordinator.app.store.Offers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up orders of ours that a lost database knew: the chain has them, in the transactions that
 * opened them. With that the keeper ends every job, paid or refunded; the agents that work on them
 * hand their results in as ever. A specification comes back when its consumer sends the order
 * again.
 */
public final class Rebuilder {
  private static final Logger LOG = LoggerFactory.getLogger(Rebuilder.class);

  private final Chain chain;

  public Rebuilder(Chain chain) {
    this.chain = chain;
  }

  /**
   * Takes an unknown order up where it is ours and old enough.
   *
   * @param all the block's events: the offer that it joined is named by another one
   * @return whether it is known now
   */
  boolean adopt(JobEvent event, List<JobEvent> all, long atS, Connection tx) throws SQLException {
    if (event.block() > Lost.rebuildTo(tx)) {
      return false;
    }
    Bytes32 orderHash = Bytes32.fromHex(event.value("orderHash"));
    if (event.jobId() != JobIds.of(orderHash, 1)) {
      return false; // a later attempt of an order that we could not take up
    }
    Optional<Bytes32> offerHash =
        all.stream()
            .filter(e -> e.jobId() == event.jobId() && e.values().containsKey("offerHash"))
            .map(e -> Bytes32.fromHex(e.value("offerHash")))
            .findFirst();
    Optional<OpenCalldata> found =
        chain
            .input(event.txHash())
            .flatMap(in ->
                OpenCalldata.parse(in, orderHash, offerHash, chain.deployment().marketDomain()))
            .filter(open -> open.order().matcher().equals(chain.self()));
    found.ifPresent(open -> LOG.info("order {} is taken up from the chain", orderHash));
    if (found.isPresent()) {
      keep(orderHash, found.get(), offerHash, atS, tx);
    }
    return found.isPresent();
  }

  private static void keep(
      Bytes32 orderHash, OpenCalldata open, Optional<Bytes32> offerHash, long atS, Connection tx)
      throws SQLException {
    Lost.adopt(
        tx,
        new Job(
            orderHash,
            open.order(),
            new byte[0],
            open.validAfter(),
            open.validBefore(),
            open.payment(),
            1,
            atS * 1_000));
    if (offerHash.isPresent() && open.offer().isPresent() && open.offerSignature().isPresent()) {
      Offers.keepJoined(tx, offerHash.get(), open.offer().get(), open.offerSignature().get());
    }
  }
}
