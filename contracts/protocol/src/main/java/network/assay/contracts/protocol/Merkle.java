package network.assay.contracts.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * Merkle trees of RFC 9162's shape with keccak: leaf {@code H(0x00 ‖ data)}, node {@code H(0x01 ‖
 * left ‖ right)}, split at the largest power of two below n.
 */
public final class Merkle {
  private static final byte[] LEAF = {0};
  private static final byte[] NODE = {1};

  private Merkle() {}

  public static Bytes32 leaf(byte[] data) {
    return Keccak.hash(LEAF, data);
  }

  public static Bytes32 node(Bytes32 left, Bytes32 right) {
    return Keccak.hash(NODE, left.toArray(), right.toArray());
  }

  /** A whole tree, kept by levels, for many paths. Leaves are already hashed. */
  public static final class Tree {
    private final List<List<Bytes32>> levels = new ArrayList<>();

    private Tree(List<Bytes32> leaves) {
      List<Bytes32> level = List.copyOf(leaves);
      levels.add(level);
      while (level.size() > 1) {
        List<Bytes32> next = new ArrayList<>((level.size() + 1) / 2);
        for (int i = 0; i + 1 < level.size(); i += 2) {
          next.add(node(level.get(i), level.get(i + 1)));
        }
        if (level.size() % 2 == 1) {
          next.add(level.getLast());
        }
        level = List.copyOf(next);
        levels.add(level);
      }
    }

    public Bytes32 root() {
      return levels.getLast().getFirst();
    }

    public int size() {
      return levels.getFirst().size();
    }

    /** Siblings of the leaf, bottom up; a level on which it is promoted alone adds none. */
    public List<Bytes32> path(int index) {
      if (index < 0 || index >= size()) {
        throw new ProtocolException("OUT_OF_RANGE", "an index below " + size(), index);
      }
      List<Bytes32> path = new ArrayList<>();
      int at = index;
      for (List<Bytes32> level : levels.subList(0, levels.size() - 1)) {
        int sibling = at ^ 1;
        if (sibling < level.size()) {
          path.add(level.get(sibling));
        }
        at >>= 1;
      }
      return path;
    }
  }

  /** A tree over leaf hashes; the empty tree is refused. */
  public static Tree tree(List<Bytes32> leafHashes) {
    if (leafHashes.isEmpty()) {
      throw new ProtocolException("EMPTY_TREE", "at least one leaf", 0);
    }
    return new Tree(leafHashes);
  }

  public static Bytes32 root(List<Bytes32> leafHashes) {
    return tree(leafHashes).root();
  }

  /**
   * Whether {@code path} leads from the leaf at {@code index} of {@code size} leaves to the root;
   * RFC 9162, 2.1.3.2.
   */
  public static boolean verify(
      Bytes32 leafHash, long index, long size, List<Bytes32> path, Bytes32 root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long fn = index;
    long sn = size - 1;
    Bytes32 hash = leafHash;
    for (Bytes32 sibling : path) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        hash = node(sibling, hash);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        hash = node(hash, sibling);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && hash.equals(root);
  }
}
