package network.assay.coordinator.app.flow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  public ChainFeed(Changed changed) {
    this.changed = changed;
  }

  /** Takes one block's events about jobs, in order; those about strangers' jobs are passed over. */
  public void onBlock(List<JobEvent> events, long atS, Connection tx) throws SQLException {
    Set<Long> jobs = new HashSet<>();
    for (JobEvent event : events) {
      if (event.name().equals("JobFunded")) {
        adopt(event, tx);
      }
      if (Jobs.attempt(tx, event.jobId()).isPresent()) {
        ChainEvents.append(tx, event, atS);
        jobs.add(event.jobId());
      }
    }
    tell(jobs, tx);
  }

  /** The market opens a later attempt of an order of ours under a new id. */
  private static void adopt(JobEvent event, Connection tx) throws SQLException {
    Bytes32 orderHash = Bytes32.fromHex(event.value("orderHash"));
    if (Jobs.find(tx, orderHash).isPresent()) {
      Jobs.insertAttempt(tx, orderHash, Integer.parseInt(event.value("attempt")));
    }
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
    Set<Address> devices = new HashSet<>();
    for (long job : jobs) {
      Jobs.attempt(tx, job).map(Attempt::device).ifPresent(devices::add);
    }
    changed.changed(Set.copyOf(jobs), Set.copyOf(devices));
  }

  /** For a look at an order as a whole. */
  public static List<Attempt> attempts(Database database, Bytes32 orderHash) {
    return database.transaction(tx -> Jobs.attempts(tx, orderHash));
  }
}
