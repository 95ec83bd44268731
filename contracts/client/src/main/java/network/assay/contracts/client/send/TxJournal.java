package network.assay.contracts.client.send;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.contracts.client.send.JournalEntry.Attempt;
import network.assay.contracts.client.send.JournalEntry.Mined;
import network.assay.contracts.client.send.JournalEntry.State;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.store.StoreException;
import network.assay.contracts.client.store.Transactions;
import network.assay.contracts.protocol.Address;
import org.jspecify.annotations.Nullable;

/**
 * The durable record of one key's intents on one chain. Rows are the data structure that makes
 * doubling impossible: an intent has one nonce for ever, a nonce one intent, and a signed
 * transaction is here before any node sees it.
 */
final class TxJournal {
  private static final List<String> STEPS =
      List.of(
          "CREATE TABLE tx_sender(sender TEXT PRIMARY KEY, chain_id INTEGER NOT NULL, genesis TEXT NOT NULL) STRICT",
          """
          CREATE TABLE tx_intent(
            turn INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT NOT NULL REFERENCES tx_sender(sender), id TEXT NOT NULL,
            content TEXT NOT NULL, recipient TEXT, value_wei TEXT NOT NULL, data TEXT NOT NULL, gas_asked INTEGER NOT NULL,
            state TEXT NOT NULL, nonce INTEGER, gas_limit INTEGER NOT NULL DEFAULT 0,
            mined_hash TEXT, block_number INTEGER, block_hash TEXT, succeeded INTEGER,
            reason_name TEXT, reason_args TEXT, reason_data TEXT,
            UNIQUE(sender, id), UNIQUE(sender, nonce)) STRICT\
          """,
          """
          CREATE TABLE tx_attempt(
            hash TEXT PRIMARY KEY, turn INTEGER NOT NULL REFERENCES tx_intent(turn), raw TEXT NOT NULL,
            priority_fee TEXT NOT NULL, max_fee TEXT NOT NULL, signed_at_ms INTEGER NOT NULL) STRICT\
          """,
          "CREATE INDEX tx_attempt_turn ON tx_attempt(turn)",
          "CREATE INDEX tx_intent_state ON tx_intent(sender, state)");

  private static final String ARG_SEPARATOR = "\u001f";

  private final Transactions store;

  /** For what only the one who gives nonces may write. */
  private final Transactions holder;

  private final String sender;

  /** Makes the tables in a SQLite file. */
  static void migrate(SqliteStore file) {
    file.migrate("tx_journal", STEPS);
  }

  /**
   * @throws StoreException where the journal's entries of this sender belong to another chain
   */
  TxJournal(JournalHome home, Address sender, long chainId, String genesisHash) {
    this.store = home.anybody();
    this.holder = home.holder();
    this.sender = sender.hex();
    store.inTransaction(tx -> {
      update(
          tx,
          "INSERT INTO tx_sender VALUES(?,?,?) ON CONFLICT DO NOTHING",
          this.sender,
          chainId,
          genesisHash);
      try (PreparedStatement ask =
          tx.prepareStatement("SELECT chain_id, genesis FROM tx_sender WHERE sender=?")) {
        ask.setString(1, this.sender);
        try (ResultSet row = ask.executeQuery()) {
          row.next();
          if (row.getLong(1) != chainId || !row.getString(2).equals(genesisHash)) {
            throw new StoreException(
                "the transaction journal "
                    + home.name()
                    + " of "
                    + this.sender
                    + " belongs to chain "
                    + row.getLong(1)
                    + " with genesis "
                    + row.getString(2)
                    + ", this is chain "
                    + chainId
                    + " with genesis "
                    + genesisHash
                    + ": use another journal file, or move this one away");
          }
        }
      }
      return true;
    });
  }

  /**
   * Effects: queues the intent unless its id is known. Throws {@link IntentConflict} where the id
   * is known with other content.
   */
  JournalEntry admit(TxIntent intent) {
    return store.inTransaction(tx -> {
      update(
          tx,
          "INSERT INTO tx_intent(sender,id,content,recipient,value_wei,data,gas_asked,state) VALUES(?,?,?,?,?,?,?,?)"
              + " ON CONFLICT(sender,id) DO NOTHING",
          sender,
          intent.id(),
          intent.contentHash().hex(),
          intent.to().map(Address::hex).orElse(null),
          intent.valueWei().toString(),
          intent.data(),
          intent.gasLimit(),
          State.QUEUED.name());
      JournalEntry entry = select(tx, "id=?", intent.id()).getFirst();
      if (!entry.intent().contentHash().equals(intent.contentHash())) {
        throw new IntentConflict(intent.id());
      }
      return entry;
    });
  }

  Optional<JournalEntry> find(String id) {
    return store.inTransaction(tx -> select(tx, "id=?", id)).stream().findFirst();
  }

  /** In the order of nonces, or of submission where there are none yet. */
  List<JournalEntry> inState(State state, int max) {
    return store.inTransaction(
        tx -> select(tx, "state=? ORDER BY nonce, turn LIMIT " + max, state.name()));
  }

  /** FINAL intents with a nonce at or above the account's own: the chain forgot them. */
  List<JournalEntry> finalFrom(long nonce) {
    return store.inTransaction(tx ->
        select(
            tx, "state='FINAL' AND nonce>=CAST(? AS BIGINT) ORDER BY nonce", Long.toString(nonce)));
  }

  /** The smallest nonce at or above {@code from} that no intent has. */
  long freeNonce(long from) {
    return store.inTransaction(tx -> {
      long free = from;
      for (long taken : noncesFrom(tx, from)) {
        if (taken > free) {
          break;
        }
        free = taken + 1;
      }
      return free;
    });
  }

  /** The highest nonce of an intent; empty before the first. */
  Optional<Long> highestNonce() {
    return store.inTransaction(tx -> {
      try (PreparedStatement ask =
          tx.prepareStatement("SELECT max(nonce) FROM tx_intent WHERE sender=?")) {
        ask.setString(1, sender);
        try (ResultSet row = ask.executeQuery()) {
          row.next();
          long highest = row.getLong(1);
          return row.wasNull() ? Optional.empty() : Optional.of(highest);
        }
      }
    });
  }

  private List<Long> noncesFrom(Connection tx, long from) throws SQLException {
    try (PreparedStatement ask =
        tx.prepareStatement(
            "SELECT nonce FROM tx_intent WHERE sender=? AND nonce>=? ORDER BY nonce")) {
      ask.setString(1, sender);
      ask.setLong(2, from);
      List<Long> nonces = new ArrayList<>();
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          nonces.add(rows.getLong(1));
        }
      }
      return nonces;
    }
  }

  /** QUEUED → SENT with its nonce for ever and its first signed transaction. */
  void launch(String id, long nonce, long gasLimit, Attempt attempt) {
    holder.inTransaction(tx -> {
      one(
          update(
              tx,
              "UPDATE tx_intent SET state='SENT', nonce=?, gas_limit=? WHERE sender=? AND id=? AND state='QUEUED'",
              nonce,
              gasLimit,
              sender,
              id),
          id);
      insert(tx, id, attempt);
      return true;
    });
  }

  /** Another signed transaction of the same nonce. */
  void addAttempt(String id, Attempt attempt) {
    holder.inTransaction(tx -> {
      insert(tx, id, attempt);
      return true;
    });
  }

  private void insert(Connection tx, String id, Attempt attempt) throws SQLException {
    update(
        tx,
        "INSERT INTO tx_attempt SELECT ?, turn, ?, ?, ?, ? FROM tx_intent WHERE sender=? AND id=?",
        attempt.hash(),
        attempt.raw(),
        attempt.fees().priority().toString(),
        attempt.fees().max().toString(),
        attempt.signedAtMs(),
        sender,
        id);
  }

  void mined(String id, Mined mined, @Nullable RevertReason reason) {
    holder.inTransaction(tx ->
        one(
            update(
                tx,
                "UPDATE tx_intent SET state='MINED', mined_hash=?, block_number=?, block_hash=?, succeeded=?,"
                    + " reason_name=?, reason_args=?, reason_data=? WHERE sender=? AND id=?",
                mined.hash(),
                mined.blockNumber(),
                mined.blockHash(),
                mined.succeeded() ? 1 : 0,
                reason == null ? null : reason.name(),
                reason == null ? null : String.join(ARG_SEPARATOR, reason.args()),
                reason == null ? null : reason.data(),
                sender,
                id),
            id));
  }

  /** MINED or FINAL → SENT: its block is gone. */
  void unmined(String id) {
    holder.inTransaction(tx ->
        one(
            update(
                tx,
                "UPDATE tx_intent SET state='SENT', mined_hash=NULL, block_number=NULL, block_hash=NULL, succeeded=NULL,"
                    + " reason_name=NULL, reason_args=NULL, reason_data=NULL WHERE sender=? AND id=?",
                sender,
                id),
            id));
  }

  void refused(String id, RevertReason reason) {
    holder.inTransaction(tx ->
        one(
            update(
                tx,
                "UPDATE tx_intent SET state='REFUSED', reason_name=?, reason_args=?, reason_data=?"
                    + " WHERE sender=? AND id=? AND state='QUEUED'",
                reason.name(),
                String.join(ARG_SEPARATOR, reason.args()),
                reason.data(),
                sender,
                id),
            id));
  }

  /** To FINAL or DISPLACED. */
  void close(String id, State state) {
    holder.inTransaction(tx ->
        one(
            update(
                tx,
                "UPDATE tx_intent SET state=? WHERE sender=? AND id=?",
                state.name(),
                sender,
                id),
            id));
  }

  private static boolean one(int rows, String id) {
    if (rows != 1) {
      throw new StoreException(
          "want one journal row of " + id + " in the expected state, got " + rows);
    }
    return true;
  }

  private List<JournalEntry> select(Connection tx, String condition, String value)
      throws SQLException {
    try (PreparedStatement ask =
        tx.prepareStatement("SELECT * FROM tx_intent WHERE sender=? AND " + condition)) {
      ask.setString(1, sender);
      ask.setString(2, value);
      List<JournalEntry> entries = new ArrayList<>();
      try (ResultSet row = ask.executeQuery()) {
        while (row.next()) {
          entries.add(entry(tx, row));
        }
      }
      return entries;
    }
  }

  private static JournalEntry entry(Connection tx, ResultSet row) throws SQLException {
    @Nullable String to = row.getString("recipient");
    TxIntent intent =
        new TxIntent(
            row.getString("id"),
            to == null ? Optional.empty() : Optional.of(Address.fromHex(to)),
            row.getString("data"),
            new BigInteger(row.getString("value_wei")),
            row.getLong("gas_asked"));
    long nonce = row.getLong("nonce");
    @Nullable Long nonceOrNull = row.wasNull() ? null : nonce;
    return new JournalEntry(
        intent,
        State.valueOf(row.getString("state")),
        nonceOrNull,
        row.getLong("gas_limit"),
        attempts(tx, row.getLong("turn")),
        minedOf(row),
        reasonOf(row));
  }

  private static @Nullable Mined minedOf(ResultSet row) throws SQLException {
    @Nullable String hash = row.getString("mined_hash");
    return hash == null
        ? null
        : new Mined(
            hash,
            row.getLong("block_number"),
            row.getString("block_hash"),
            row.getInt("succeeded") == 1);
  }

  private static @Nullable RevertReason reasonOf(ResultSet row) throws SQLException {
    @Nullable String name = row.getString("reason_name");
    if (name == null) {
      return null;
    }
    String args = row.getString("reason_args");
    return new RevertReason(
        name,
        args.isEmpty() ? List.of() : List.of(args.split(ARG_SEPARATOR, -1)),
        row.getString("reason_data"));
  }

  private static List<Attempt> attempts(Connection tx, long turn) throws SQLException {
    try (PreparedStatement ask =
        tx.prepareStatement(
            "SELECT hash, raw, priority_fee, max_fee, signed_at_ms FROM tx_attempt WHERE turn=? ORDER BY length(max_fee), max_fee")) {
      ask.setLong(1, turn);
      List<Attempt> attempts = new ArrayList<>();
      try (ResultSet row = ask.executeQuery()) {
        while (row.next()) {
          Fees fees = new Fees(new BigInteger(row.getString(3)), new BigInteger(row.getString(4)));
          attempts.add(new Attempt(row.getString(1), row.getString(2), fees, row.getLong(5)));
        }
      }
      return attempts;
    }
  }

  private static int update(Connection tx, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = tx.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }
}
