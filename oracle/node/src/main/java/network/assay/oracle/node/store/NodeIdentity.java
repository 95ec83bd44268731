package network.assay.oracle.node.store;

import java.sql.Connection;
import network.assay.contracts.client.store.StoreException;
import network.assay.contracts.protocol.Address;
import network.assay.oracle.node.chain.Domains;

/**
 * Whose promises a file holds. Opened for another key, chain or committee, every one of them would
 * be void.
 */
public final class NodeIdentity {
  private NodeIdentity() {}

  /** Writes the identity into a new file; refuses a file of another. */
  public static void claim(Connection tx, Address oracle, Domains domains) {
    Sql.update(
        tx,
        "INSERT OR IGNORE INTO identity VALUES(1,?,?,?)",
        oracle,
        domains.chainId(),
        domains.committee());
    String got =
        Sql.one(
                tx,
                row ->
                    text(Address.of(row.getBytes(1)), row.getLong(2), Address.of(row.getBytes(3))),
                "SELECT oracle, chain_id, committee FROM identity")
            .orElseThrow();
    String want = text(oracle, domains.chainId(), domains.committee());
    if (!got.equals(want)) {
      throw new StoreException(
          "this file is the memory of another oracle: want " + want + ", got " + got);
    }
  }

  private static String text(Address oracle, long chainId, Address committee) {
    return "oracle " + oracle + " on chain " + chainId + ", committee " + committee;
  }
}
