package network.assay.agent.execute;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.Draw;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.TelemetryNonce;

/** A device, four oracles and one good job, with real keys and signatures. */
final class World {
  static final long NOW_S = 1_800_000_000L;
  static final long EPOCH = 3;
  static final byte[] INPUT = "One passage.\n\nAnother passage.".getBytes(StandardCharsets.UTF_8);
  static final Bytes32 BUNDLE_HASH = Keccak.hashUtf8("bundle");

  final Secp256k1.PrivateKey device = key("device");
  final List<Secp256k1.PrivateKey> oracles =
      IntStream.range(0, 4).mapToObj(i -> key("oracle " + i)).toList();
  final Address provider = key("provider").address();
  final Eip712Domain market = Eip712Domain.assay(31337, Address.fromHex("0x" + "11".repeat(20)));
  final Eip712Domain committeeDomain =
      Eip712Domain.assay(31337, Address.fromHex("0x" + "22".repeat(20)));
  final DeviceProfile self = new DeviceProfile(device.address(), provider, market, committeeDomain);
  final Policy policy = new Policy(2, 10, 60, 400, 5_000);
  final Committee committee =
      new Committee(
          EPOCH,
          oracles.stream().map(Secp256k1.PrivateKey::address).toList(),
          oracles.stream().map(o -> Keccak.hash(o.address().toArray())).toList());

  final JobSpec spec =
      new JobSpec(
          1,
          "embeddings",
          Keccak.hashUtf8("model"),
          "fp32",
          ContentRoot.of(INPUT),
          INPUT.length,
          100_000);
  final Offer offer =
      new Offer(
          device.address(),
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
          NOW_S + 600);

  static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(
        Keccak.hashUtf8("a key that is only for tests: " + name).toArray());
  }

  Order order() {
    return order(500, 120, Grade.SAMPLED.code(), Bytes32.ZERO);
  }

  Order order(long priceMax, long runWindowS, int grade, Bytes32 offerHash) {
    return new Order(
        key("consumer").address(),
        JobSpec.hash(spec.toBytes()),
        offerHash,
        key("matcher").address(),
        Bytes32.ZERO,
        0,
        grade,
        0,
        BigInteger.valueOf(priceMax),
        BigInteger.valueOf(priceMax),
        500,
        2,
        NOW_S + 60,
        30,
        runWindowS,
        60,
        Keccak.hashUtf8("an X25519 key"),
        Address.ZERO,
        0,
        7);
  }

  Signed<Offer> signedOffer() {
    return new Signed<>(offer, offer.sign(market, device));
  }

  Assignment assignment() {
    return assignment(order());
  }

  Assignment assignment(Order order) {
    return new Assignment(JobIds.of(order.digest(market), 1), order, signedOffer(), spec.toBytes());
  }

  Ticket ticket() {
    Assignment good = assignment();
    return new Ticket(good, spec, good.order().digest(market), offer.digest(market), 1);
  }

  ChainFacts facts(JobState state, long deadlineS) {
    boolean accepted = !Set.of(JobState.NONE, JobState.FUNDED, JobState.ASSIGNED).contains(state);
    long epoch = accepted ? EPOCH : 0;
    return new ChainFacts(state, offer.price(), deadlineS, epoch, provider, true, false, false);
  }

  Signed<TelemetryNonce> nonce(int oracle, long jobId) {
    TelemetryNonce nonce =
        new TelemetryNonce(
            EPOCH, jobId, device.address(), Keccak.hashUtf8("nonce " + oracle), NOW_S);
    return new Signed<>(nonce, nonce.sign(committeeDomain, oracles.get(oracle)));
  }

  Bytes32 seed(int oracle) {
    return Keccak.hashUtf8("seed " + oracle);
  }

  Signed<Ack> ack(int oracle, long jobId, Bytes32 bundleHash) {
    Address address = oracles.get(oracle).address();
    Ack ack =
        new Ack(
            EPOCH, jobId, bundleHash, Draw.commitment(jobId, bundleHash, address, seed(oracle)));
    return new Signed<>(ack, ack.sign(committeeDomain, oracles.get(oracle)));
  }

  Signed<DrawReveal> reveal(int oracle, long jobId, Bytes32 bundleHash, Bytes32 seed) {
    DrawReveal reveal = new DrawReveal(EPOCH, jobId, bundleHash, seed);
    return new Signed<>(reveal, reveal.sign(committeeDomain, oracles.get(oracle)));
  }

  Address oracle(int index) {
    return oracles.get(index).address();
  }
}
