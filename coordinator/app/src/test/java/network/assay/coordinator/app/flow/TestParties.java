package network.assay.coordinator.app.flow;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;

/** Keys, offers and orders of tests. */
public final class TestParties {
  public static final Secp256k1.PrivateKey COORDINATOR = key(100);
  public static final Secp256k1.PrivateKey CONSUMER = key(101);
  public static final Bytes32 DEVICE_CLASS = Keccak.hashUtf8("test class");
  public static final Bytes32 MODEL = Keccak.hashUtf8("test model");
  public static final byte[] INPUT = "one passage".getBytes(StandardCharsets.UTF_8);

  private TestParties() {}

  public static Secp256k1.PrivateKey key(int i) {
    return Secp256k1.PrivateKey.of(
        Bytes.start().u256(BigInteger.valueOf(i).add(BigInteger.valueOf(1_000))).toArray());
  }

  public static Address address(int i) {
    byte[] bytes = new byte[20];
    bytes[19] = (byte) i;
    return Address.of(bytes);
  }

  public static JobSpec spec() {
    return new JobSpec(
        1, "embeddings", MODEL, "fp32", ContentRoot.of(INPUT), INPUT.length, 100_000);
  }

  public static Offer offer(int device, long price, long expiry) {
    return new Offer(
        key(device).address(),
        DEVICE_CLASS,
        0,
        BigInteger.valueOf(price),
        5,
        3_600,
        BigInteger.valueOf(1_000_000),
        4,
        1,
        Grade.SAMPLED.bit(),
        1,
        expiry);
  }

  /** The device registers and puts its offer. */
  public static void offers(FakeChain chain, OfferDesk desk, int device, long price) {
    offers(chain, desk, device, price, 0xb1);
  }

  /** The device of this owner registers and puts its offer. */
  public static void offers(FakeChain chain, OfferDesk desk, int device, long price, int owner) {
    Address address = key(device).address();
    chain.devices.put(address, new Chain.Device(address(owner), true, DEVICE_CLASS));
    Offer offer = offer(device, price, chain.nowS + 10_000);
    Signature signature = offer.sign(chain.deployment().marketDomain(), key(device));
    desk.put(offer, signature, "device " + device, Set.of(MODEL), 1);
  }

  public static Order order(FakeChain chain, long amount, long salt) {
    return new Order(
        CONSUMER.address(),
        JobSpec.hash(spec().toBytes()),
        Bytes32.ZERO,
        COORDINATOR.address(),
        Bytes32.ZERO,
        0,
        Grade.SAMPLED.code(),
        1,
        BigInteger.valueOf(amount),
        BigInteger.valueOf(amount),
        100,
        2,
        chain.nowS + 600,
        30,
        60,
        60,
        Keccak.hashUtf8("result key"),
        Address.ZERO,
        0,
        salt);
  }

  public static Submission submission(FakeChain chain, Order order) {
    return sign(chain, order, CONSUMER, chain.deployment());
  }

  public static Submission sign(
      FakeChain chain, Order order, Secp256k1.PrivateKey key, Deployment at) {
    BigInteger before = BigInteger.valueOf(chain.nowS + 600);
    Bytes32 hash = order.digest(at.marketDomain());
    PaymentAuthorization pay =
        PaymentAuthorization.forOrder(order, hash, at.vault(), BigInteger.ZERO, before);
    Signature signature = key.sign(pay.digest(at.tokenDomain()));
    return new Submission(spec().toBytes(), INPUT, order, BigInteger.ZERO, before, signature);
  }
}
