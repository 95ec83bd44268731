package network.assay.oracle.verify.receipt;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.Report;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.contracts.protocol.WorkCommit;

/** A receipt with real signatures by keys made from public words: test keys, trusted by nobody. */
final class ReceiptFixture {
  static final long CHAIN = 31337;
  static final Address MARKET = address("market");
  static final Address SETTLEMENT = address("settlement");
  static final Address COMMITTEE = address("committee");
  static final Address VAULT = address("vault");
  static final Address TOKEN = address("token");
  static final Secp256k1.PrivateKey DEVICE = key("device");
  static final Secp256k1.PrivateKey CONSUMER = key("consumer");

  private ReceiptFixture() {}

  static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("fixture " + name).toArray());
  }

  private static Address address(String name) {
    return key(name).address();
  }

  static Receipt receipt() {
    Eip712Domain market = Eip712Domain.assay(CHAIN, MARKET);
    JobSpec spec =
        new JobSpec(1, "embeddings", Keccak.hashUtf8("m"), "fp32", Keccak.hashUtf8("in"), 10, 1000);
    BigInteger price = BigInteger.valueOf(1_000_000);
    Order order =
        new Order(
            CONSUMER.address(),
            JobSpec.hash(spec.toBytes()),
            Bytes32.ZERO,
            address("matcher"),
            Bytes32.ZERO,
            0,
            3,
            1,
            price,
            price,
            0,
            2,
            1_900_000_000L,
            10,
            60,
            60,
            Keccak.hashUtf8("rk"),
            Address.ZERO,
            0,
            77);
    Bytes32 orderHash = order.digest(market);
    long jobId = JobIds.of(orderHash, 1);
    Offer offer =
        new Offer(
            DEVICE.address(),
            Keccak.hashUtf8("cpu"),
            0,
            price,
            1,
            600,
            price,
            1,
            1,
            8,
            0,
            1_900_000_000L);
    Accept accept = new Accept(jobId, orderHash, offer.digest(market), spec.inputRoot());
    WorkCommit work =
        new WorkCommit(
            jobId,
            DEVICE.address(),
            order.specHash(),
            Bytes32.ZERO,
            1,
            9,
            spec.inputRoot(),
            Keccak.hashUtf8("w"),
            Keccak.hashUtf8("p"),
            Keccak.hashUtf8("c"),
            100);
    Bytes32 resultHash = PackedVerdict.resultHash(work.ciphertextRoot(), work.plaintextRoot());
    EvidenceLeaf leaf =
        new EvidenceLeaf(
            jobId,
            orderHash,
            offer.digest(market),
            DEVICE.address(),
            Grade.SAMPLED,
            VerificationPolicy.SAMPLED_V1,
            true,
            EvidenceLeaf.ATTESTATION_NONE,
            work.digest(market),
            EvidenceLeaf.TELEMETRY_VOID,
            resultHash,
            Keccak.hashUtf8("bundle"));
    Outcome outcome = outcome(leaf, price);
    return new Receipt(
        Receipt.FORMAT,
        new Receipt.Authenticated(
            new Receipt.Deployment(
                Long.toString(CHAIN),
                MARKET.hex(),
                SETTLEMENT.hex(),
                COMMITTEE.hex(),
                VAULT.hex(),
                TOKEN.hex(),
                "Test Dollar",
                "1"),
            new String(spec.toBytes(), StandardCharsets.UTF_8),
            order.toText(),
            1,
            payment(order, orderHash),
            new Receipt.Signed(offer.toText(), offer.sign(market, DEVICE).hex()),
            new Receipt.Signed(accept.toText(), accept.sign(market, DEVICE).hex()),
            new Receipt.Signed(work.toText(), work.sign(market, DEVICE).hex()),
            leafPart(leaf, outcome),
            report(outcome),
            committeePart()),
        Map.of("coordinator", "http://127.0.0.1:1"));
  }

  private static Outcome outcome(EvidenceLeaf leaf, BigInteger price) {
    Outcome.Entry mine =
        new Outcome.Entry(
            new PackedVerdict(leaf.jobId(), VerdictCode.OK, price, leaf.resultHash()), leaf.hash());
    Outcome.Entry other =
        new Outcome.Entry(
            new PackedVerdict(1, VerdictCode.FRAUD, BigInteger.ZERO, Bytes32.ZERO),
            Keccak.hashUtf8("other"));
    return new Outcome(3, 9, 1_800_000_000L, 1_800_003_600L, List.of(other, mine));
  }

  private static Receipt.Payment payment(Order order, Bytes32 orderHash) {
    Eip712Domain token = new Eip712Domain("Test Dollar", "1", BigInteger.valueOf(CHAIN), TOKEN);
    BigInteger before = BigInteger.valueOf(1_900_000_000L);
    PaymentAuthorization authorization =
        PaymentAuthorization.forOrder(order, orderHash, VAULT, BigInteger.ZERO, before);
    return new Receipt.Payment("0", before.toString(), authorization.sign(token, CONSUMER).hex());
  }

  private static Receipt.LeafPart leafPart(EvidenceLeaf leaf, Outcome outcome) {
    return new Receipt.LeafPart(
        Hex.encode(leaf.data()),
        1,
        outcome.evidenceTree().path(1).stream().map(Bytes32::hex).toList());
  }

  static Committee committee() {
    return new Committee(
        3,
        IntStream.range(0, 4).mapToObj(i -> address("oracle " + i)).toList(),
        IntStream.range(0, 4).mapToObj(i -> Keccak.hashUtf8("pin " + i)).toList());
  }

  private static Receipt.CommitteePart committeePart() {
    Committee committee = committee();
    return new Receipt.CommitteePart(
        "3",
        committee.keys().stream().map(Address::hex).toList(),
        committee.pins().stream().map(Bytes32::hex).toList(),
        committee.digest(CHAIN, COMMITTEE).hex());
  }

  private static Receipt.ReportPart report(Outcome outcome) {
    Report report = outcome.report();
    Bytes32 digest = report.digest(Eip712Domain.assay(CHAIN, SETTLEMENT));
    Map<Integer, Signature> signatures = new HashMap<>();
    for (int i = 1; i < 4; i++) {
      signatures.put(i, key("oracle " + i).sign(digest));
    }
    QuorumSignatures quorum = QuorumSignatures.pack(committee(), signatures);
    return new Receipt.ReportPart(
        report.toText(),
        Hex.encode(outcome.packedVerdicts()),
        Long.toUnsignedString(quorum.bitmask()),
        Hex.encode(quorum.signatures()));
  }
}
