package network.assay.oracle.verify.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.VerdictCode;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ReceiptVerifierTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void acceptsAnHonestReceiptAndRunsEveryCheck() {
    ReceiptVerdict verdict = ReceiptVerifier.verify(ReceiptFixture.receipt(), null);
    assertThat(verdict.checks()).allMatch(ReceiptVerdict.Check::passed);
    assertThat(verdict.checks())
        .extracting(ReceiptVerdict.Check::name)
        .isEqualTo(ReceiptVerifier.checkNames());
    assertThat(verdict.accepted()).isTrue();
    assertThat(verdict.verdict()).extracting(PackedVerdict::code).isEqualTo(VerdictCode.OK);
  }

  @Test
  void comparesTheCommitteeThatTheReaderTrusts() {
    Receipt receipt = ReceiptFixture.receipt();
    var digest = ReceiptFixture.committee().digest(ReceiptFixture.CHAIN, ReceiptFixture.COMMITTEE);
    assertThat(ReceiptVerifier.verify(receipt, digest).accepted()).isTrue();
    ReceiptVerdict other = ReceiptVerifier.verify(receipt, Keccak.hashUtf8("another"));
    assertThat(other.accepted()).isFalse();
    assertThat(other.checks().getLast().name()).isEqualTo("committee");
  }

  @Test
  void survivesJson() {
    byte[] json = ReceiptFixture.receipt().toJson();
    assertThat(Receipt.parse(json)).isEqualTo(ReceiptFixture.receipt());
  }

  @Test
  void hintsChangeNothing() {
    Receipt receipt = ReceiptFixture.receipt();
    Receipt other = new Receipt(receipt.format(), receipt.authenticated(), Map.of("x", "y"));
    assertThat(ReceiptVerifier.verify(other, null).accepted()).isTrue();
  }

  @Test
  void aChangedCharacterInAnyAuthenticatedMemberFailsByName() {
    long seed = 4;
    Random random = new Random(seed);
    String json = new String(ReceiptFixture.receipt().toJson(), StandardCharsets.UTF_8);
    List<String> paths = new ArrayList<>();
    collect(JSON.readTree(json).get("authenticated"), "/authenticated", paths);
    assertThat(paths).hasSizeGreaterThan(80);
    for (String path : paths) {
      for (int i = 0; i < 3; i++) {
        byte[] mutated = mutate(json, path, random);
        assertThat(refusal(mutated)).as("%s, seed %d", path, seed).isNotBlank();
      }
    }
  }

  private static String refusal(byte[] json) {
    try {
      ReceiptVerdict verdict = ReceiptVerifier.verify(Receipt.parse(json), null);
      assertThat(verdict.accepted()).isFalse();
      ReceiptVerdict.Check last = verdict.checks().getLast();
      assertThat(last.passed()).isFalse();
      return last.name();
    } catch (ProtocolException e) {
      return e.reason();
    }
  }

  private static void collect(JsonNode node, String path, List<String> paths) {
    switch (node) {
      case ObjectNode object ->
          object.properties().forEach(e -> collect(e.getValue(), path + "/" + e.getKey(), paths));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          collect(array.get(i), path + "/" + i, paths);
        }
      }
      default -> paths.add(path);
    }
  }

  private static byte[] mutate(String json, String path, Random random) {
    JsonNode root = JSON.readTree(json);
    int slash = path.lastIndexOf('/');
    JsonNode parent = root.at(path.substring(0, slash));
    String name = path.substring(slash + 1);
    if (parent instanceof ObjectNode object) {
      JsonNode old = object.get(name);
      if (old.isNumber()) {
        object.put(name, old.intValue() + 1);
      } else {
        object.put(name, changed(old.stringValue(), random));
      }
    } else if (parent instanceof ArrayNode array) {
      int index = Integer.parseInt(name);
      array.set(index, array.stringNode(changed(array.get(index).stringValue(), random)));
    }
    return JSON.writeValueAsBytes(root);
  }

  private static String changed(String text, Random random) {
    int at = random.nextInt(text.length());
    char old = text.charAt(at);
    char other =
        Character.isUpperCase(old) ? Character.toLowerCase(old) : Character.toUpperCase(old);
    if (other == old || random.nextBoolean()) {
      other = old == '1' ? '2' : '1';
    }
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  @Test
  void refusesWhatIsNoReceipt() {
    for (String bad : new String[] {"", "null", "{}", "[]", "{\"format\":\"assay-receipt/2\"}"}) {
      assertThatThrownBy(() -> Receipt.parse(bad.getBytes(StandardCharsets.UTF_8)))
          .as(bad)
          .hasMessageContaining("MALFORMED_RECEIPT");
    }
    assertThatThrownBy(() -> Receipt.parse(new byte[Receipt.BYTES_MAX + 1]))
        .hasMessageContaining("TOO_LONG");
  }
}
