package network.assay.oracle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.client.store.StoreException;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.oracle.node.chain.Domains;
import network.assay.oracle.node.store.CommitteeStore;
import network.assay.oracle.node.store.EvidenceStore;
import network.assay.oracle.node.store.NodeIdentity;
import network.assay.oracle.node.store.Schema;
import network.assay.oracle.report.Durable;
import network.assay.oracle.report.Signed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node promised outlives it, and cannot be promised otherwise. */
class StoreTest {
  private static final Bytes32 ONE = Keccak.hashUtf8("one");
  private static final Bytes32 TWO = Keccak.hashUtf8("two");
  private static final Secp256k1.PrivateKey KEY = Secp256k1.PrivateKey.of(ONE.toArray());

  @TempDir private Path folder;

  private SqliteStore open() {
    SqliteStore store = SqliteStore.open(folder.resolve("oracle.db"));
    store.migrate(Schema.COMPONENT, Schema.STEPS);
    return store;
  }

  @Test
  void aReportsHeightBelongsToItsFirstDigestForEver() {
    try (SqliteStore store = open()) {
      assertThat(owner(store, 1, ONE)).isEqualTo(ONE);
      assertThat(owner(store, 1, TWO)).isEqualTo(ONE);
    }
    try (SqliteStore store = open()) {
      assertThat(owner(store, 1, TWO)).isEqualTo(ONE);
      assertThat(owner(store, 2, TWO)).isEqualTo(TWO);
    }
  }

  private static Bytes32 owner(SqliteStore store, long epoch, Bytes32 digest) {
    return store.inTransaction(tx -> CommitteeStore.claim(tx, epoch, 7, digest));
  }

  @Test
  void aJobHasOneAckAndABundleOneSeed() {
    Signature signature = KEY.sign(ONE);
    try (SqliteStore store = open()) {
      Bytes32 seed = store.inTransaction(tx -> EvidenceStore.seed(tx, 3, ONE, TWO));
      Bytes32 again = store.inTransaction(tx -> EvidenceStore.seed(tx, 3, ONE, ONE));
      assertThat(again).isEqualTo(seed);
      store.inTransaction(tx -> {
        EvidenceStore.putAck(tx, 3, new EvidenceStore.StoredAck(1, ONE, signature));
        return true;
      });
      assertThatThrownBy(() ->
              store.inTransaction(tx -> {
                EvidenceStore.putAck(tx, 3, new EvidenceStore.StoredAck(1, TWO, signature));
                return true;
              }))
          .isInstanceOf(StoreException.class);
    }
    try (SqliteStore store = open()) {
      EvidenceStore.StoredAck ack =
          store.inTransaction(tx -> EvidenceStore.ack(tx, 3)).orElseThrow();
      assertThat(ack.bundleHash()).isEqualTo(ONE);
    }
  }

  @Test
  void votesComeBackInTheOrderInWhichTheyWereWritten() {
    List<Durable> votes = List.of(vote(0), vote(1), vote(2));
    try (SqliteStore store = open()) {
      store.inTransaction(tx -> {
        votes.forEach(vote -> CommitteeStore.append(tx, 5, vote));
        return true;
      });
    }
    try (SqliteStore store = open()) {
      List<Durable> kept = store.inTransaction(tx -> CommitteeStore.records(tx, 5));
      assertThat(kept).isEqualTo(votes);
      List<Durable> others = store.inTransaction(tx -> CommitteeStore.records(tx, 6));
      assertThat(others).isEmpty();
      List<Long> epochs = store.inTransaction(CommitteeStore::epochs);
      assertThat(epochs).containsExactly(5L);
    }
  }

  private static Durable vote(long round) {
    Prepare prepare = new Prepare(5, 1, round, ONE);
    return new Durable.Voted(new Signed<>(prepare, KEY.sign(prepare.structHash())));
  }

  @Test
  void aFileServesOneOracleOnOneChain() {
    Address contract = KEY.address();
    Domains here = new Domains(1, contract, contract, contract);
    Domains elsewhere = new Domains(2, contract, contract, contract);
    try (SqliteStore store = open()) {
      claim(store, KEY.address(), here);
      claim(store, KEY.address(), here);
      assertThatThrownBy(() -> claim(store, KEY.address(), elsewhere))
          .hasMessageContaining("another oracle");
      assertThatThrownBy(() -> claim(store, Address.ZERO, here))
          .hasMessageContaining("another oracle");
    }
  }

  private static void claim(SqliteStore store, Address oracle, Domains domains) {
    store.inTransaction(tx -> {
      NodeIdentity.claim(tx, oracle, domains);
      return true;
    });
  }
}
