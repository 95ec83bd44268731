package network.assay.oracle.verify.receipt;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.Report;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.contracts.protocol.WorkCommit;
import org.jspecify.annotations.Nullable;

/** Checks a receipt offline; see docs/RECEIPT.md for what each check binds. */
public final class ReceiptVerifier {
  private final Receipt.Authenticated receipt;
  private final @Nullable Bytes32 trustedCommittee;
  private final List<ReceiptVerdict.Check> checks = new ArrayList<>();

  private ReceiptVerifier(Receipt receipt, @Nullable Bytes32 trustedCommittee) {
    this.receipt = receipt.authenticated();
    this.trustedCommittee = trustedCommittee;
  }

  /**
   * Runs every check up to the first that fails.
   *
   * @param trustedCommittee the epoch digest that the reader trusts; null leaves the comparison to
   *     him
   */
  public static ReceiptVerdict verify(Receipt receipt, @Nullable Bytes32 trustedCommittee) {
    return new ReceiptVerifier(receipt, trustedCommittee).run();
  }

  /** Thrown inside a check. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(String what, @Nullable Object got, @Nullable Object want) {
      super(what + ": got " + got + ", want " + want);
    }
  }

  /** One check's body. */
  private interface Body<T> {
    T run();
  }

  private <T> T check(String name, Body<T> body) {
    try {
      T value = body.run();
      checks.add(new ReceiptVerdict.Check(name, true, ""));
      return value;
    } catch (Failed | ProtocolException | NumberFormatException | ArithmeticException e) {
      checks.add(new ReceiptVerdict.Check(name, false, String.valueOf(e.getMessage())));
      throw new Stop();
    }
  }

  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stop() {
      super(null, null, false, false);
    }
  }

  private ReceiptVerdict run() {
    try {
      return runAll();
    } catch (Stop stopped) {
      return new ReceiptVerdict(checks, null, null);
    }
  }

  private ReceiptVerdict runAll() {
    Domains domains = check("deployment", this::domains);
    EvidenceLeaf leaf =
        check(
            "leaf", () -> EvidenceLeaf.parse(Hex.decode(receipt.leaf().data(), EvidenceLeaf.SIZE)));
    Order order = check("order", () -> order(domains, leaf));
    JobSpec spec = check("spec", () -> spec(order));
    check(
        "job",
        () ->
            same(
                "jobId",
                JobIds.text(leaf.jobId()),
                JobIds.text(JobIds.of(leaf.orderHash(), receipt.attempt()))));
    check("payment", () -> payment(domains, order, leaf));
    Offer offer = check("offer", () -> offer(domains, order, leaf));
    check("accept", () -> accept(domains, leaf, spec));
    WorkCommit work = check("workCommit", () -> workCommit(domains, order, leaf, spec));
    check("grade", () -> grade(order, leaf, spec));
    Committee committee = check("committee", () -> committee(domains));
    Report report = check("report", this::report);
    PackedVerdict verdict = check("verdict", () -> verdict(report, leaf, offer));
    check("result", () -> result(verdict, leaf, work));
    check("evidence", () -> evidence(report, leaf));
    check("quorum", () -> quorum(domains, report, committee));
    return new ReceiptVerdict(checks, verdict, Bytes32.fromHex(receipt.committee().digest()));
  }

  /** The EIP-712 domains that the deployment part stands for. */
  private record Domains(
      long chainId,
      Eip712Domain market,
      Eip712Domain settlement,
      Eip712Domain token,
      Address vault,
      Address committee) {}

  private Domains domains() {
    Receipt.Deployment d = receipt.deployment();
    same("chainId in plain digits", d.chainId(), Long.toString(d.chain()));
    return new Domains(
        d.chain(),
        Eip712Domain.assay(d.chain(), address(d.market())),
        Eip712Domain.assay(d.chain(), address(d.settlement())),
        new Eip712Domain(
            d.tokenName(), d.tokenVersion(), BigInteger.valueOf(d.chain()), address(d.token())),
        address(d.vault()),
        address(d.committee()));
  }

  private static Address address(String text) {
    Address address = Address.fromHex(text);
    same("lower-case address", text, address.hex());
    return address;
  }

  private Order order(Domains domains, EvidenceLeaf leaf) {
    Order order = Order.fromWords(Order.TYPE.wordsFromText(receipt.order()));
    same("plain text of Order", receipt.order(), order.toText());
    same("order digest in the leaf", leaf.orderHash(), order.digest(domains.market()));
    return order;
  }

  private JobSpec spec(Order order) {
    byte[] bytes = receipt.spec().getBytes(StandardCharsets.UTF_8);
    same("specHash", JobSpec.hash(bytes), order.specHash());
    return JobSpec.parse(bytes);
  }

  private Void payment(Domains domains, Order order, EvidenceLeaf leaf) {
    Receipt.Payment payment = receipt.payment();
    if (order.lane() == 0) {
      signedBy("order", leaf.orderHash(), payment.signature(), order.consumer());
      same(
          "validAfter and validBefore of a prior balance",
          payment.validAfter() + payment.validBefore(),
          "00");
      Receipt.Deployment d = receipt.deployment();
      same(
          "token and vault, which a prior balance does not bind",
          d.tokenName() + d.tokenVersion() + d.token() + d.vault(),
          Address.ZERO.hex() + Address.ZERO.hex());
      return done();
    }
    same("payment lane", order.lane(), 1);
    PaymentAuthorization authorization =
        PaymentAuthorization.forOrder(
            order,
            leaf.orderHash(),
            domains.vault(),
            plain(payment.validAfter()),
            plain(payment.validBefore()));
    signedBy(
        "authorisation",
        authorization.digest(domains.token()),
        payment.signature(),
        order.consumer());
    return done();
  }

  private static BigInteger plain(String digits) {
    BigInteger value = new BigInteger(digits);
    same("a number in plain digits", digits, value.toString());
    return value;
  }

  private Offer offer(Domains domains, Order order, EvidenceLeaf leaf) {
    Offer offer =
        signed(
            domains.market(),
            receipt.offer(),
            Offer.TYPE.wordsFromText(receipt.offer().message()),
            Offer::fromWords,
            leaf.device());
    same("offer digest in the leaf", leaf.offerHash(), offer.digest(domains.market()));
    same("device of the offer", offer.device(), leaf.device());
    require(
        "price at most priceMax",
        offer.price().compareTo(order.priceMax()) <= 0,
        offer.price(),
        order.priceMax());
    require(
        "price at most the amount paid",
        offer.price().compareTo(order.amount()) <= 0,
        offer.price(),
        order.amount());
    require(
        "grade offered", (offer.grades() >> order.grade() & 1) == 1, offer.grades(), order.grade());
    require(
        "device class",
        order.deviceClass().isZero() || order.deviceClass().equals(offer.deviceClass()),
        offer.deviceClass(),
        order.deviceClass());
    require(
        "region",
        order.regions() == 0 || (order.regions() & offer.regions()) != 0,
        offer.regions(),
        order.regions());
    require(
        "the ordered offer",
        order.offerHash().isZero() || order.offerHash().equals(leaf.offerHash()),
        leaf.offerHash(),
        order.offerHash());
    return offer;
  }

  private Void accept(Domains domains, EvidenceLeaf leaf, JobSpec spec) {
    Accept accept =
        signed(
            domains.market(),
            receipt.accept(),
            Accept.TYPE.wordsFromText(receipt.accept().message()),
            Accept::fromWords,
            leaf.device());
    same("jobId", JobIds.text(accept.jobId()), JobIds.text(leaf.jobId()));
    same("orderHash", accept.orderHash(), leaf.orderHash());
    same("offerHash", accept.offerHash(), leaf.offerHash());
    same("inputRoot", accept.inputRoot(), spec.inputRoot());
    return done();
  }

  private WorkCommit workCommit(Domains domains, Order order, EvidenceLeaf leaf, JobSpec spec) {
    WorkCommit work =
        signed(
            domains.market(),
            receipt.workCommit(),
            WorkCommit.TYPE.wordsFromText(receipt.workCommit().message()),
            WorkCommit::fromWords,
            leaf.device());
    same("workDigest in the leaf", leaf.workDigest(), work.digest(domains.market()));
    same("jobId", JobIds.text(work.jobId()), JobIds.text(leaf.jobId()));
    same("device", work.device(), leaf.device());
    same("specHash", work.specHash(), order.specHash());
    same("operandRoot", work.operandRoot(), spec.inputRoot());
    return work;
  }

  private Void grade(Order order, EvidenceLeaf leaf, JobSpec spec) {
    same("grade", leaf.grade().code(), order.grade());
    if (spec.container().isPresent()) {
      same("grade of a container, which nobody can verify", leaf.grade(), Grade.ACCEPTED);
      same("policy", leaf.policy(), VerificationPolicy.ACCEPTED_V1);
      require("accepted means not drawn", !leaf.drawn(), true, false);
    }
    if (leaf.grade() == Grade.SAMPLED) {
      same("policy", leaf.policy(), VerificationPolicy.SAMPLED_V1);
      require("sampled means drawn, or says that it was not", leaf.drawn(), false, true);
    }
    require(
        "ATTESTED needs a policy that asks for hardware",
        leaf.grade() != Grade.ATTESTED || !leaf.policy().equals(VerificationPolicy.SAMPLED_V1),
        "sampled/v1",
        "attested/v1 with its rules");
    require(
        "ATTESTED needs attestation evidence",
        leaf.grade() != Grade.ATTESTED
            || !leaf.attestationDigest().equals(EvidenceLeaf.ATTESTATION_NONE),
        "none",
        "a digest");
    return done();
  }

  private Committee committee(Domains domains) {
    Receipt.CommitteePart part = receipt.committee();
    part.keys().forEach(ReceiptVerifier::address);
    Committee committee = part.toCommittee();
    same("epoch in plain digits", part.epoch(), Long.toUnsignedString(committee.epoch()));
    Bytes32 digest = committee.digest(domains.chainId(), domains.committee());
    same("epoch digest", Bytes32.fromHex(part.digest()), digest);
    if (trustedCommittee != null) {
      same("the trusted epoch digest", digest, trustedCommittee);
    }
    return committee;
  }

  private Report report() {
    Report report = Report.fromWords(Report.TYPE.wordsFromText(receipt.report().message()));
    same("plain text of Report", receipt.report().message(), report.toText());
    return report;
  }

  private PackedVerdict verdict(Report report, EvidenceLeaf leaf, Offer offer) {
    byte[] packed =
        Hex.decode(receipt.report().verdicts(), PackedVerdict.SIZE * PackedVerdict.COUNT_MAX);
    same("verdictsHash", Keccak.hash(packed), report.verdictsHash());
    List<PackedVerdict> all = PackedVerdict.unpackAll(packed);
    same("count", all.size(), report.count());
    int index = receipt.leaf().index();
    require("index below the count", index >= 0 && index < all.size(), index, all.size());
    PackedVerdict verdict = all.get(index);
    same("job of the verdict", JobIds.text(verdict.jobId()), JobIds.text(leaf.jobId()));
    require(
        "paid at most the offer's price",
        verdict.cumulativePaid().compareTo(offer.price()) <= 0,
        verdict.cumulativePaid(),
        offer.price());
    require(
        "OK pays the price",
        verdict.code() != VerdictCode.OK || verdict.cumulativePaid().equals(offer.price()),
        verdict.cumulativePaid(),
        offer.price());
    return verdict;
  }

  private Void result(PackedVerdict verdict, EvidenceLeaf leaf, WorkCommit work) {
    same("resultHash in the leaf", leaf.resultHash(), verdict.resultHash());
    if (verdict.code() == VerdictCode.OK || verdict.code() == VerdictCode.PARTIAL) {
      same(
          "resultHash of the commitment",
          verdict.resultHash(),
          PackedVerdict.resultHash(work.ciphertextRoot(), work.plaintextRoot()));
    }
    return done();
  }

  private Void evidence(Report report, EvidenceLeaf leaf) {
    List<Bytes32> path = receipt.leaf().path().stream().map(Bytes32::fromHex).toList();
    require(
        "path to evidenceRoot",
        Merkle.verify(
            leaf.hash(), receipt.leaf().index(), report.count(), path, report.evidenceRoot()),
        "another root",
        report.evidenceRoot());
    return done();
  }

  private Void quorum(Domains domains, Report report, Committee committee) {
    same("epoch", Long.toUnsignedString(report.epoch()), Long.toUnsignedString(committee.epoch()));
    long bitmask = Long.parseUnsignedLong(receipt.report().bitmask());
    same("bitmask in plain digits", receipt.report().bitmask(), Long.toUnsignedString(bitmask));
    new QuorumSignatures(
            bitmask, Hex.decode(receipt.report().signatures(), 64 * Committee.SIZE_MAX))
        .verify(committee, report.digest(domains.settlement()));
    return done();
  }

  /** Reads words. */
  private interface Reader<T> {
    T read(byte[] words);
  }

  private static <T extends TypedStruct> T signed(
      Eip712Domain domain, Receipt.Signed part, byte[] words, Reader<T> reader, Address signer) {
    T struct = reader.read(words);
    same("plain text of " + struct.type().name(), part.message(), struct.toText());
    signedBy(struct.type().name(), struct.digest(domain), part.signature(), signer);
    return struct;
  }

  private static void signedBy(String what, Bytes32 digest, String signature, Address signer) {
    Optional<Address> got = Secp256k1.recover(digest, Signature.fromHex(signature));
    require(
        what + " signed by " + signer,
        got.equals(Optional.of(signer)),
        got.map(Address::hex).orElse("nobody"),
        signer);
  }

  private static <T> Void same(String what, T got, T want) {
    require(what, Objects.equals(got, want), got, want);
    return done();
  }

  private static void require(
      String what, boolean holds, @Nullable Object got, @Nullable Object want) {
    if (!holds) {
      throw new Failed(what, got, want);
    }
  }

  @SuppressWarnings("NullAway") // Void has no other value
  private static Void done() {
    return null;
  }

  /** The names of all checks, in order; for the documents' test. */
  public static List<String> checkNames() {
    return List.of(
        "deployment",
        "leaf",
        "order",
        "spec",
        "job",
        "payment",
        "offer",
        "accept",
        "workCommit",
        "grade",
        "committee",
        "report",
        "verdict",
        "result",
        "evidence",
        "quorum");
  }
}
