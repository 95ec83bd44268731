package network.assay.testchain.bench;

import static network.assay.testchain.bench.GasJobs.DOLLAR;
import static network.assay.testchain.bench.GasJobs.NO_CARD;
import static network.assay.testchain.bench.GasJobs.OPENED_AT_ONCE;
import static network.assay.testchain.bench.GasJobs.key;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DeviceRegistration;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.StakeDeposit;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.testchain.bench.GasJobs.Rig;
import network.assay.testchain.bench.GasJobs.Running;
import network.assay.testchain.devnet.AssayHome;
import network.assay.testchain.devnet.TestChain;

/**
 * One run of every operation whose gas GOALS names and which the contracts have. Keys are made from
 * public words.
 */
final class GasBench {
  private static final int BATCH = 100;

  /**
   * Seconds after which all has matured, and the next pay falls now into one, now the other slot.
   */
  private static final int[] BUCKETS_PASSED_S = {12, 17};

  private final GasChain chain;
  private final AssayContracts contracts;
  private final Deployment at;
  private final Committee committee;
  private final Map<String, Long> gas = new LinkedHashMap<>();
  private final GasJobs jobs;

  private GasBench(GasChain chain, AssayContracts contracts, Committee committee) {
    this.chain = chain;
    this.contracts = contracts;
    this.at = contracts.deployment();
    this.committee = committee;
    this.jobs = new GasJobs(chain, contracts, committee);
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
    return GasGoals.report(four, thirteen, ForgeGas.measure(AssayHome.find().resolve("contracts")));
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
        Address.ZERO, // the insurance pool, which is told of every fault
        key("treasury").address(),
        IntStream.range(0, oracles).mapToObj(i -> key("oracle " + i).address()).toList(),
        IntStream.range(0, oracles).mapToObj(i -> Keccak.hashUtf8("pin " + i)).toList(),
        86_400,
        MarketParams.development());
  }

  private void all(Address governor) {
    Rig provider = provider("p", true);
    gas.put(
        "open_paid_by_one_signature_first_job_of_an_offer",
        jobs.open(provider, jobs.offer(provider), key("c first"), false));
    Offer offer = jobs.offer(provider);
    Secp256k1.PrivateKey consumer = key("c");
    var _ = jobs.open(provider, offer, consumer, false);
    gas.put("open_paid_by_one_signature", jobs.open(provider, offer, consumer, false));
    gas.put(
        "open_and_accept_in_one", jobs.openAccepted(provider, offer, consumer, new ArrayList<>()));
    List<Running> one = new ArrayList<>();
    gas.put("accept", jobs.accept(provider, offer, consumer, one));
    gas.put("settle_one_alone", jobs.settle(one, VerdictCode.OK));
    List<Running> same = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      var _ = jobs.accept(provider, offer, consumer, same);
    }
    gas.put("settle_per_job_in_100_same_pair", jobs.settle(same, VerdictCode.OK) / BATCH);
    distinct();
    gas.put(
        "report_whose_verdict_is_skipped",
        jobs.settle(List.of(new Running(1, NO_CARD)), VerdictCode.FAILED));
    gas.put(
        "report_alone", jobs.settle(List.of(new Running(2, NO_CARD)), VerdictCode.FAILED, false));
    batched(provider);
    slashAndRefund(provider, offer, consumer);
    registerWithStake();
    rotate(governor);
  }

  /**
   * The first pay of an account uses new storage; later ones do not, once both buckets were used.
   */
  private void distinct() {
    List<Rig> providers = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      providers.add(provider("p" + i, false));
    }
    for (int round = 0; round < 5; round++) {
      List<Running> running = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        var _ =
            jobs.openAccepted(
                providers.get(i), jobs.offer(providers.get(i)), key("c" + i), running);
      }
      String first = round == 0 ? "_first_pay_ever" : "";
      gas.put(
          "settle_per_job_in_100_distinct_pairs" + first,
          jobs.settle(running, VerdictCode.OK) / BATCH);
      chain.pass(BUCKETS_PASSED_S[round % 2]);
      for (int i = 0; i < BATCH && round < 4; i++) {
        Address account = providers.get(i).account();
        chain.send(account, contracts.settlement().claim(jobs.id(), account));
      }
    }
  }

  /** Prepaid jobs opened by a relayer, fifty in a transaction, and settled in one report. */
  private void batched(Rig provider) {
    Offer offer = jobs.offer(provider);
    Secp256k1.PrivateKey one = key("c prepaid");
    List<Running> prepaid = new ArrayList<>();
    var _ =
        jobs.openBatch(provider, offer, i -> one, prepaid); // the device's and the consumer's first
    var _ = jobs.settle(prepaid, VerdictCode.OK);
    prepaid.clear();
    long opened =
        jobs.openBatch(provider, offer, i -> one, prepaid)
            + jobs.openBatch(provider, offer, i -> one, prepaid);
    gas.put("open_and_accept_prepaid_per_job_in_50_same_consumer", opened / BATCH);
    gas.put(
        "whole_prepaid_job_in_50_settled_in_100",
        (opened + jobs.settle(prepaid, VerdictCode.OK)) / BATCH);
    List<Running> distinct = new ArrayList<>();
    gas.put(
        "open_and_accept_prepaid_per_job_in_50_distinct_consumers",
        jobs.openBatch(provider, offer, i -> key("c" + i), distinct) / OPENED_AT_ONCE);
  }

  private void slashAndRefund(Rig provider, Offer offer, Secp256k1.PrivateKey consumer) {
    slash(provider, offer, consumer, "_first_ever");
    slash(provider, offer, consumer, "");
    gas.put(
        "claim",
        chain.send(
            provider.account(), contracts.settlement().claim(jobs.id(), provider.account())));
    Order order = jobs.order(consumer, 1);
    var _ = jobs.sendOpen(provider, offer, consumer, order);
    chain.pass(60);
    long jobId = JobIds.of(order.digest(at.marketDomain()), 1);
    TxIntent expire =
        contracts.market().expire(jobs.id(), jobId, jobs.card(provider, offer, order));
    gas.put("timeout_refund", chain.send(provider.account(), expire));
  }

  /** The first slash ever begins the sums that are burned and insured; later ones add to them. */
  private void slash(Rig provider, Offer offer, Secp256k1.PrivateKey consumer, String which) {
    List<Running> fraud = new ArrayList<>();
    var _ = jobs.accept(provider, offer, consumer, fraud);
    var _ = jobs.settle(fraud, VerdictCode.FRAUD);
    long challengeUntil = chain.now() + MarketParams.development().challengeWindowS();
    chain.pass(10);
    gas.put(
        "slash_after_the_window" + which,
        chain.send(provider.account(), slash(fraud.getFirst(), challengeUntil)));
  }

  private TxIntent slash(Running fraud, long challengeUntil) {
    JobOutcome outcome =
        new JobOutcome(VerdictCode.FRAUD.code(), BigInteger.ZERO, Bytes32.ZERO, challengeUntil);
    return contracts.settlement().slash(jobs.id(), fraud.jobId(), fraud.card(), outcome);
  }

  private void rotate(Address governor) {
    int n = committee.n();
    List<Address> keys = IntStream.range(0, n).mapToObj(i -> key("next " + i).address()).toList();
    List<Bytes32> pins =
        IntStream.range(0, n).mapToObj(i -> Keccak.hashUtf8("next pin " + i)).toList();
    gas.put(
        "rotate_committee",
        chain.send(governor, contracts.committee().rotate(jobs.id(), keys, pins)));
  }

  private Rig provider(String name, boolean measure) {
    Rig provider = new Rig(key("provider " + name).address(), key("device " + name));
    BigInteger stake = DOLLAR.multiply(BigInteger.valueOf(5_000));
    chain.send(provider.account(), contracts.money().faucet(jobs.id(), provider.account(), stake));
    chain.send(provider.account(), contracts.money().approve(jobs.id(), at.vault(), stake));
    long deposit = chain.send(provider.account(), contracts.money().deposit(jobs.id(), stake));
    long staked = chain.send(provider.account(), contracts.money().addStake(jobs.id(), stake));
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
                    jobs.id(),
                    registration,
                    registration.sign(at.devicesDomain(), provider.device())));
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
    chain.send(owner.address(), contracts.money().faucet(jobs.id(), owner.address(), stake));
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
                jobs.id(),
                registration,
                registration.sign(at.devicesDomain(), device),
                deposit,
                new MarketCalls.Payment(0, until, authorization.sign(at.tokenDomain(), owner)));
    gas.put("register_stake_first_device", chain.send(owner.address(), both));
  }
}
