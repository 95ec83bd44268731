package network.assay.coordinator.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.FilePackage;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.EmbeddingLeaves;

/**
 * A result that decrypts, and is what the receipt says.
 *
 * @param embeddings one vector a passage, in the order of the input; of a container none
 * @param container what came of a container, and its files; empty for anything else
 */
public record DecryptedResult(
    long jobId,
    byte[] plaintext,
    List<float[]> embeddings,
    Optional<FilePackage.Result> container) {
  public DecryptedResult {
    embeddings = List.copyOf(embeddings);
  }

  /**
   * Opens a container's result before anybody judged it, and checks what a consumer can: that it is
   * sealed for this job, holds what was declared, with the roots that it names, and exit 0.
   */
  static DecryptedResult delivered(OrderFile order, ContainerJob job, long jobId, byte[] blob) {
    byte[] plaintext = ResultSealing.open(order.secret(), jobId, order.toOrder().specHash(), blob);
    FilePackage.Result result = FilePackage.readResult(plaintext);
    require("image", "sha256:" + result.evidence().image().hex().substring(2), job.image());
    require("exit code", result.evidence().exitCode(), 0);
    require("files beside the declared", result.evidence().undeclared(job), Optional.empty());
    return new DecryptedResult(jobId, plaintext, List.of(), Optional.of(result));
  }

  /** What an acceptance of this blob and what it holds is for. */
  Bytes32 resultHash(byte[] blob) {
    return PackedVerdict.resultHash(ContentRoot.of(blob), ContentRoot.of(plaintext));
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
    Optional<ContainerJob> job = order.toSpec().container();
    if (job.isPresent()) {
      DecryptedResult result = delivered(order, job.get(), leaf.jobId(), blob);
      require("plaintext root", ContentRoot.of(result.plaintext()), commit.plaintextRoot());
      require(
          "evidence", result.container().orElseThrow().evidence().workRoot(), commit.workRoot());
      return result;
    }
    byte[] plaintext =
        ResultSealing.open(order.secret(), leaf.jobId(), order.toOrder().specHash(), blob);
    List<float[]> embeddings = List.of(EmbeddingLeaves.readPlaintext(plaintext));
    require("plaintext root", root(embeddings), commit.plaintextRoot());
    return new DecryptedResult(leaf.jobId(), plaintext, embeddings, Optional.empty());
  }

  /**
   * Writes what a person wants of it: embeddings as one JSON file, a container's files below a
   * folder.
   */
  Path write(Path folder, String name) throws IOException {
    if (container.isEmpty()) {
      return Files.write(
          folder.resolve(name + ".json"), CoordinatorApi.JSON.writeValueAsBytes(embeddings));
    }
    Path root = folder.resolve(name);
    Files.createDirectories(root);
    for (Map.Entry<String, byte[]> file : container.get().files().entrySet()) {
      // Plain names without a way up, checked where the result was read.
      Path path = root.resolve(file.getKey());
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Path _ = Files.write(path, file.getValue());
    }
    return root;
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
