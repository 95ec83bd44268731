package network.assay.agent.app.job;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import network.assay.agent.execute.Assignment;
import network.assay.agent.execute.Chain;
import network.assay.agent.execute.ChainFacts;
import network.assay.agent.execute.Coordinator;
import network.assay.agent.execute.DeviceProfile;
import network.assay.agent.execute.NodeHardware;
import network.assay.agent.execute.Oracles;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Signed;
import network.assay.agent.execute.Ticket;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Fail;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TelemetryNonce;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.oracle.verify.Assessment;
import network.assay.oracle.verify.BundleIntake;
import network.assay.oracle.verify.ChainJob;
import network.assay.oracle.verify.Domains;
import network.assay.oracle.verify.EvidenceCase;
import network.assay.oracle.verify.EvidenceVerifier;
import network.assay.oracle.verify.work.ModelRunner;
import network.assay.oracle.verify.work.RevealedDraw;
import network.assay.oracle.verify.work.SignedOpening;

/**
 * A simulated world around one agent: one chain, four oracles that hold real keys and judge with
 * the real verifier, a coordinator. It notes every signature of the device that it ever saw, so
 * that a test can look for two of a kind.
 */
public final class FakeNet implements Chain, Oracles, Coordinator {
  static final long START_S = 1_800_000_000L;
  static final byte[] INPUT =
      "The first passage.\n\nThe second passage.\n\nA third.".getBytes(StandardCharsets.UTF_8);
  private static final long EPOCH = 1;

  final Secp256k1.PrivateKey deviceKey = key("device");
  final Address provider = key("provider").address();
  final Domains domains;
  final Eip712Domain market;
  final DeviceProfile self;
  final List<Secp256k1.PrivateKey> oracleKeys =
      IntStream.range(0, 4).mapToObj(i -> key("oracle " + i)).toList();
  final Committee committee;
  final Bytes32 resultSecret = Keccak.hashUtf8("a result key that is only for tests");
  final EvidenceVerifier verifier;
  final JobSpec spec;

  // The one job. A test may replace them before it hands out the assignment.
  Order order;
  Signed<Offer> offer;
  long acceptedAtS = START_S;

  // What happened. Guarded by this.
  long chainTimeS = START_S;
  JobState state = JobState.ASSIGNED;
  long deadlineS = START_S + 60;
  boolean claimable;
  int claims;
  final Map<String, Set<Bytes32>> signedByDevice = new HashMap<>();
  final Map<Address, Bytes32> ackedBundle = new HashMap<>();
  final Map<Address, byte[]> bundles = new HashMap<>();
  final Set<Address> revealed = new HashSet<>();
  final Map<Address, List<SignedOpening>> openings = new TreeMap<>();
  final Map<Address, Assessment.Judged> verdicts = new HashMap<>();
  final Set<Long> liveBatches = new HashSet<>();
  final List<String> progress = new ArrayList<>();
  byte[] delivered = new byte[0];
  Fail failed = new Fail(0, Bytes32.ZERO);

  // How it misbehaves.
  final Set<Address> silent = new HashSet<>();
  byte[] input;
  final BlockingQueue<Assignment> assignments = new LinkedBlockingQueue<>();
  final List<Signed<Offer>> offers = new ArrayList<>();

  public FakeNet(ModelRunner models, Bytes32 model) {
    this(
        models,
        model,
        Domains.of(
            31337,
            Address.fromHex("0x" + "11".repeat(20)),
            Address.fromHex("0x" + "22".repeat(20))),
        IntStream.range(0, 4).mapToObj(i -> Keccak.hashUtf8("pin " + i)).toList());
  }

  /** With the domains of a real deployment, and oracles whose TLS keys have these pins. */
  public FakeNet(ModelRunner models, Bytes32 model, Domains domains, List<Bytes32> pins) {
    this(models, model, domains, pins, INPUT);
  }

  FakeNet(ModelRunner models, Bytes32 model, Domains domains, List<Bytes32> pins, byte[] input) {
    this.input = input.clone();
    this.domains = domains;
    this.market = domains.market();
    this.self = new DeviceProfile(deviceKey.address(), provider, market, domains.committee());
    this.committee =
        new Committee(EPOCH, oracleKeys.stream().map(Secp256k1.PrivateKey::address).toList(), pins);
    this.verifier = new EvidenceVerifier(models);
    this.spec =
        new JobSpec(1, "embeddings", model, "fp32", ContentRoot.of(input), input.length, 1_000_000);
    this.order =
        new Order(
            key("consumer").address(),
            JobSpec.hash(spec.toBytes()),
            Bytes32.ZERO,
            key("matcher").address(),
            Bytes32.ZERO,
            0,
            Grade.SAMPLED.code(),
            0,
            BigInteger.valueOf(500),
            BigInteger.valueOf(500),
            500,
            2,
            START_S + 60,
            30,
            120,
            60,
            ResultSealing.publicKey(resultSecret),
            Address.ZERO,
            0,
            7);
    Offer plain =
        new Offer(
            deviceKey.address(),
            Keccak.hashUtf8("class"),
            0,
            BigInteger.valueOf(500),
            10,
            3_600,
            BigInteger.valueOf(1_000_000),
            2,
            1,
            Grade.SAMPLED.bit(),
            1,
            START_S + 600);
    this.offer = new Signed<>(plain, plain.sign(market, deviceKey));
  }

  static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(
        Keccak.hashUtf8("a key that is only for tests: " + name).toArray());
  }

  Offer offer() {
    return offer.message();
  }

  Order order() {
    return order;
  }

  Assignment assignment() {
    return new Assignment(JobIds.of(order.digest(market), 1), order, offer, spec.toBytes());
  }

  private void noteSigned(String slot, Signed<?> signed) {
    if (!signed.signedBy(deviceKey.address(), market)) {
      throw new IllegalStateException(slot + " is not signed by the device");
    }
    signedByDevice.computeIfAbsent(slot, s -> new HashSet<>()).add(signed.message().digest(market));
  }

  private ChainJob chainJob() {
    return new ChainJob(
        assignment().jobId(),
        state,
        order().digest(market),
        offer().digest(market),
        deviceKey.address(),
        offer().price(),
        EPOCH,
        acceptedAtS);
  }

  // Chain

  @Override
  public synchronized long chainTimeS() {
    return chainTimeS;
  }

  @Override
  public synchronized ChainFacts facts(Ticket ticket) {
    long epoch = state == JobState.ASSIGNED || state == JobState.NONE ? 0 : EPOCH;
    return new ChainFacts(
        state,
        offer().price(),
        deadlineS,
        epoch,
        provider,
        true,
        state == JobState.REPORTED && fraud(),
        claimable);
  }

  private boolean fraud() {
    return verdicts.values().stream().anyMatch(v -> v.verdict().code() == VerdictCode.FRAUD);
  }

  @Override
  public BigInteger volumeOf(Address device) {
    return BigInteger.ZERO;
  }

  @Override
  public Committee committee(long epoch) {
    return committee;
  }

  @Override
  public synchronized void accept(Ticket ticket, Signed<Accept> accept) throws PortException {
    noteSigned("Accept", accept);
    if (state != JobState.ASSIGNED) {
      throw new PortException("reverted: WrongState " + state);
    }
    state = JobState.RUNNING;
    deadlineS = chainTimeS + 120;
  }

  @Override
  public synchronized void postCommit(Ticket ticket, Signed<WorkCommit> commit)
      throws PortException {
    noteSigned("WorkCommit", commit);
    if (state != JobState.RUNNING || chainTimeS > deadlineS) {
      throw new PortException("reverted: WrongState " + state);
    }
    state = JobState.COMMITTED;
    deadlineS = chainTimeS + 60;
  }

  @Override
  public synchronized void fail(Ticket ticket, Signed<Fail> fail) throws PortException {
    noteSigned("Fail", fail);
    if (state != JobState.RUNNING && state != JobState.COMMITTED) {
      throw new PortException("reverted: WrongState " + state);
    }
    failed = fail.message();
    state = JobState.REFUNDED;
  }

  @Override
  public synchronized void claim() {
    claims++;
    claimable = false;
  }

  /** The challenge window and the bucket pass. */
  synchronized void settle() {
    chainTimeS = deadlineS + 120;
    state = JobState.FINAL;
    claimable = true;
  }

  synchronized void passTime(long seconds) {
    chainTimeS += seconds;
  }

  // Oracles

  private Secp256k1.PrivateKey keyOf(Address oracle) throws PortException {
    if (silent.contains(oracle)) {
      throw new PortException("no answer from " + oracle);
    }
    return oracleKeys.get(committee.indexOf(oracle));
  }

  @Override
  public synchronized Signed<TelemetryNonce> nonce(Committee of, Address oracle, long jobId)
      throws PortException {
    Secp256k1.PrivateKey key = keyOf(oracle);
    TelemetryNonce nonce =
        new TelemetryNonce(
            EPOCH, jobId, deviceKey.address(), Keccak.hashUtf8("nonce of " + oracle), chainTimeS);
    return new Signed<>(nonce, nonce.sign(domains.committee(), key));
  }

  @Override
  public synchronized void telemetry(Committee of, Address oracle, EvidenceBundle.SignedBatch batch)
      throws PortException {
    Secp256k1.PrivateKey _ = keyOf(oracle);
    liveBatches.add(batch.batch().seq());
    noteBatch(batch);
  }

  private void noteBatch(EvidenceBundle.SignedBatch batch) {
    TelemetryBatch message = batch.batch();
    noteSigned("TelemetryBatch/" + message.seq(), new Signed<>(message, batch.signature()));
  }

  private Bytes32 seed(Address oracle) {
    return Keccak.hashUtf8("the secret seed of " + oracle);
  }

  @Override
  public synchronized Signed<Ack> bundle(Committee of, Address oracle, long jobId, byte[] bytes)
      throws PortException {
    Secp256k1.PrivateKey key = keyOf(oracle);
    Bytes32 hash = EvidenceBundle.hash(bytes);
    if (!ackedBundle.getOrDefault(oracle, hash).equals(hash)) {
      throw new PortException("another bundle was acknowledged");
    }
    BundleIntake.Result intake = BundleIntake.forAck(bytes, chainJob(), market);
    if (intake.accepted() == null) {
      throw new PortException("refused: " + intake.findings());
    }
    EvidenceBundle bundle = EvidenceBundle.parse(bytes);
    noteSigned("WorkCommit", new Signed<>(bundle.workCommit(), bundle.workCommitSignature()));
    noteSigned("Accept", new Signed<>(bundle.accept(), bundle.acceptSignature()));
    bundle.telemetry().forEach(this::noteBatch);
    ackedBundle.put(oracle, hash);
    bundles.put(oracle, bytes);
    Ack ack = new Ack(EPOCH, jobId, hash, Draw.commitment(jobId, hash, oracle, seed(oracle)));
    return new Signed<>(ack, ack.sign(domains.committee(), key));
  }

  @Override
  public synchronized Signed<DrawReveal> certificate(
      Committee of, Address oracle, long jobId, Bytes32 bundleHash, List<Signed<Ack>> acks)
      throws PortException {
    Secp256k1.PrivateKey key = keyOf(oracle);
    long good =
        acks.stream()
            .filter(
                a -> a.message().bundleHash().equals(bundleHash) && a.message().jobId() == jobId)
            .flatMap(a -> a.signer(domains.committee()).stream())
            .filter(a -> committee.indexOf(a) >= 0)
            .distinct()
            .count();
    if (good < committee.quorum()) {
      throw new PortException("no certificate: " + good + " acks");
    }
    revealed.add(oracle);
    DrawReveal reveal = new DrawReveal(EPOCH, jobId, bundleHash, seed(oracle));
    return new Signed<>(reveal, reveal.sign(domains.committee(), key));
  }

  @Override
  public synchronized void opening(
      Committee of, Address oracle, Signed<Opening> opening, byte[] content) throws PortException {
    Secp256k1.PrivateKey _ = keyOf(oracle);
    if (!opening.signedBy(deviceKey.address(), market) || !revealed.contains(oracle)) {
      throw new PortException("no opening of this device after a reveal");
    }
    openings
        .computeIfAbsent(oracle, o -> new ArrayList<>())
        .add(new SignedOpening(content, opening.signature()));
    judge(oracle);
  }

  private void judge(Address oracle) {
    List<RevealedDraw> draws =
        revealed.stream().map(o -> new RevealedDraw(o, seed(o), RevealedDraw.Due.PENDING)).toList();
    byte[] bundle = bundles.getOrDefault(oracle, bundles.values().iterator().next());
    Assessment assessment =
        verifier.assess(
            new EvidenceCase(
                bundle, chainJob(), committee, domains, draws, openings.get(oracle), List.of()));
    if (assessment instanceof Assessment.Judged judged
        && judged.verdict().code() != VerdictCode.INCONCLUSIVE) {
      verdicts.put(oracle, judged);
    }
    if (verdicts.size() >= committee.quorum()
        && (state == JobState.RUNNING || state == JobState.COMMITTED)) {
      state = JobState.REPORTED;
      deadlineS = chainTimeS + 30;
    }
  }

  // Coordinator

  /** As it came over the wire. */
  volatile network.assay.contracts.wire.NodeHardware toldHardware =
      network.assay.contracts.wire.NodeHardware.getDefaultInstance();

  @Override
  public synchronized void publish(
      Signed<Offer> offer, List<Bytes32> models, NodeHardware hardware) {
    offers.add(offer);
  }

  @Override
  public void watch(Consumer<Assignment> sink, Consumer<Assignment> asked)
      throws InterruptedException {
    while (true) {
      Assignment next = assignments.take();
      (isOnChain() ? sink : asked).accept(next);
    }
  }

  private synchronized boolean isOnChain() {
    return state != JobState.NONE;
  }

  /** Opens and accepts, as the market would. */
  @Override
  public synchronized void accept(Signed<Accept> accept) throws PortException {
    noteSigned("Accept", accept);
    if (state != JobState.NONE) {
      throw new PortException("refused: TOO_LATE");
    }
    if (opensAccepted) {
      state = JobState.RUNNING;
      deadlineS = chainTimeS + 120;
    }
    if (tellsOfOpened) {
      assignments.add(assignment());
    } else {
      goneAfterAccept = true;
    }
  }

  /** Whether the coordinator opens what was accepted, and whether it lives to tell of it. */
  volatile boolean opensAccepted = true;

  volatile boolean tellsOfOpened = true;
  private volatile boolean goneAfterAccept;

  @Override
  public byte[] input(long jobId, int bytesMax) throws PortException {
    if (goneAfterAccept) {
      throw new PortException("coordinator: UNAVAILABLE");
    }
    return input.clone();
  }

  @Override
  public synchronized void deliver(long jobId, Signed<WorkCommit> commit, byte[] ciphertext)
      throws PortException {
    noteSigned("WorkCommit", commit);
    if (!ContentRoot.of(ciphertext).equals(commit.message().ciphertextRoot())) {
      throw new PortException("WRONG_CIPHERTEXT");
    }
    delivered = ciphertext.clone();
  }

  @Override
  public synchronized void progress(long jobId, String phase, String message) {
    progress.add(phase);
  }
}
