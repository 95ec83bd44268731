package network.assay.oracle.node.testing;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.protocol.work.EmbeddingLeaves;
import network.assay.contracts.protocol.work.Passages;
import network.assay.oracle.node.chain.Domains;
import network.assay.oracle.node.chain.JobOnChain;
import network.assay.oracle.verify.ChainJob;
import network.assay.oracle.verify.work.ModelRunner;

/** One job with everything that its device signs. Seeded: the same number is the same job. */
public final class TestJob {
  public static final BigInteger PRICE = BigInteger.valueOf(1_000_000);
  public static final long RUN_UNTIL_S = 4_000_000_000L;

  private final Domains domains;
  private final Secp256k1.PrivateKey device;
  private final Terms terms;
  private final byte[] input;
  private final byte[] spec;
  private final Order order;
  private final Offer offer;
  private final List<Merkle.Tree> trees;
  private final List<byte[]> workLeaves = new ArrayList<>();
  private final List<byte[]> resultLeaves = new ArrayList<>();
  private final List<Integer> unitOfRow = new ArrayList<>();
  private final byte[] ciphertext;

  /**
   * What the job is opened with.
   *
   * @param until end of the offer and of the order, chain time
   */
  public record Terms(
      Address consumer,
      Bytes32 deviceClass,
      int lane,
      BigInteger price,
      long until,
      ModelRunner.Model model,
      Bytes32 modelHash) {

    static Terms inMemory() {
      return new Terms(
          Address.of(Keccak.hashUtf8("consumer").toArray(), 12),
          Bytes32.ZERO,
          0,
          PRICE,
          RUN_UNTIL_S,
          new ToyModel(),
          ToyModel.HASH);
    }
  }

  /** A job for a chain in memory. */
  public TestJob(Domains domains, Secp256k1.PrivateKey device, int number, float lie) {
    this(domains, device, number, lie, Terms.inMemory());
  }

  /**
   * @param lie added to every number of every row: 0 is honest
   */
  public TestJob(Domains domains, Secp256k1.PrivateKey device, int number, float lie, Terms terms) {
    this.domains = domains;
    this.device = device;
    this.terms = terms;
    this.input =
        ("the quick brown fox number " + number + " jumps\n\nover the lazy dog " + number)
            .getBytes(StandardCharsets.UTF_8);
    this.ciphertext = ("sealed " + number).getBytes(StandardCharsets.UTF_8);
    Bytes32 inputRoot = ContentRoot.of(input);
    this.spec =
        new JobSpec(1, "embeddings", terms.modelHash(), "fp32", inputRoot, input.length, 1_000)
            .toBytes();
    this.offer =
        new Offer(
            device.address(),
            terms.deviceClass(),
            0,
            terms.price(),
            0,
            3_600,
            terms.price().shiftLeft(20),
            1_000,
            1,
            Grade.SAMPLED.bit(),
            number,
            terms.until());
    this.order = order(number);
    run(lie);
    this.trees =
        List.of(
            Merkle.tree(workLeaves.stream().map(Merkle::leaf).toList()),
            Merkle.tree(resultLeaves.stream().map(Merkle::leaf).toList()));
  }

  public Order order() {
    return order;
  }

  public Offer offer() {
    return offer;
  }

  public Accept accept() {
    return new Accept(
        id(),
        order.digest(domains.ofMarket()),
        offer.digest(domains.ofMarket()),
        ContentRoot.of(input));
  }

  private Order order(int number) {
    return new Order(
        terms.consumer(),
        JobSpec.hash(spec),
        offer.digest(domains.ofMarket()),
        Address.ZERO,
        Bytes32.ZERO,
        0,
        Grade.SAMPLED.code(),
        terms.lane(),
        terms.price(),
        terms.price(),
        0,
        1,
        terms.until(),
        60,
        3_600,
        3_600,
        Keccak.hashUtf8("result key"),
        Address.ZERO,
        0,
        number);
  }

  private void run(float lie) {
    List<String> passages = Passages.split(input);
    for (int unit = 0; unit < passages.size(); unit++) {
      ModelRunner.Rerun run = terms.model().run(passages.get(unit));
      for (int token = 0; token < run.lastHidden().length; token++) {
        float[] row = run.lastHidden()[token].clone();
        for (int d = 0; d < row.length; d++) {
          row[d] += lie;
        }
        workLeaves.add(EmbeddingLeaves.work(unit, token, row));
        unitOfRow.add(unit);
      }
      resultLeaves.add(EmbeddingLeaves.result(unit, run.embedding()));
    }
  }

  public long id() {
    return JobIds.of(order.digest(domains.ofMarket()), 1);
  }

  public Secp256k1.PrivateKey device() {
    return device;
  }

  public int rows() {
    return workLeaves.size();
  }

  public Bytes32 workRoot() {
    return trees.get(0).root();
  }

  /** As the chain has it after Accept, in the given epoch. */
  public JobOnChain onChain(JobState state, long epoch) {
    return new JobOnChain(
        new ChainJob(
            id(),
            state,
            order.digest(domains.ofMarket()),
            offer.digest(domains.ofMarket()),
            device.address(),
            PRICE,
            epoch,
            1),
        RUN_UNTIL_S);
  }

  private WorkCommit commit(byte[] sealed) {
    return new WorkCommit(
        id(),
        device.address(),
        JobSpec.hash(spec),
        Bytes32.ZERO,
        resultLeaves.size(),
        rows(),
        ContentRoot.of(input),
        workRoot(),
        trees.get(1).root(),
        ContentRoot.of(sealed),
        sealed.length);
  }

  public Bytes32 resultHash() {
    return PackedVerdict.resultHash(ContentRoot.of(ciphertext), trees.get(1).root());
  }

  public byte[] bundle() {
    return bundle(ciphertext, List.of());
  }

  /** Another bundle of the same job, as well signed as the first. */
  public byte[] otherBundle() {
    return bundle("sealed otherwise".getBytes(StandardCharsets.UTF_8), List.of());
  }

  public byte[] bundle(byte[] sealed, List<EvidenceBundle.SignedBatch> telemetry) {
    Accept accept =
        new Accept(
            id(),
            order.digest(domains.ofMarket()),
            offer.digest(domains.ofMarket()),
            ContentRoot.of(input));
    WorkCommit commit = commit(sealed);
    return new EvidenceBundle(
            spec,
            order,
            offer,
            accept,
            accept.sign(domains.ofMarket(), device),
            commit,
            commit.sign(domains.ofMarket(), device),
            input,
            sealed,
            telemetry,
            List.of(),
            0,
            new byte[0])
        .encode();
  }

  /** A telemetry batch at {@code seq} whose content is {@code content}. */
  public EvidenceBundle.SignedBatch batch(long seq, String content) {
    TelemetryBatch batch =
        new TelemetryBatch(
            1,
            id(),
            device.address(),
            seq,
            Bytes32.ZERO,
            Bytes32.ZERO,
            1,
            1,
            Bytes32.ZERO,
            Bytes32.ZERO,
            1,
            Keccak.hashUtf8(content));
    return new EvidenceBundle.SignedBatch(
        batch, batch.sign(domains.ofMarket(), device), new byte[0]);
  }

  /** An opening of these rows, as the device signs it. */
  @SuppressWarnings("ArrayRecordComponent") // bytes handed on once
  public record SignedOpening(Opening opening, Signature signature, byte[] content) {}

  public SignedOpening open(Collection<Integer> rows) {
    List<OpenedRow> opened = new ArrayList<>();
    for (int row : new TreeSet<>(rows)) {
      int unit = unitOfRow.get(row);
      opened.add(
          new OpenedRow(
              row,
              unit,
              workLeaves.get(row),
              trees.get(0).path(row),
              resultLeaves.get(unit),
              trees.get(1).path(unit)));
    }
    byte[] content = OpenedRow.encode(opened);
    Opening opening = new Opening(id(), workRoot(), Keccak.hash(content));
    return new SignedOpening(opening, opening.sign(domains.ofMarket(), device), content);
  }
}
