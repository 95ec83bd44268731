package network.assay.oracle.node.store;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.oracle.report.Durable;
import network.assay.oracle.report.DurableCodec;
import network.assay.oracle.report.Effect;

/**
 * What this node said and decided in each epoch; written before it is said. Steps of the caller's
 * transaction.
 */
public final class CommitteeStore {
  private static final String VOTE = "VOTE";

  /** A decided height. */
  public record StoredDecision(long epoch, long seq, byte[] message, boolean reported) {}

  private CommitteeStore() {}

  public static void append(Connection tx, long epoch, Durable record) {
    record Key(long seq, String kind) {}
    Key key =
        switch (record) {
          case Durable.Observed o -> new Key(0, "OBSERVED");
          case Durable.Voted v -> new Key(seq(v), VOTE);
          case Durable.Locked l -> new Key(l.certificate().outcome().seq(), VOTE);
          case Durable.Decided d -> new Key(d.decision().seq(), "DECIDED");
        };
    Sql.update(
        tx,
        "INSERT INTO committee_record(epoch, seq, kind, bytes) VALUES(?,?,?,?)",
        epoch,
        key.seq(),
        key.kind(),
        DurableCodec.encode(record));
    if (record instanceof Durable.Decided) {
      // A later certificate binds everybody: votes of heights below it can contradict nothing any
      // more.
      Sql.update(
          tx,
          "DELETE FROM committee_record WHERE epoch=? AND kind=? AND seq<=?",
          epoch,
          VOTE,
          key.seq());
    }
  }

  private static long seq(Durable.Voted voted) {
    List<?> fields = List.of(voted.vote().body().values());
    return (long) fields.get(1);
  }

  /** Everything appended for the epoch, in order. */
  public static List<Durable> records(Connection tx, long epoch) {
    return Sql.list(
        tx,
        row -> DurableCodec.decode(row.getBytes(1)),
        "SELECT bytes FROM committee_record WHERE epoch=? ORDER BY ord",
        epoch);
  }

  /** Epochs in which this node said or decided anything. */
  public static List<Long> epochs(Connection tx) {
    return new ArrayList<>(
        Sql.list(
            tx,
            row -> row.getLong(1),
            "SELECT DISTINCT epoch FROM committee_record ORDER BY epoch"));
  }

  /**
   * The digest that owns (epoch, seq) from now on: the given one, or the one that was here before.
   */
  public static Bytes32 claim(Connection tx, long epoch, long seq, Bytes32 digest) {
    Sql.update(tx, "INSERT OR IGNORE INTO report_claim VALUES(?,?,?)", epoch, seq, digest);
    return Sql.one(
            tx,
            row -> Bytes32.of(row.getBytes(1)),
            "SELECT digest FROM report_claim WHERE epoch=? AND seq=?",
            epoch,
            seq)
        .orElseThrow();
  }

  public static void putDecision(Connection tx, long epoch, long seq, byte[] message) {
    Sql.update(tx, "INSERT OR IGNORE INTO decision VALUES(?,?,?,0)", epoch, seq, message);
  }

  public static Optional<StoredDecision> decision(Connection tx, long epoch, long seq) {
    return Sql.one(
        tx,
        row -> new StoredDecision(epoch, seq, row.getBytes(1), row.getInt(2) == 1),
        "SELECT message, reported FROM decision WHERE epoch=? AND seq=?",
        epoch,
        seq);
  }

  public static void markReported(Connection tx, long epoch, long seq) {
    Sql.update(tx, "UPDATE decision SET reported=1 WHERE epoch=? AND seq=?", epoch, seq);
  }

  public static List<Long> reportedSeqs(Connection tx, long epoch) {
    return Sql.list(
        tx, row -> row.getLong(1), "SELECT seq FROM decision WHERE epoch=? AND reported=1", epoch);
  }

  /** Proof against a member, kept for ever. */
  public static void putEquivocation(
      Connection tx, Address signer, Effect.Evidence evidence, long atS) {
    TypedStruct first = evidence.first().body();
    TypedStruct second = evidence.second().body();
    Signature one = evidence.first().signature();
    Signature two = evidence.second().signature();
    Sql.update(
        tx,
        "INSERT INTO equivocation(signer, kind, first_words, first_signature, second_words, second_signature, seen_at_s)"
            + " VALUES(?,?,?,?,?,?,?)",
        signer,
        evidence.kind(),
        first.words(),
        one,
        second.words(),
        two,
        atS);
  }
}
