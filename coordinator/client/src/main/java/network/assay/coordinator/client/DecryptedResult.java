package network.assay.coordinator.client;

import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.EmbeddingLeaves;

/**
 * A result that decrypts, and is what the receipt says.
 *
 * @param embeddings one vector a passage, in the order of the input
 */
public record DecryptedResult(long jobId, byte[] plaintext, List<float[]> embeddings) {
  public DecryptedResult {
    embeddings = List.copyOf(embeddings);
  }

  /**
   * Opens and checks: ciphertext against ciphertextRoot, plaintext against plaintextRoot of the
   * signed commitment.
   */
  static DecryptedResult open(OrderFile order, Receipt receipt, byte[] blob) {
    Receipt.Authenticated part = receipt.authenticated();
    EvidenceLeaf leaf = EvidenceLeaf.parse(Hex.decode(part.leaf().data(), EvidenceLeaf.SIZE));
    require("order of the receipt", leaf.orderHash().hex(), order.orderHash());
    WorkCommit commit =
        WorkCommit.fromWords(WorkCommit.TYPE.wordsFromText(part.workCommit().message()));
    require("ciphertext root", ContentRoot.of(blob), commit.ciphertextRoot());
    byte[] plaintext =
        ResultSealing.open(order.secret(), leaf.jobId(), order.toOrder().specHash(), blob);
    List<float[]> embeddings = List.of(EmbeddingLeaves.readPlaintext(plaintext));
    require("plaintext root", root(embeddings), commit.plaintextRoot());
    return new DecryptedResult(leaf.jobId(), plaintext, embeddings);
  }

  private static Bytes32 root(List<float[]> embeddings) {
    List<Bytes32> leaves = new ArrayList<>();
    for (int unit = 0; unit < embeddings.size(); unit++) {
      leaves.add(Merkle.leaf(EmbeddingLeaves.result(unit, embeddings.get(unit))));
    }
    return Merkle.root(leaves);
  }

  private static void require(String what, Object got, Object want) {
    if (!got.equals(want)) {
      throw new ConsumerException(
          "BAD_RESULT",
          "the result is not what was committed to: "
              + what
              + " is "
              + got
              + ", want "
              + want
              + "; the receipt and your result key prove it");
    }
  }
}
