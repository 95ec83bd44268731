package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MerkleTest {
  private static List<Bytes32> leaves(int count) {
    List<Bytes32> leaves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leaves.add(Merkle.leaf(new byte[] {(byte) i}));
    }
    return leaves;
  }

  @Test
  void refusesTheEmptyTree() {
    assertThatThrownBy(() -> Merkle.root(List.of())).hasMessageContaining("EMPTY_TREE");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 31, 33})
  void everyPathLeadsToTheRootAndToNoOther(int count) {
    Merkle.Tree tree = Merkle.tree(leaves(count));
    for (int i = 0; i < count; i++) {
      List<Bytes32> path = tree.path(i);
      Bytes32 leaf = leaves(count).get(i);
      assertThat(Merkle.verify(leaf, i, count, path, tree.root())).isTrue();
      assertThat(Merkle.verify(leaf, (i + 1) % count, count, path, tree.root()))
          .isEqualTo(count == 1);
      assertThat(Merkle.verify(Merkle.leaf(new byte[] {99}), i, count, path, tree.root()))
          .isFalse();
      List<Bytes32> longer = new ArrayList<>(path);
      longer.add(leaf);
      assertThat(Merkle.verify(leaf, i, count, longer, tree.root())).isFalse();
      if (!path.isEmpty()) {
        assertThat(Merkle.verify(leaf, i, count, path.subList(1, path.size()), tree.root()))
            .isFalse();
      }
    }
  }

  @Test
  void splitsAtTheLargestPowerOfTwoBelowTheSize() {
    List<Bytes32> l = leaves(5);
    Bytes32 left = Merkle.node(Merkle.node(l.get(0), l.get(1)), Merkle.node(l.get(2), l.get(3)));
    assertThat(Merkle.root(l)).isEqualTo(Merkle.node(left, l.get(4)));
  }

  @Test
  void contentRootsDifferByLength() {
    Bytes32 empty = ContentRoot.of(new byte[0]);
    assertThat(empty).isNotEqualTo(ContentRoot.of(new byte[1]));
    assertThat(ContentRoot.of(new byte[ContentRoot.CHUNK_BYTES]))
        .isNotEqualTo(ContentRoot.of(new byte[ContentRoot.CHUNK_BYTES + 1]));
  }
}
