package network.assay.coordinator.app.store;

import static network.assay.coordinator.app.store.Database.first;
import static network.assay.coordinator.app.store.Database.query;
import static network.assay.coordinator.app.store.Database.update;

import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Signature;

/** Signed offers: the standing one of each device, and those that jobs joined. */
public final class Offers {
  private Offers() {}

  /** A standing offer; name, models and what the node says are hints. */
  public record Standing(
      Bytes32 offerHash,
      Offer offer,
      Signature signature,
      String name,
      Set<Bytes32> models,
      NodeSays says) {
    public Standing {
      models = Set.copyOf(models);
    }

    /** An offer of a node that says nothing of its hardware. */
    public Standing(
        Bytes32 offerHash, Offer offer, Signature signature, String name, Set<Bytes32> models) {
      this(offerHash, offer, signature, name, models, NodeSays.NOTHING);
    }
  }

  /** An offer and its device's signature. */
  public record Signed(Offer offer, Signature signature) {}

  private static Standing standing(ResultSet row) throws SQLException {
    Array models = row.getArray(5);
    return new Standing(
        Bytes32.of(row.getBytes(1)),
        Offer.fromWords(row.getBytes(2)),
        Signature.of(row.getBytes(3)),
        row.getString(4),
        Arrays.stream((byte[][]) models.getArray())
            .map(Bytes32::of)
            .collect(Collectors.toUnmodifiableSet()),
        HardwareText.says(row.getString(6)));
  }

  public static List<Standing> all(Connection tx) throws SQLException {
    return query(
        tx,
        Offers::standing,
        "SELECT offer_hash, words, signature, name, models, hardware FROM offers ORDER BY device");
  }

  /** The standing offer of a device. */
  public static Optional<Standing> of(Connection tx, Address device) throws SQLException {
    return first(
        tx,
        Offers::standing,
        "SELECT offer_hash, words, signature, name, models, hardware FROM offers WHERE device=?",
        device);
  }

  /**
   * Keeps the offer where its device has none with a higher nonce.
   *
   * @return false where it has
   */
  public static boolean put(Connection tx, Standing standing, long nowMs) throws SQLException {
    byte[][] models =
        standing.models().stream().sorted().map(Bytes32::toArray).toArray(byte[][]::new);
    return update(
            tx,
            "INSERT INTO offers(offer_hash, device, words, signature, name, models, nonce, expiry_s,"
                + " received_at_ms, hardware) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (device) DO UPDATE SET"
                + " offer_hash=excluded.offer_hash, words=excluded.words,"
                + " signature=excluded.signature, name=excluded.name, models=excluded.models,"
                + " nonce=excluded.nonce, expiry_s=excluded.expiry_s,"
                + " received_at_ms=excluded.received_at_ms, hardware=excluded.hardware WHERE offers.nonce<=excluded.nonce",
            standing.offerHash(),
            standing.offer().device(),
            standing.offer().words(),
            standing.signature().toArray(),
            standing.name(),
            tx.createArrayOf("bytea", models),
            new BigInteger(Long.toUnsignedString(standing.offer().nonce())),
            standing.offer().expiry(),
            nowMs,
            HardwareText.of(standing.says()))
        == 1;
  }

  /** Removes what expired before the given chain time; returns the hashes. */
  public static List<Bytes32> dropExpired(Connection tx, long nowS) throws SQLException {
    return query(
        tx,
        row -> Bytes32.of(row.getBytes(1)),
        "DELETE FROM offers WHERE expiry_s<? RETURNING offer_hash",
        nowS);
  }

  public static void drop(Connection tx, Bytes32 offerHash) throws SQLException {
    update(tx, "DELETE FROM offers WHERE offer_hash=?", offerHash);
  }

  /** Keeps an offer that a job joins for as long as the job. */
  public static void keepJoined(Connection tx, Bytes32 offerHash, Offer offer, Signature signature)
      throws SQLException {
    update(
        tx,
        "INSERT INTO joined_offers(offer_hash, words, signature) VALUES (?,?,?)"
            + " ON CONFLICT DO NOTHING",
        offerHash,
        offer.words(),
        signature.toArray());
  }

  public static Optional<Signed> joined(Connection tx, Bytes32 offerHash) throws SQLException {
    return first(
        tx,
        row -> new Signed(Offer.fromWords(row.getBytes(1)), Signature.of(row.getBytes(2))),
        "SELECT words, signature FROM joined_offers WHERE offer_hash=?",
        offerHash);
  }
}
