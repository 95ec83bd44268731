package network.assay.contracts.protocol.work;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Merkle;

/**
 * What is committed of matrix work; docs/PROTOCOL.md, "Matrix work". A row's root is the tree over
 * its chunks of 64 entries (int32, big-endian), a round's root the tree over its rows' roots, the
 * work root the tree over the rounds' roots (leaf data: the root).
 */
public final class MatrixRoots {
  /** Entries in a leaf. */
  public static final int CHUNK_ENTRIES = 64;

  /** What WorkCommit.seed says where the operands are the consumer's, under operandRoot. */
  public static final Bytes32 OPERANDS_GIVEN = Keccak.hashUtf8(OperandGenerator.OPERANDS_GIVEN);

  private MatrixRoots() {}

  /**
   * The tree over one row's chunks.
   *
   * @param entries a multiple of 64 of them
   */
  public static Merkle.Tree row(int[] entries) {
    List<Bytes32> leaves = new ArrayList<>(entries.length / CHUNK_ENTRIES);
    byte[] chunk = new byte[CHUNK_ENTRIES * Integer.BYTES];
    for (int from = 0; from < entries.length; from += CHUNK_ENTRIES) {
      ByteBuffer.wrap(chunk).asIntBuffer().put(entries, from, CHUNK_ENTRIES);
      leaves.add(Merkle.leaf(chunk));
    }
    return Merkle.tree(leaves);
  }

  /** The tree over a round's rows, by their roots. */
  public static Merkle.Tree round(List<Bytes32> rowRoots) {
    return Merkle.tree(rowRoots);
  }

  /** The tree over all rounds, by their roots. */
  public static Merkle.Tree work(List<Bytes32> roundRoots) {
    return Merkle.tree(roundRoots.stream().map(MatrixRoots::roundLeaf).toList());
  }

  /** A round as leaf of the work root. */
  public static Bytes32 roundLeaf(Bytes32 roundRoot) {
    return Merkle.leaf(roundRoot.toArray());
  }
}
