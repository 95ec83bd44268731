package network.assay.testchain.bench;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.MarketCalls;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.VerdictCode;

/**
 * The parties of the gas bench and what they do with jobs; every move returns the gas of its last
 * transaction. Amounts are a dollar a job.
 */
final class GasJobs {
  static final BigInteger DOLLAR = BigInteger.valueOf(1_000_000);
  static final int OPENED_AT_ONCE = 50;

  /** Payment lanes. */
  private static final int PRIOR_BALANCE = 0;

  private static final int EIP3009 = 1;

  private final GasChain chain;
  private final AssayContracts contracts;
  private final Deployment at;
  private final Committee committee;
  private int counter;
  private long seq = 1;

  GasJobs(GasChain chain, AssayContracts contracts, Committee committee) {
    this.chain = chain;
    this.contracts = contracts;
    this.at = contracts.deployment();
    this.committee = committee;
  }

  /** A provider: the account that holds the stake, and its device. */
  record Rig(Address account, Secp256k1.PrivateKey device) {}

  /** A job that was accepted, and what the market wants to be shown of it. */
  record Running(long jobId, JobCard card) {
    BigInteger price() {
      return card.amount();
    }
  }

  /** Made from public words. */
  static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("gas bench " + name).toArray());
  }

  static final JobCard NO_CARD =
      new JobCard(Bytes32.ZERO, Address.ZERO, Address.ZERO, 0, BigInteger.ZERO);

  /** What the market wants to be shown of a job that this offer was joined to. */
  JobCard card(Rig provider, Offer offer, Order order) {
    Bytes32 terms =
        JobCard.termsOf(order.digest(at.marketDomain()), offer.digest(at.marketDomain()));
    long index = contracts.devices().device(provider.device().address()).index();
    return new JobCard(terms, order.consumer(), provider.account(), index, offer.price());
  }

  /** Another name for another transaction. */
  String id() {
    return "gas " + counter++;
  }

  /** Opens prepaid jobs in one transaction, the i-th paid by the i-th of `payers`. */
  long openBatch(
      Rig provider, Offer offer, IntFunction<Secp256k1.PrivateKey> payers, List<Running> jobs) {
    List<MarketCalls.BatchItem> items = new ArrayList<>();
    for (int i = 0; i < OPENED_AT_ONCE; i++) {
      Secp256k1.PrivateKey consumer = payers.apply(i);
      BigInteger credit = DOLLAR.multiply(BigInteger.TWO);
      chain.send(consumer.address(), contracts.money().faucet(id(), consumer.address(), credit));
      chain.send(consumer.address(), contracts.money().approve(id(), at.vault(), credit));
      chain.send(consumer.address(), contracts.money().deposit(id(), credit));
      Order order = order(consumer, 1, PRIOR_BALANCE);
      Bytes32 orderHash = order.digest(at.marketDomain());
      long jobId = JobIds.of(orderHash, 1);
      Accept accept =
          new Accept(jobId, orderHash, offer.digest(at.marketDomain()), Keccak.hashUtf8("in"));
      items.add(
          new MarketCalls.BatchItem(
              order,
              order.sign(at.marketDomain(), consumer),
              accept.inputRoot(),
              accept.sign(at.marketDomain(), provider.device())));
      jobs.add(new Running(jobId, card(provider, offer, order)));
    }
    return chain.send(key("matcher").address(), contracts.market().openBatch(id(), items, offer));
  }

  /** Opens a job with its device's Accept, paid by one signature of a wallet. */
  long openAccepted(Rig provider, Offer offer, Secp256k1.PrivateKey consumer, List<Running> jobs) {
    Order order = order(consumer, 2);
    chain.send(
        provider.account(),
        contracts.money().faucet(id(), consumer.address(), DOLLAR.multiply(BigInteger.TWO)));
    Bytes32 orderHash = order.digest(at.marketDomain());
    long jobId = JobIds.of(orderHash, 1);
    Accept accept =
        new Accept(jobId, orderHash, offer.digest(at.marketDomain()), Keccak.hashUtf8("in"));
    long until = chain.now() + 2_000;
    PaymentAuthorization authorization =
        PaymentAuthorization.forOrder(
            order, orderHash, at.vault(), BigInteger.ZERO, BigInteger.valueOf(until));
    jobs.add(new Running(jobId, card(provider, offer, order)));
    return chain.send(
        key("matcher").address(),
        contracts
            .market()
            .openAccepted(
                id(),
                order,
                new MarketCalls.Payment(0, until, authorization.sign(at.tokenDomain(), consumer)),
                offer,
                accept.inputRoot(),
                accept.sign(at.marketDomain(), provider.device())));
  }

  Offer offer(Rig provider) {
    BigInteger volume = DOLLAR.multiply(BigInteger.valueOf(100_000));
    return new Offer(
        provider.device().address(),
        Keccak.hashUtf8("cpu"),
        0,
        DOLLAR,
        1,
        3_000,
        volume,
        60_000,
        1,
        Grade.SAMPLED.bit(),
        counter,
        chain.now() + 3_000_000);
  }

  Order order(Secp256k1.PrivateKey consumer, int attempts) {
    return order(consumer, attempts, EIP3009);
  }

  Order order(Secp256k1.PrivateKey consumer, int attempts, int lane) {
    return new Order(
        consumer.address(),
        Keccak.hashUtf8("spec"),
        Bytes32.ZERO,
        key("matcher").address(),
        Bytes32.ZERO,
        0,
        Grade.SAMPLED.code(),
        lane,
        DOLLAR,
        DOLLAR,
        0,
        attempts,
        chain.now() + 1_000,
        30,
        1_000,
        1_000,
        Keccak.hashUtf8("rk"),
        Address.ZERO,
        0,
        Keccak.hashUtf8("salt" + counter++).toUnsigned().longValue());
  }

  long open(Rig provider, Offer offer, Secp256k1.PrivateKey consumer, boolean oneAttempt) {
    return sendOpen(provider, offer, consumer, order(consumer, oneAttempt ? 1 : 2));
  }

  /** The payer has more than he pays, and the vault held money before: the usual case. */
  long sendOpen(Rig provider, Offer offer, Secp256k1.PrivateKey consumer, Order order) {
    chain.send(
        provider.account(),
        contracts.money().faucet(id(), consumer.address(), DOLLAR.multiply(BigInteger.TWO)));
    long until = chain.now() + 2_000;
    PaymentAuthorization authorization =
        PaymentAuthorization.forOrder(
            order,
            order.digest(at.marketDomain()),
            at.vault(),
            BigInteger.ZERO,
            BigInteger.valueOf(until));
    MarketCalls.Payment payment =
        new MarketCalls.Payment(0, until, authorization.sign(at.tokenDomain(), consumer));
    TxIntent intent =
        contracts
            .market()
            .open(id(), order, payment, offer, offer.sign(at.marketDomain(), provider.device()));
    return chain.send(key("matcher").address(), intent);
  }

  long accept(Rig provider, Offer offer, Secp256k1.PrivateKey consumer, List<Running> jobs) {
    Order order = order(consumer, 2);
    var _ = sendOpen(provider, offer, consumer, order);
    Bytes32 orderHash = order.digest(at.marketDomain());
    long jobId = JobIds.of(orderHash, 1);
    Accept accept =
        new Accept(jobId, orderHash, offer.digest(at.marketDomain()), Keccak.hashUtf8("in"));
    JobCard card = card(provider, offer, order);
    jobs.add(new Running(jobId, card));
    return chain.send(
        provider.account(),
        contracts
            .market()
            .accept(
                id(), order, 1, card, accept, accept.sign(at.marketDomain(), provider.device())));
  }

  long settle(List<Running> jobs, VerdictCode code) {
    return settle(jobs, code, true);
  }

  /** Without cards a report is taken, and settles nothing yet. */
  long settle(List<Running> jobs, VerdictCode code, boolean withCards) {
    List<Running> ordered =
        jobs.stream().sorted((a, b) -> Long.compareUnsigned(a.jobId(), b.jobId())).toList();
    List<Outcome.Entry> entries =
        ordered.stream()
            .map(job ->
                new Outcome.Entry(verdict(job, code), Keccak.hashUtf8("leaf " + job.jobId())))
            .toList();
    Outcome outcome =
        new Outcome(committee.epoch(), seq++, chain.now(), chain.now() + 3_600, entries);
    Bytes32 digest = outcome.report().digest(at.settlementDomain());
    Map<Integer, Signature> signatures = new HashMap<>();
    for (int i = 0; i < committee.quorum(); i++) {
      signatures.put(i, key("oracle " + i).sign(digest));
    }
    return chain.send(
        key("oracle 0").address(),
        contracts
            .settlement()
            .settle(
                id(),
                outcome.report(),
                outcome.packedVerdicts(),
                withCards ? ordered.stream().map(Running::card).toList() : List.of(),
                QuorumSignatures.pack(committee, signatures)));
  }

  private static PackedVerdict verdict(Running job, VerdictCode code) {
    boolean ok = code == VerdictCode.OK;
    return new PackedVerdict(
        job.jobId(),
        code,
        ok ? job.price() : BigInteger.ZERO,
        ok ? Keccak.hashUtf8("result " + job.jobId()) : Bytes32.ZERO);
  }
}
