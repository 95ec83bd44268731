package network.assay.contracts.protocol.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.work.OperandGenerator.Matrix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** contracts/vectors/gemm.json, which forge reads too. */
class OperandGeneratorTest {
  private JsonNode vectors = JsonMapper.shared().createObjectNode();

  @BeforeEach
  void read() throws Exception {
    vectors = new JsonMapper().readTree(Files.readAllBytes(Path.of("../vectors/gemm.json")));
  }

  @Test
  void operandsAgree() {
    for (JsonNode c : cases("operands")) {
      Matrix matrix = text(c, "matrix").equals("0") ? Matrix.A : Matrix.B_TRANSPOSED;
      byte[] packed =
          OperandGenerator.packedRow(
              hash(c, "seed"), matrix, Long.parseLong(text(c, "row")), number(c, "n"));
      assertThat(packed).isEqualTo(bytes(c, "packed"));
      List<String> first = new ArrayList<>();
      for (int k = 0; k < c.get("first").size(); k++) {
        first.add(Integer.toString(OperandGenerator.operand(packed, k)));
      }
      assertThat(first).isEqualTo(texts(c, "first"));
    }
  }

  @Test
  void entriesAgree() {
    for (JsonNode c : cases("entries")) {
      int n = number(c, "n");
      byte[] a = OperandGenerator.packedRow(hash(c, "seed"), Matrix.A, number(c, "i"), n);
      byte[] b =
          OperandGenerator.packedRow(hash(c, "seed"), Matrix.B_TRANSPOSED, number(c, "j"), n);
      assertThat(OperandGenerator.entry(a, b)).isEqualTo(number(c, "entry"));
    }
  }

  @Test
  void theNextSeedAgrees() {
    for (JsonNode c : cases("seeds")) {
      assertThat(OperandGenerator.nextSeed(hash(c, "root"))).isEqualTo(hash(c, "next"));
    }
  }

  /** Three rounds of 192 rows, all computed here: their roots, and the root over them. */
  @Test
  void aWholeWorkAgrees() {
    JsonNode work = vectors.get("work");
    int n = number(work, "n");
    Bytes32 seed = hash(work, "seed");
    List<Bytes32> roots = new ArrayList<>();
    for (String want : texts(work, "roundRoots")) {
      Bytes32 root = roundRoot(seed, n);
      assertThat(root.hex()).isEqualTo(want);
      roots.add(root);
      seed = OperandGenerator.nextSeed(root);
    }
    Bytes32 workRoot = Merkle.root(roots.stream().map(r -> Merkle.leaf(r.toArray())).toList());
    assertThat(workRoot).isEqualTo(hash(work, "workRoot"));
  }

  @Test
  void theMarkOfGivenOperandsAgrees() {
    byte[] mark = OperandGenerator.OPERANDS_GIVEN.getBytes(StandardCharsets.UTF_8);
    assertThat(Keccak.hash(mark)).isEqualTo(hash(vectors.get("given"), "seed"));
  }

  @Test
  void refusesSizesThatNoMatrixHas() {
    for (int n : new int[] {-64, 0, 63, 96, 65_600}) {
      assertThatThrownBy(() -> OperandGenerator.packedRow(Bytes32.ZERO, Matrix.A, 0, n))
          .isInstanceOf(ProtocolException.class)
          .hasMessageEndingWith("got " + n);
    }
    assertThatThrownBy(() -> OperandGenerator.entry(new byte[32], new byte[64]))
        .hasMessage("WRONG_LENGTH: want 32 bytes, got 64");
  }

  private static Bytes32 roundRoot(Bytes32 seed, int n) {
    List<byte[]> columns = new ArrayList<>();
    for (int j = 0; j < n; j++) {
      columns.add(OperandGenerator.packedRow(seed, Matrix.B_TRANSPOSED, j, n));
    }
    List<Bytes32> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      byte[] a = OperandGenerator.packedRow(seed, Matrix.A, i, n);
      List<Bytes32> chunks = new ArrayList<>();
      for (int from = 0; from < n; from += 64) {
        Bytes chunk = Bytes.start();
        for (byte[] b : columns.subList(from, from + 64)) {
          chunk.u32(OperandGenerator.entry(a, b) & 0xffffffffL);
        }
        chunks.add(Merkle.leaf(chunk.toArray()));
      }
      rows.add(Merkle.root(chunks));
    }
    return Merkle.root(rows);
  }

  private JsonNode cases(String name) {
    assertThat(vectors.get(name)).isNotEmpty();
    return vectors.get(name);
  }

  private static String text(JsonNode node, String member) {
    return node.get(member).asString();
  }

  private static int number(JsonNode node, String member) {
    return Integer.parseInt(text(node, member));
  }

  private static Bytes32 hash(JsonNode node, String member) {
    return Bytes32.fromHex(text(node, member));
  }

  private static byte[] bytes(JsonNode node, String member) {
    return Hex.decode(text(node, member), 1 << 20);
  }

  private static List<String> texts(JsonNode node, String member) {
    List<String> out = new ArrayList<>();
    node.get(member).forEach(value -> out.add(value.asString()));
    return out;
  }
}
