package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import tools.jackson.databind.json.JsonMapper;

/** Whom to tell what happens to an order, and what is still to be told. */
public final class Webhooks {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Webhooks() {}

  /** Keeps where an order's events go; a later one takes the earlier one's place. */
  public static void put(Connection tx, Bytes32 orderHash, String url, byte[] secret)
      throws SQLException {
    update(
        tx,
        "INSERT INTO webhooks(order_hash, url, secret) VALUES (?,?,?) ON CONFLICT (order_hash)"
            + " DO UPDATE SET url=excluded.url, secret=excluded.secret",
        orderHash,
        url,
        secret);
  }

  /** Owes a message for each event of an order that somebody wants to hear of. */
  static void owe(Connection tx, List<JobEvent> events, long atS) throws SQLException {
    Set<Long> named = events.stream().map(JobEvent::jobId).collect(Collectors.toSet());
    Map<Long, byte[]> wanted = new LinkedHashMap<>();
    query(
            tx,
            row -> Map.entry(row.getLong(1), row.getBytes(2)),
            "SELECT a.job_id, a.order_hash FROM attempts a JOIN webhooks w USING (order_hash)"
                + " WHERE a.job_id=ANY(?)",
            tx.createArrayOf("bigint", named.toArray()))
        .forEach(entry -> wanted.put(entry.getKey(), entry.getValue()));
    for (JobEvent event : events) {
      byte[] orderHash = wanted.get(event.jobId());
      if (orderHash != null) {
        update(
            tx,
            "INSERT INTO deliveries(order_hash, body) VALUES (?,?)",
            orderHash,
            body(event, Bytes32.of(orderHash), atS));
      }
    }
  }

  private static String body(JobEvent event, Bytes32 orderHash, long atS) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("orderHash", orderHash.hex());
    data.put("jobId", JobIds.text(event.jobId()));
    data.put("event", event.name());
    data.put("block", event.block());
    data.put("transaction", event.txHash());
    data.put("values", event.values());
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("type", type(event.name()));
    out.put("timestamp", java.time.Instant.ofEpochSecond(atS).toString());
    out.put("data", data);
    return JSON.writeValueAsString(out);
  }

  /** JobFunded becomes job.funded, WorkCommitted work.committed. */
  private static String type(String event) {
    return event.replaceAll("(?<!^)([A-Z])", ".$1").toLowerCase(Locale.ROOT);
  }

  /** One message to be sent. */
  public record Delivery(
      long id, Bytes32 orderHash, String url, byte[] secret, String body, int tries) {}

  /**
   * Claims what is due for as long as {@code term}; if we die, another sends it after that.
   *
   * @return with {@code tries} counting this one
   */
  public static List<Delivery> claim(Connection tx, Duration term, int max) throws SQLException {
    return query(
        tx,
        row ->
            new Delivery(
                row.getLong(1),
                Bytes32.of(row.getBytes(2)),
                row.getString(3),
                row.getBytes(4),
                row.getString(5),
                row.getInt(6)),
        "WITH due AS MATERIALIZED (SELECT id AS i FROM deliveries WHERE state='DUE'"
            + " AND next_at<=clock_timestamp() ORDER BY next_at LIMIT ? FOR UPDATE SKIP LOCKED)"
            + " UPDATE deliveries d SET tries=tries+1,"
            + " next_at=clock_timestamp() + ? * interval '1 millisecond'"
            + " FROM due, webhooks w WHERE d.id=due.i AND w.order_hash=d.order_hash"
            + " RETURNING d.id, d.order_hash, w.url, w.secret, d.body, d.tries",
        max,
        term.toMillis());
  }

  /** It was taken. */
  public static void done(Connection tx, long id, String answer) throws SQLException {
    update(tx, "UPDATE deliveries SET state='DONE', answer=? WHERE id=?", answer, id);
  }

  /** It was not taken: again after a while. */
  public static void again(Connection tx, long id, Duration after, String answer)
      throws SQLException {
    update(
        tx,
        "UPDATE deliveries SET next_at=clock_timestamp() + ? * interval '1 millisecond', answer=?"
            + " WHERE id=? AND state='DUE'",
        after.toMillis(),
        answer,
        id);
  }

  /** It never will be taken. */
  public static void giveUp(Connection tx, long id, String answer) throws SQLException {
    update(
        tx,
        "UPDATE deliveries SET state='GIVEN_UP', answer=? WHERE id=? AND state='DUE'",
        answer,
        id);
  }
}
