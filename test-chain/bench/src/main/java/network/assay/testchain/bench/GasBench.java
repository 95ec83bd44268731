package network.assay.testchain.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.Deployer;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.assay.DeploymentPlan;
import network.assay.contracts.client.assay.MarketCalls;
import network.assay.contracts.client.assay.MarketParams;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DeviceRegistration;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.QuorumSignatures;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.StakeDeposit;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.testchain.devnet.TestChain;

/**
 * One run of every operation whose gas GOALS names and which the contracts have. Keys are made from
 * public words.
 */
final class GasBench {
  private static final BigInteger DOLLAR = BigInteger.valueOf(1_000_000);
  private static final int BATCH = 100;
  private static final int OPENED_AT_ONCE = 50;

  /** Payment lanes. */
  private static final int PRIOR_BALANCE = 0;

  private static final int EIP3009 = 1;

  /**
   * Seconds after which all has matured, and the next pay falls now into one, now the other slot.
   */
  private static final int[] BUCKETS_PASSED_S = {12, 17};

  private final GasChain chain;
  private final AssayContracts contracts;
  private final Deployment at;
  private final Committee committee;
  private final Map<String, Long> gas = new LinkedHashMap<>();
  private int counter;
  private long seq = 1;

  private GasBench(GasChain chain, AssayContracts contracts, Committee committee) {
    this.chain = chain;
    this.contracts = contracts;
    this.at = contracts.deployment();
    this.committee = committee;
  }

  /** A party with its stake-holding account and its device. */
  private record Provider(Address account, Secp256k1.PrivateKey device) {}

  /** A job that was accepted, and what the market wants to be shown of it. */
  private record Running(long jobId, JobCard card) {
    BigInteger price() {
      return card.amount();
    }
  }

  static BenchReport run() {
    Path folder;
    try {
      folder = Files.createTempDirectory("assay-bench-gas");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Long> four = measure(folder.resolve("four"), 4);
    Map<String, Long> thirteen = measure(folder.resolve("thirteen"), 13);
    return GasGoals.report(four, thirteen);
  }

  private static Map<String, Long> measure(Path folder, int oracles) {
    Secp256k1.PrivateKey deployer = key("deployer");
    try (TestChain anvil = TestChain.startInstant(folder, deployer.address());
        RpcEndpoints rpc =
            RpcEndpoints.open(RpcConfig.of(List.of(anvil.rpc()), TestChain.CHAIN_ID));
        SqliteStore store = SqliteStore.open(folder.resolve("sender.db"));
        TransactionSender sender =
            new TransactionSender(
                rpc,
                KeySigner.of(deployer),
                store,
                SenderConfig.standard(),
                AssayErrors.reasons());
        HttpClient http = HttpClient.newHttpClient()) {
      sender.start();
      AssayContracts contracts =
          new AssayContracts(
              rpc, new Deployer(rpc, sender).deploy(plan(deployer.address(), oracles)));
      Committee committee = contracts.committee().committee(contracts.committee().currentEpoch());
      GasBench bench = new GasBench(new GasChain(anvil.rpc(), http), contracts, committee);
      bench.all(contracts.governance().manager());
      return bench.gas;
    }
  }

  private static DeploymentPlan plan(Address governor, int oracles) {
    return new DeploymentPlan(
        Optional.empty(),
        governor,
        key("insurance").address(),
        key("treasury").address(),
        IntStream.range(0, oracles).mapToObj(i -> key("oracle " + i).address()).toList(),
        IntStream.range(0, oracles).mapToObj(i -> Keccak.hashUtf8("pin " + i)).toList(),
        86_400,
        MarketParams.development());
  }

  private static Secp256k1.PrivateKey key(String name) {
    return Secp256k1.PrivateKey.of(Keccak.hashUtf8("gas bench " + name).toArray());
  }

  private static final JobCard NO_CARD =
      new JobCard(Bytes32.ZERO, Address.ZERO, Address.ZERO, 0, BigInteger.ZERO);

  private JobCard card(Provider provider, Offer offer, Order order) {
    Bytes32 terms =
        JobCard.termsOf(order.digest(at.marketDomain()), offer.digest(at.marketDomain()));
    long index = contracts.devices().device(provider.device().address()).index();
    return new JobCard(terms, order.consumer(), provider.account(), index, offer.price());
  }

  private String id() {
    return "gas " + counter++;
  }

  private void all(Address governor) {
    Provider provider = provider("p", true);
    gas.put(
        "open_paid_by_one_signature_first_job_of_an_offer",
        open(provider, offer(provider), key("c first"), false));
    Offer offer = offer(provider);
    Secp256k1.PrivateKey consumer = key("c");
    var _ = open(provider, offer, consumer, false);
    gas.put("open_paid_by_one_signature", open(provider, offer, consumer, false));
    var _ = openAccepted(provider, offer, consumer, "open_and_accept_in_one");
    List<Running> one = new ArrayList<>();
    gas.put("accept", accept(provider, offer, consumer, one));
    gas.put("settle_one_alone", settle(one, VerdictCode.OK));
    List<Running> same = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      var _ = accept(provider, offer, consumer, same);
    }
    gas.put("settle_per_job_in_100_same_pair", settle(same, VerdictCode.OK) / BATCH);
    distinct();
    gas.put(
        "report_whose_verdict_is_skipped",
        settle(List.of(new Running(1, NO_CARD)), VerdictCode.FAILED));
    gas.put("report_alone", settle(List.of(new Running(2, NO_CARD)), VerdictCode.FAILED, false));
    batched(provider);
    slashAndRefund(provider, offer, consumer);
    registerWithStake();
    rotate(governor);
  }

  /**
   * The first pay of an account uses new storage; later ones do not, once both buckets were used.
   */
  private void distinct() {
    List<Provider> providers = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      providers.add(provider("p" + i, false));
    }
    for (int round = 0; round < 5; round++) {
      List<Running> jobs = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        jobs.add(openAccepted(providers.get(i), offer(providers.get(i)), key("c" + i), ""));
      }
      String first = round == 0 ? "_first_pay_ever" : "";
      gas.put("settle_per_job_in_100_distinct_pairs" + first, settle(jobs, VerdictCode.OK) / BATCH);
      chain.pass(BUCKETS_PASSED_S[round % 2]);
      for (int i = 0; i < BATCH && round < 4; i++) {
        Address account = providers.get(i).account();
        chain.send(account, contracts.settlement().claim(id(), account));
      }
    }
  }

  /** Prepaid jobs opened by a relayer, fifty in a transaction, and settled in one report. */
  private void batched(Provider provider) {
    Offer offer = offer(provider);
    Secp256k1.PrivateKey one = key("c prepaid");
    List<Running> jobs = new ArrayList<>();
    var _ = openBatch(provider, offer, i -> one, jobs); // the device's and the consumer's first
    var _ = settle(jobs, VerdictCode.OK);
    jobs.clear();
    long opened =
        openBatch(provider, offer, i -> one, jobs) + openBatch(provider, offer, i -> one, jobs);
    gas.put("open_and_accept_prepaid_per_job_in_50_same_consumer", opened / BATCH);
    gas.put(
        "whole_prepaid_job_in_50_settled_in_100", (opened + settle(jobs, VerdictCode.OK)) / BATCH);
    List<Running> distinct = new ArrayList<>();
    gas.put(
        "open_and_accept_prepaid_per_job_in_50_distinct_consumers",
        openBatch(provider, offer, i -> key("c" + i), distinct) / OPENED_AT_ONCE);
  }

  private long openBatch(
      Provider provider,
      Offer offer,
      IntFunction<Secp256k1.PrivateKey> payers,
      List<Running> jobs) {
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

  /** Opens a job that its device has accepted; measured where it has a name. */
  private Running openAccepted(
      Provider provider, Offer offer, Secp256k1.PrivateKey consumer, String name) {
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
    long used =
        chain.send(
            key("matcher").address(),
            contracts
                .market()
                .openAccepted(
                    id(),
                    order,
                    new MarketCalls.Payment(
                        0, until, authorization.sign(at.tokenDomain(), consumer)),
                    offer,
                    accept.inputRoot(),
                    accept.sign(at.marketDomain(), provider.device())));
    if (!name.isEmpty()) {
      gas.put(name, used);
    }
    return new Running(jobId, card(provider, offer, order));
  }

  private void slashAndRefund(Provider provider, Offer offer, Secp256k1.PrivateKey consumer) {
    slash(provider, offer, consumer, "_first_ever");
    slash(provider, offer, consumer, "");
    gas.put(
        "claim",
        chain.send(provider.account(), contracts.settlement().claim(id(), provider.account())));
    Order order = order(consumer, 1);
    var _ = sendOpen(provider, offer, consumer, order);
    chain.pass(60);
    long jobId = JobIds.of(order.digest(at.marketDomain()), 1);
    TxIntent expire = contracts.market().expire(id(), jobId, card(provider, offer, order));
    gas.put("timeout_refund", chain.send(provider.account(), expire));
  }

  /** The first slash ever begins the sums that are burned and insured; later ones add to them. */
  private void slash(Provider provider, Offer offer, Secp256k1.PrivateKey consumer, String which) {
    List<Running> fraud = new ArrayList<>();
    var _ = accept(provider, offer, consumer, fraud);
    gas.put("settle_fraud_alone", settle(fraud, VerdictCode.FRAUD));
    long challengeUntil = chain.now() + MarketParams.development().challengeWindowS();
    chain.pass(10);
    gas.put(
        "slash_after_the_window" + which,
        chain.send(provider.account(), slash(fraud.getFirst(), challengeUntil)));
  }

  private TxIntent slash(Running fraud, long challengeUntil) {
    JobOutcome outcome =
        new JobOutcome(VerdictCode.FRAUD.code(), BigInteger.ZERO, Bytes32.ZERO, challengeUntil);
    return contracts.settlement().slash(id(), fraud.jobId(), fraud.card(), outcome);
  }

  private void rotate(Address governor) {
    int n = committee.n();
    List<Address> keys = IntStream.range(0, n).mapToObj(i -> key("next " + i).address()).toList();
    List<Bytes32> pins =
        IntStream.range(0, n).mapToObj(i -> Keccak.hashUtf8("next pin " + i)).toList();
    gas.put(
        "rotate_committee", chain.send(governor, contracts.committee().rotate(id(), keys, pins)));
  }

  private Provider provider(String name, boolean measure) {
    Provider provider = new Provider(key("provider " + name).address(), key("device " + name));
    BigInteger stake = DOLLAR.multiply(BigInteger.valueOf(5_000));
    chain.send(provider.account(), contracts.money().faucet(id(), provider.account(), stake));
    chain.send(provider.account(), contracts.money().approve(id(), at.vault(), stake));
    long deposit = chain.send(provider.account(), contracts.money().deposit(id(), stake));
    long staked = chain.send(provider.account(), contracts.money().addStake(id(), stake));
    DeviceRegistration registration =
        new DeviceRegistration(
            provider.account(),
            provider.device().address(),
            Keccak.hashUtf8("cpu"),
            Keccak.hashUtf8("d"),
            chain.now() + 600);
    long registered =
        chain.send(
            provider.account(),
            contracts
                .devices()
                .register(
                    id(), registration, registration.sign(at.devicesDomain(), provider.device())));
    if (measure) {
      gas.put("register_stake_first_device_in_three", deposit + staked + registered);
      gas.put("register_device", registered);
    }
    return provider;
  }

  /** Device, stake from the wallet, and the token's authorisation, in one transaction. */
  private void registerWithStake() {
    Secp256k1.PrivateKey owner = key("newcomer");
    Secp256k1.PrivateKey device = key("newcomer's device");
    BigInteger stake = DOLLAR.multiply(BigInteger.valueOf(5_000));
    chain.send(owner.address(), contracts.money().faucet(id(), owner.address(), stake));
    StakeDeposit deposit = new StakeDeposit(owner.address(), stake, 1);
    long until = chain.now() + 2_000;
    PaymentAuthorization authorization =
        new PaymentAuthorization(
            owner.address(),
            at.vault(),
            stake,
            BigInteger.ZERO,
            BigInteger.valueOf(until),
            deposit.digest(Eip712Domain.assay(at.chainId(), at.stake())));
    DeviceRegistration registration =
        new DeviceRegistration(
            owner.address(),
            device.address(),
            Keccak.hashUtf8("cpu"),
            Keccak.hashUtf8("d"),
            chain.now() + 600);
    TxIntent both =
        contracts
            .devices()
            .registerWithStake(
                id(),
                registration,
                registration.sign(at.devicesDomain(), device),
                deposit,
                new MarketCalls.Payment(0, until, authorization.sign(at.tokenDomain(), owner)));
    gas.put("register_stake_first_device", chain.send(owner.address(), both));
  }

  private Offer offer(Provider provider) {
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

  private Order order(Secp256k1.PrivateKey consumer, int attempts) {
    return order(consumer, attempts, EIP3009);
  }

  private Order order(Secp256k1.PrivateKey consumer, int attempts, int lane) {
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

  private long open(
      Provider provider, Offer offer, Secp256k1.PrivateKey consumer, boolean oneAttempt) {
    return sendOpen(provider, offer, consumer, order(consumer, oneAttempt ? 1 : 2));
  }

  /** The payer has more than he pays, and the vault held money before: the usual case. */
  private long sendOpen(
      Provider provider, Offer offer, Secp256k1.PrivateKey consumer, Order order) {
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

  private long accept(
      Provider provider, Offer offer, Secp256k1.PrivateKey consumer, List<Running> jobs) {
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

  private long settle(List<Running> jobs, VerdictCode code) {
    return settle(jobs, code, true);
  }

  /** Without cards a report is taken, and settles nothing yet. */
  private long settle(List<Running> jobs, VerdictCode code, boolean withCards) {
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
