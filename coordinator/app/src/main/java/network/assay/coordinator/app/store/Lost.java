package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.SQLException;
import network.assay.contracts.protocol.Bytes32;
import network.assay.coordinator.app.store.Jobs.Job;

/** A database that begins empty where there were jobs before: its own was lost. */
public final class Lost {
  private Lost() {}

  /**
   * Notes up to which block orders of ours are taken up from the chain: the head of the first
   * start. Later starts change nothing.
   */
  public static void begin(Connection tx, long head) throws SQLException {
    update(
        tx,
        "UPDATE served SET rebuild_to=? WHERE rebuild_to<0"
            + " AND NOT EXISTS (SELECT 1 FROM follower_block)",
        head);
  }

  /** The last block from which orders are taken up; -1 for none. */
  public static long rebuildTo(Connection tx) throws SQLException {
    return first(tx, row -> row.getLong(1), "SELECT rebuild_to FROM served").orElse(-1L);
  }

  /** Takes up an order without specification and input. */
  public static void adopt(Connection tx, Job job) throws SQLException {
    update(
        tx,
        "INSERT INTO jobs(order_hash, consumer, order_words, spec, valid_after, valid_before,"
            + " payment_signature, attempt, created_at_ms) VALUES (?,?,?,?,?,?,?,?,?)"
            + " ON CONFLICT DO NOTHING",
        job.orderHash(),
        job.order().consumer(),
        job.order().words(),
        new byte[0],
        job.validAfter().longValueExact(),
        job.validBefore().longValueExact(),
        job.payment().toArray(),
        job.attempt(),
        job.createdAtMs());
    Jobs.insertAttempt(tx, job.orderHash(), job.attempt());
  }

  /** Whether the order's specification is still missing. */
  public static boolean wantsSpec(Job job) {
    return job.spec().length == 0;
  }

  /** Gives an order back what it is about; the caller has checked both against the order. */
  public static void restore(Connection tx, Bytes32 orderHash, byte[] spec, byte[] input)
      throws SQLException {
    update(tx, "UPDATE jobs SET spec=? WHERE order_hash=? AND length(spec)=0", spec, orderHash);
    update(
        tx,
        "INSERT INTO inputs(order_hash, bytes) VALUES (?,?) ON CONFLICT DO NOTHING",
        orderHash,
        input);
  }
}
