package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bytes on which Solidity and Java must agree, made by a third implementation; see
 * contracts/vectors/README.md.
 */
class VectorsTest {
  private static final Path VECTORS = Path.of("../vectors");
  private static final JsonMapper JSON = new JsonMapper();

  /** Every message of ours, by name. */
  private static final Map<String, Function<byte[], TypedStruct>> READERS = new LinkedHashMap<>();

  static {
    READERS.put("Accept", Accept::fromWords);
    READERS.put("Ack", Ack::fromWords);
    READERS.put("AgentHello", AgentHello::fromWords);
    READERS.put("Commit", Commit::fromWords);
    READERS.put("CreditDeposit", CreditDeposit::fromWords);
    READERS.put("DeviceRegistration", DeviceRegistration::fromWords);
    READERS.put("DrawReveal", DrawReveal::fromWords);
    READERS.put("Fail", Fail::fromWords);
    READERS.put("Observation", Observation::fromWords);
    READERS.put("ObservationCommit", ObservationCommit::fromWords);
    READERS.put("Offer", Offer::fromWords);
    READERS.put("Opening", Opening::fromWords);
    READERS.put("OracleRegistration", OracleRegistration::fromWords);
    READERS.put("Order", Order::fromWords);
    READERS.put("PanelVote", PanelVote::fromWords);
    READERS.put("Prepare", Prepare::fromWords);
    READERS.put("Proposal", Proposal::fromWords);
    READERS.put("Quote", Quote::fromWords);
    READERS.put("Report", Report::fromWords);
    READERS.put("RoundChange", RoundChange::fromWords);
    READERS.put("StakeDeposit", StakeDeposit::fromWords);
    READERS.put("TelemetryBatch", TelemetryBatch::fromWords);
    READERS.put("TelemetryNonce", TelemetryNonce::fromWords);
    READERS.put("TopUp", TopUp::fromWords);
    READERS.put("Voucher", Voucher::fromWords);
    READERS.put("WorkCommit", WorkCommit::fromWords);
  }

  static Stream<String> messages() throws IOException {
    try (Stream<Path> files = Files.list(VECTORS.resolve("eip712"))) {
      List<String> names =
          files.map(f -> f.getFileName().toString().replace(".json", "")).sorted().toList();
      assertThat(names)
          .as("each message has a vector, and each vector a message")
          .containsExactlyElementsOf(READERS.keySet().stream().sorted().toList());
      return names.stream();
    }
  }

  private static JsonNode read(String name) throws IOException {
    return JSON.readTree(Files.readAllBytes(VECTORS.resolve(name)));
  }

  private static String text(JsonNode node, String member) {
    return node.get(member).asString();
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

  @ParameterizedTest
  @MethodSource("messages")
  void typedDataAgrees(String name) throws Exception {
    JsonNode vector = read("eip712/" + name + ".json");
    Map<String, String> message = new LinkedHashMap<>();
    vector
        .get("message")
        .properties()
        .forEach(e -> message.put(e.getKey(), e.getValue().asString()));
    JsonNode d = vector.get("domain");
    Eip712Domain domain =
        new Eip712Domain(
            text(d, "name"),
            text(d, "version"),
            new BigInteger(text(d, "chainId")),
            Address.fromHex(text(d, "verifyingContract")));
    TypedStruct struct = READERS.get(name).apply(bytes(vector, "words"));
    assertThat(struct.type().signature()).isEqualTo(text(vector, "encodeType"));
    assertThat(struct.type().typeHash()).isEqualTo(hash(vector, "typeHash"));
    assertThat(struct.toText()).isEqualTo(message);
    assertThat(struct.type().wordsFromText(message)).isEqualTo(bytes(vector, "words"));
    assertThat(struct.structHash()).isEqualTo(hash(vector, "structHash"));
    assertThat(struct.digest(domain)).isEqualTo(hash(vector, "digest"));
    Secp256k1.PrivateKey key = Secp256k1.PrivateKey.of(bytes(vector, "privateKey"));
    assertThat(key.address().hex()).isEqualTo(text(vector, "signer"));
    assertThat(struct.sign(domain, key).hex()).isEqualTo(text(vector, "signature"));
    assertThat(
            Secp256k1.recover(struct.digest(domain), Signature.fromHex(text(vector, "signature"))))
        .contains(key.address());
  }

  @Test
  void jobIdsAgree() throws Exception {
    JsonNode cases = read("job-ids.json").get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode c : cases) {
      assertThat(JobIds.text(JobIds.of(hash(c, "orderHash"), Integer.parseInt(text(c, "attempt")))))
          .isEqualTo(text(c, "jobId"));
      assertThat(
              JobIds.text(
                  JobIds.metered(hash(c, "orderHash"), Integer.parseInt(text(c, "attempt")))))
          .isEqualTo(text(c, "meteredJobId"));
    }
  }

  @Test
  void jobCardsAgree() throws Exception {
    JsonNode cases = read("job-cards.json").get("cases");
    assertThat(cases).hasSizeGreaterThan(3);
    for (JsonNode c : cases) {
      JobCard card =
          new JobCard(
              JobCard.termsOf(hash(c, "orderHash"), hash(c, "offerHash")),
              Address.fromHex(text(c, "consumer")),
              Address.fromHex(text(c, "provider")),
              Long.parseLong(text(c, "deviceIndex")),
              new BigInteger(text(c, "amount")));
      assertThat(card.terms()).isEqualTo(hash(c, "terms"));
      assertThat(card.pack()).isEqualTo(bytes(c, "packed")).hasSize(JobCard.SIZE);
      assertThat(card.binding()).isEqualTo(new BigInteger(1, bytes(c, "binding")));
      if (c.has("reportedBinding")) {
        JobOutcome outcome =
            new JobOutcome(
                Integer.parseInt(text(c, "code")),
                new BigInteger(text(c, "paid")),
                hash(c, "resultHash"),
                Long.parseLong(text(c, "challengeUntil")));
        assertThat(card.binding(outcome)).isEqualTo(new BigInteger(1, bytes(c, "reportedBinding")));
      }
    }
  }

  @Test
  void verdictsAgree() throws Exception {
    JsonNode file = read("verdicts.json");
    for (JsonNode c : file.get("cases")) {
      PackedVerdict verdict =
          new PackedVerdict(
              Long.parseUnsignedLong(text(c, "jobId")),
              VerdictCode.of(Integer.parseInt(text(c, "code"))),
              new BigInteger(text(c, "cumulativePaid")),
              hash(c, "resultHash"));
      assertThat(verdict.pack()).isEqualTo(bytes(c, "packed"));
      assertThat(PackedVerdict.unpack(bytes(c, "packed"))).isEqualTo(verdict);
    }
    byte[] all = bytes(file, "packed");
    assertThat(PackedVerdict.packAll(PackedVerdict.unpackAll(all))).isEqualTo(all);
    assertThat(Keccak.hash(all)).isEqualTo(hash(file, "verdictsHash"));
  }

  @Test
  void treesAgree() throws Exception {
    JsonNode cases = read("merkle.json").get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode c : cases) {
      List<Bytes32> leaves =
          texts(c, "data").stream().map(data -> Merkle.leaf(Hex.decode(data, 1 << 16))).toList();
      assertThat(leaves.stream().map(Bytes32::hex).toList()).isEqualTo(texts(c, "leafHashes"));
      Merkle.Tree tree = Merkle.tree(leaves);
      int index = Integer.parseInt(text(c, "index"));
      assertThat(tree.root()).isEqualTo(hash(c, "root"));
      assertThat(tree.path(index).stream().map(Bytes32::hex).toList()).isEqualTo(texts(c, "path"));
    }
  }

  @Test
  void contentRootsAgree() throws Exception {
    JsonNode cases = read("content-root.json").get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode c : cases) {
      byte[] content = new byte[Integer.parseInt(text(c, "length"))];
      for (int i = 0; i < content.length; i++) {
        content[i] = (byte) (i % 251);
      }
      assertThat(ContentRoot.of(content)).isEqualTo(hash(c, "contentRoot"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 13})
  void committeesAndQuorumsAgree(int n) throws Exception {
    JsonNode file = read("committee-" + n + ".json");
    Committee committee =
        new Committee(
            Long.parseUnsignedLong(text(file, "epoch")),
            texts(file, "keys").stream().map(Address::fromHex).toList(),
            texts(file, "pins").stream().map(Bytes32::fromHex).toList());
    assertThat(committee.quorum()).isEqualTo(Integer.parseInt(text(file, "q")));
    assertThat(committee.blob()).isEqualTo(bytes(file, "blob"));
    assertThat(
            committee.digest(
                Long.parseLong(text(file, "chainId")), Address.fromHex(text(file, "committee"))))
        .isEqualTo(hash(file, "epochDigest"));
    QuorumSignatures quorum =
        new QuorumSignatures(Long.parseLong(text(file, "bitmask")), bytes(file, "signatures"));
    quorum.verify(committee, hash(file, "digest"));
    Map<Integer, Signature> again = new LinkedHashMap<>();
    List<String> keys = texts(file, "privateKeys");
    for (int i = 0; i < n; i++) {
      if ((quorum.bitmask() >>> i & 1) == 1) {
        again.put(
            i, Secp256k1.PrivateKey.of(Hex.decode(keys.get(i), 32)).sign(hash(file, "digest")));
      }
    }
    assertThat(QuorumSignatures.pack(committee, again).signatures()).isEqualTo(quorum.signatures());
  }
}
