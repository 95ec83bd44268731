package network.assay.coordinator.app.flow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.coordinator.app.store.ChainEvents;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.JobEvent;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Attempt;
import network.assay.coordinator.app.store.Results;

/**
 * Brings attempts up to date with the chain, in the same transaction as the follower's checkpoint.
 */
public final class ChainFeed {

  /** Whose attempts changed; told after the block, for those who wait. */
  @FunctionalInterface
  public interface Changed {
    void changed(Set<Long> jobs, Set<Address> devices);
  }

  private final Changed changed;
  private final Optional<Rebuilder> rebuilder;

  public ChainFeed(Changed changed) {
    this(changed, Optional.empty());
  }

  /**
   * @param rebuilder for a database that was lost
   */
  public ChainFeed(Changed changed, Optional<Rebuilder> rebuilder) {
    this.changed = changed;
    this.rebuilder = rebuilder;
  }

  /** Takes one block's events about jobs, in order; those about strangers' jobs are passed over. */
  public void onBlock(List<JobEvent> events, long atS, Connection tx) throws SQLException {
    if (events.isEmpty()) {
      return;
    }
    Set<Long> named = events.stream().map(JobEvent::jobId).collect(Collectors.toSet());
    Set<Long> ours = new HashSet<>(Jobs.known(tx, named));
    for (JobEvent event : events) {
      boolean begins = event.name().equals("JobFunded") || event.name().equals("JobOpened");
      if (begins && !ours.contains(event.jobId()) && adopt(event, events, atS, tx)) {
        ours.add(event.jobId());
      }
    }
    ChainEvents.append(
        tx, events.stream().filter(event -> ours.contains(event.jobId())).toList(), atS);
    tell(ours, tx);
  }

  /** The market opens a later attempt of an order of ours under a new id; or we forgot it. */
  private boolean adopt(JobEvent event, List<JobEvent> all, long atS, Connection tx)
      throws SQLException {
    Bytes32 orderHash = Bytes32.fromHex(event.value("orderHash"));
    if (Jobs.find(tx, orderHash).isPresent()) {
      if (event.name().equals("JobFunded")) {
        Jobs.insertAttempt(tx, orderHash, Integer.parseInt(event.value("attempt")));
      }
      return event.name().equals("JobFunded");
    }
    return rebuilder.isPresent() && rebuilder.get().adopt(event, all, atS, tx);
  }

  /** The chain dropped the blocks above. */
  public void onRollback(long toBlock, Connection tx) throws SQLException {
    Set<Long> jobs = new HashSet<>(ChainEvents.dropAbove(tx, toBlock));
    for (long job : jobs) {
      Results.dropReceipt(tx, job);
    }
    tell(jobs, tx);
  }

  private void tell(Set<Long> jobs, Connection tx) throws SQLException {
    if (jobs.isEmpty()) {
      return;
    }
    changed.changed(Set.copyOf(jobs), Jobs.devices(tx, jobs));
  }

  /** For a look at an order as a whole. */
  public static List<Attempt> attempts(Database database, Bytes32 orderHash) {
    return database.transaction(tx -> Jobs.attempts(tx, orderHash));
  }
}
