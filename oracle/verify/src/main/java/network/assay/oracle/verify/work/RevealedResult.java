package network.assay.oracle.verify.work;

import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.work.EmbeddingLeaves;
import network.assay.oracle.verify.Finding;

/**
 * A consumer who got garbage reveals his one-time result key: then everybody can open the
 * ciphertext and see whether it is the plaintext that the device committed to. For disputes; the
 * consumer's own tools use it to tell garbage from a result.
 */
public final class RevealedResult {

  private RevealedResult() {}

  /**
   * Opens the sealed result and compares it with the commitment.
   *
   * @param bundle accepted at intake: its ciphertext and order are the ones committed to
   * @param secret the one-time X25519 secret; a secret of another key proves nothing against the
   *     device
   */
  public static Finding check(EvidenceBundle bundle, Bytes32 secret) {
    Bytes32 publicKey = ResultSealing.publicKey(secret);
    if (!publicKey.equals(bundle.order().resultKey())) {
      return Finding.inconclusive(
          "the secret of result key "
              + bundle.order().resultKey()
              + "; this one is of "
              + publicKey);
    }
    try {
      byte[] plaintext =
          ResultSealing.open(
              secret, bundle.workCommit().jobId(), bundle.order().specHash(), bundle.ciphertext());
      return compare(bundle, root(EmbeddingLeaves.readPlaintext(plaintext)));
    } catch (ProtocolException refused) {
      return Finding.refused(refused, "the result sealed to the order's key");
    }
  }

  private static Finding compare(EvidenceBundle bundle, Bytes32 got) {
    Bytes32 want = bundle.workCommit().plaintextRoot();
    return got.equals(want)
        ? Finding.accepted("the ciphertext holds the result committed to")
        : Finding.rejected("WRONG_PLAINTEXT", got, want);
  }

  private static Bytes32 root(float[][] embeddings) {
    List<Bytes32> leaves = new ArrayList<>();
    for (int unit = 0; unit < embeddings.length; unit++) {
      leaves.add(Merkle.leaf(EmbeddingLeaves.result(unit, embeddings[unit])));
    }
    return Merkle.root(leaves);
  }
}
