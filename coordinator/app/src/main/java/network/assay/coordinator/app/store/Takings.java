package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.query;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.match.HardwareAsk;

/** Orders that are taken, with everything that belongs to the taking: all of it or nothing. */
public final class Takings {
  private Takings() {}

  /**
   * One order.
   *
   * @param offer chosen for its first attempt
   * @param note for the time line
   * @param open the transaction that is owed from now on
   * @param hardware what later attempts ask for, too
   * @param openAfter for which {@link Outbox#replace} may still change it; zero: not at all
   */
  public record Taking(
      Job job,
      byte[] input,
      Offers.Standing offer,
      Notes.Note note,
      Outbox.Entry open,
      Duration openAfter,
      HardwareAsk hardware) {
    /** One whose transaction goes as it is, and that asks nothing of the hardware. */
    public Taking(
        Job job, byte[] input, Offers.Standing offer, Notes.Note note, Outbox.Entry open) {
      this(job, input, offer, note, open, Duration.ZERO, HardwareAsk.ANY);
    }
  }

  /** Writes several; answers for each whether it was new. */
  public static List<Boolean> put(Connection tx, List<Taking> all) throws SQLException {
    Set<Bytes32> fresh = new HashSet<>(jobs(tx, all));
    List<Boolean> answers = new ArrayList<>();
    List<Taking> taken = new ArrayList<>();
    for (Taking taking : all) {
      boolean isFresh = fresh.remove(taking.job().orderHash()); // the same may come twice at once
      answers.add(isFresh);
      if (isFresh) {
        taken.add(taking);
      }
    }
    if (!taken.isEmpty()) {
      inputs(tx, taken);
      attempts(tx, taken);
      offers(tx, taken);
      notes(tx, taken);
      outbox(tx, taken);
    }
    return answers;
  }

  private static List<Bytes32> jobs(Connection tx, List<Taking> all) throws SQLException {
    return query(
        tx,
        row -> Bytes32.of(row.getBytes(1)),
        "INSERT INTO jobs(order_hash, consumer, order_words, spec, valid_after, valid_before,"
            + " payment_signature, attempt, created_at_ms, hardware, cards)"
            + " SELECT * FROM unnest(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
            + " RETURNING order_hash",
        bytes(tx, all, t -> t.job().orderHash().toArray()),
        bytes(tx, all, t -> t.job().order().consumer().toArray()),
        bytes(tx, all, t -> t.job().order().words()),
        bytes(tx, all, t -> t.job().spec()),
        longs(tx, all, t -> t.job().validAfter().longValueExact()),
        longs(tx, all, t -> t.job().validBefore().longValueExact()),
        bytes(tx, all, t -> t.job().payment().toArray()),
        tx.createArrayOf("int", all.stream().map(t -> t.job().attempt()).toArray()),
        longs(tx, all, t -> t.job().createdAtMs()),
        tx.createArrayOf("text", all.stream().map(t -> HardwareText.of(t.hardware())).toArray()),
        tx.createArrayOf(
            "int", all.stream().map(t -> Math.max(1, t.hardware().cards())).toArray()));
  }

  private static java.sql.Array bytes(
      Connection tx, List<Taking> all, Function<Taking, byte[]> member) throws SQLException {
    return tx.createArrayOf("bytea", all.stream().map(member).toArray(byte[][]::new));
  }

  private static java.sql.Array longs(
      Connection tx, List<Taking> all, Function<Taking, Long> member) throws SQLException {
    return tx.createArrayOf("bigint", all.stream().map(member).toArray());
  }

  @FunctionalInterface
  private interface Row {
    void bind(PreparedStatement put, Taking taking) throws SQLException;
  }

  private static void each(Connection tx, List<Taking> taken, String sql, Row row)
      throws SQLException {
    try (PreparedStatement put = tx.prepareStatement(sql)) {
      for (Taking taking : taken) {
        row.bind(put, taking);
        put.addBatch();
      }
      put.executeBatch();
    }
  }

  private static void inputs(Connection tx, List<Taking> taken) throws SQLException {
    each(
        tx,
        taken,
        "INSERT INTO inputs(order_hash, bytes) VALUES (?,?)",
        (put, t) -> {
          put.setBytes(1, t.job().orderHash().toArray());
          put.setBytes(2, t.input());
        });
  }

  private static void attempts(Connection tx, List<Taking> taken) throws SQLException {
    each(
        tx,
        taken,
        "INSERT INTO attempts(job_id, order_hash, attempt, chain_state, offer_hash, device)"
            + " VALUES (?,?,?,0,?,?) ON CONFLICT DO NOTHING",
        (put, t) -> {
          put.setLong(1, JobIds.of(t.job().orderHash(), t.job().attempt()));
          put.setBytes(2, t.job().orderHash().toArray());
          put.setInt(3, t.job().attempt());
          put.setBytes(4, t.offer().offerHash().toArray());
          put.setBytes(5, t.offer().offer().device().toArray());
        });
  }

  /** In one order everywhere, so that two coordinators never wait for each other in a circle. */
  private static void offers(Connection tx, List<Taking> taken) throws SQLException {
    List<Taking> sorted = new ArrayList<>(taken);
    sorted.sort(java.util.Comparator.comparing(t -> t.offer().offerHash().hex()));
    each(
        tx,
        sorted,
        "INSERT INTO joined_offers(offer_hash, words, signature) VALUES (?,?,?)"
            + " ON CONFLICT DO NOTHING",
        (put, t) -> {
          put.setBytes(1, t.offer().offerHash().toArray());
          put.setBytes(2, t.offer().offer().words());
          put.setBytes(3, t.offer().signature().toArray());
        });
  }

  private static void notes(Connection tx, List<Taking> taken) throws SQLException {
    each(
        tx,
        taken,
        "INSERT INTO notes(job_id, at_ms, source, phase, text) VALUES (?,?,?,?,?)",
        (put, t) -> {
          put.setLong(1, t.job().jobId());
          put.setLong(2, t.note().atMs());
          put.setString(3, t.note().source());
          put.setString(4, t.note().phase());
          put.setString(5, t.note().text());
        });
  }

  private static void outbox(Connection tx, List<Taking> taken) throws SQLException {
    each(
        tx,
        taken,
        "INSERT INTO outbox(key, kind, job_id, target, calldata, state, created_at_ms, not_before)"
            + " VALUES (?,?,?,?,?,'DUE',?,clock_timestamp() + NULLIF(?,0) * interval '1 millisecond')"
            + " ON CONFLICT DO NOTHING",
        (put, t) -> {
          put.setString(1, t.open().key());
          put.setString(2, t.open().kind().name());
          put.setLong(3, t.open().jobId());
          put.setBytes(4, t.open().call().to().toArray());
          put.setBytes(5, t.open().call().data());
          put.setLong(6, t.job().createdAtMs());
          put.setLong(7, t.openAfter().toMillis());
        });
  }
}
