package network.assay.contracts.client.assay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;

/**
 * Everything that a plan creates, and where. Addresses follow from the deployer, the plan and the
 * bytecode, and not from nonces: so the same plan names the same addresses again after any
 * interruption, another plan never mixes with it, and the contracts can hold each other's addresses
 * as immutables.
 *
 * <p>A new contract is one more {@code add} here, and its bytecode in {@link Bytecode}.
 */
public final class DeploymentSteps {
  /** {@link Places#DETERMINISTIC_PROXY}. */
  public static final Address DETERMINISTIC_PROXY = Places.DETERMINISTIC_PROXY;

  /** The proxy's code, for chains of one's own whose genesis block may hold it. */
  public static final String DETERMINISTIC_PROXY_CODE =
      "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182"
          + "fd5b8082525050506014600cf3";

  private final Address deployer;
  private final DeploymentPlan plan;
  private final Bytes32 fingerprint;
  private final List<DeploymentStep> steps = new ArrayList<>();
  private final Address vault;
  private final Address stake;
  private final Address devices;
  private final Address committee;
  private final Address market;
  private final Address rateMarket;
  private final Address settlement;
  private final Address governor;

  private DeploymentSteps(Address deployer, DeploymentPlan plan) {
    this.deployer = deployer;
    this.plan = plan;
    this.fingerprint = Keccak.hashUtf8("assay/deployment/2|" + plan + "|" + Bytecode.HASH);
    this.vault = at("TokenVault");
    this.stake = at("StakeManager");
    this.devices = at("DeviceRegistry");
    this.committee = at("OracleCommittee");
    this.market = at("JobMarket");
    this.rateMarket = at("RateMarket");
    this.settlement = at("Settlement");
    this.governor = manager();
    addCore();
    addMarkets();
    addMoney();
    addServices();
    addGovernance();
  }

  /** The steps of this plan when this account carries it out. */
  public static DeploymentSteps of(Address deployer, DeploymentPlan plan) {
    return new DeploymentSteps(deployer, plan);
  }

  /** The contracts in the order in which they are created. */
  public List<DeploymentStep> list() {
    return List.copyOf(steps);
  }

  /** Names this plan, with this bytecode: part of every salt. */
  public Bytes32 fingerprint() {
    return fingerprint;
  }

  /** The factory, which is the same for everybody. */
  public static Address factory() {
    return Places.factory();
  }

  /** Calldata for {@link #DETERMINISTIC_PROXY} that makes the factory. */
  public static String factoryCalldata() {
    return Places.factoryCalldata();
  }

  private Bytes32 salt(String name) {
    return Keccak.hashUtf8(fingerprint.hex() + "|" + name);
  }

  private Address at(String name) {
    return Places.of(deployer, salt(name));
  }

  /** The access manager, which Governance makes first: every contract's governor. */
  private Address manager() {
    return Places.made(at("Governance"), 1);
  }

  private Address token() {
    return plan.token().map(DeploymentPlan.Token::address).orElseGet(() -> at("TestDollar"));
  }

  private Address insurance() {
    return plan.insurance().isZero() ? at("InsurancePool") : plan.insurance();
  }

  private Address treasury() {
    return plan.treasury().isZero() ? governor : plan.treasury();
  }

  /** The address book; {@code block} is one before which none of the contracts existed. */
  public Deployment book(long chainId, long block, Map<String, Deployment.Contract> contracts) {
    Optional<DeploymentPlan.Token> known = plan.token();
    return new Deployment(
        chainId,
        block,
        token(),
        known.map(DeploymentPlan.Token::name).orElse(TestDollarFacts.NAME),
        known.map(DeploymentPlan.Token::version).orElse(TestDollarFacts.VERSION),
        devices,
        committee,
        vault,
        stake,
        market,
        settlement,
        contracts);
  }

  /** Who is who, and where money and stake are. */
  private void addCore() {
    if (plan.token().isEmpty()) {
      add("TestDollar", new Arguments());
    }
    add(
        "DeviceRegistry",
        new Arguments().address("stake", stake).address("attester", plan.governors().attester()));
    add(
        "OracleCommittee",
        new Arguments()
            .address("governor", governor)
            .addresses("keys", plan.keys(), "signing addresses of the first committee")
            .words("pins", plan.pins(), "SHA-256 of their TLS keys")
            .wiring(seats(), List.of("listener", "secondListener")));
    add(
        "TokenVault",
        new Arguments()
            .address("token", token())
            .address("governor", governor)
            .address("permit2", plan.permit2())
            .address("depositFactory", at("DepositFactory"), "deposits")
            .u32("moduleDelayS", plan.funds().moduleDelayS(), "seconds to an announced module")
            .address("stake", stake)
            .address("market", market)
            .address("settlement", settlement)
            .addresses("modules", modules(), "further modules"));
    add(
        "StakeManager",
        new Arguments()
            .address("vault", vault)
            .address("market", market)
            .address("settlement", settlement)
            .address("insurance", insurance())
            .u32("unbondingDelayMinS", plan.unbondingDelayS(), "seconds")
            .address("governor", governor)
            .u96("challengerRewardMax", plan.funds().challengerRewardMax(), "token base units")
            .addresses("markets", List.of(rateMarket), "further markets"));
  }

  /** RateMarket is no listener: it asks the committee for its epoch whenever it opens a job. */
  private List<Param> seats() {
    return List.of(
        Param.address("settlement", settlement),
        Param.address("oracleStake", at("OracleStake")),
        Param.address("listener", market, "is told of each rotation"),
        Param.address("secondListener", Address.ZERO),
        Param.u32(
            "overlapS",
            plan.params().overlapS(),
            "seconds for which a committee answers after its rotation"));
  }

  /** Beside stake, market and settlement. */
  private List<Address> modules() {
    return List.of(
        at("FeeRouter"),
        at("InsurancePool"),
        at("RewardDistributor"),
        rateMarket,
        at("DisputeCourt"),
        at("OracleStake"),
        at("ModelRegistry"));
  }

  private void addMarkets() {
    Arguments jobs =
        new Arguments()
            .address("vault", vault)
            .address("stake", stake)
            .address("devices", devices)
            .address("committee", committee)
            .address("settlement", settlement)
            .address("governor", governor)
            .address("guardian", at("Guardian"))
            .struct("params", plan.params().members());
    add("JobMarket", jobs);
    addMade("JobExits", "JobMarket", 1, jobs.unread());
    add(
        "Settlement",
        new Arguments()
            .address("stake", stake)
            .address("market", market)
            .address("committee", committee)
            .address("feeReceiver", at("FeeRouter"))
            .address("meteredMarket", rateMarket)
            .address("court", at("DisputeCourt")));
    Arguments metered =
        new Arguments()
            .address("vault", vault)
            .address("stake", stake)
            .address("devices", devices)
            .address("committee", committee)
            .address("market", market)
            .address("settlement", settlement)
            .address("feeReceiver", at("FeeRouter"))
            .address("governor", governor)
            .address("guardian", at("Guardian"))
            .struct("params", plan.rate().members());
    add("RateMarket", metered);
    addMade("RateExits", "RateMarket", 1, metered.unread());
    add(
        "DisputeCourt",
        new Arguments()
            .address("vault", vault)
            .address("settlement", settlement)
            .address("market", market)
            .address("devices", devices)
            .address("committee", committee)
            .address("governor", governor)
            .address("panelDraw", at("PanelDraw"))
            .struct("params", plan.court().members())
            .addresses("panel", plan.panel(), "who decides where no panel can be drawn"));
  }

  /** What money passes on its way in, and after it was earned or slashed. */
  private void addMoney() {
    FundParams funds = plan.funds();
    add(
        "OracleStake",
        new Arguments()
            .address("vault", vault)
            .address("committee", committee)
            .address("insurance", insurance())
            .address("panelDraw", at("PanelDraw"))
            .struct("params", plan.oracles().members()));
    add(
        "PanelDraw",
        new Arguments()
            .address("court", at("DisputeCourt"))
            .address("settlement", settlement)
            .address("oracleStake", at("OracleStake"))
            .address("committee", committee)
            .struct("params", plan.court().draw().members()));
    Arguments deposits = new Arguments().address("vault", vault);
    add("DepositFactory", deposits);
    addMade("DepositAddress", "DepositFactory", 1, new Arguments());
    add(
        "FeeRouter",
        new Arguments()
            .address("vault", vault)
            .address("governor", governor)
            .address("oraclePay", at("OracleStake"))
            .address("insurance", insurance())
            .address("treasury", treasury())
            .u32("epochS", funds.rewardEpochS(), "seconds")
            .struct("split", funds.split()));
    add(
        "InsurancePool",
        new Arguments()
            .address("vault", vault)
            .address("stake", stake)
            .address("governor", governor)
            .address("market", market)
            .address("rateMarket", rateMarket)
            .address("settlement", settlement)
            .u32("termS", funds.coverTermS(), "seconds that a cover lasts"));
    add(
        "RewardDistributor",
        new Arguments()
            .address("vault", vault)
            .address("governor", governor)
            .address("feeRouter", at("FeeRouter"))
            .address("publisher", plan.governors().publisher())
            .u16("emissionBps", funds.emissionBps(), "1/10,000 of fees")
            .u32("rootDelayS", funds.rootDelayS(), "seconds to a veto"));
  }

  /** What others call, and what holds no rights. */
  private void addServices() {
    add(
        "ModelRegistry",
        new Arguments()
            .address("vault", vault)
            .address("governor", governor)
            .u96("bond", plan.funds().modelBond(), "token base units behind a stranger's model")
            .u32("bondS", plan.funds().modelBondS(), "seconds for which it answers"));
    add("CallbackRouter", new Arguments().address("market", market));
    add(
        "Lens",
        new Arguments()
            .address("vault", vault)
            .address("stake", stake)
            .address("devices", devices)
            .address("market", market)
            .address("settlement", settlement)
            .address("committee", committee));
  }

  private void addGovernance() {
    Governors who = plan.governors();
    add("Governance", new Arguments().wiring(who.members(committee), who.unread()));
    addMade(
        "AccessManager",
        "Governance",
        1,
        new Arguments().address("initialAdmin", at("Governance"), ""));
    addMade("TimelockController", "Governance", 2, who.timelock());
    add(
        "Guardian",
        new Arguments()
            .address("governor", governor)
            .address("keeper", who.keeper())
            .addresses("markets", List.of(market, rateMarket), "whose new jobs it may stop"));
  }

  private void add(String name, Arguments arguments) {
    step(name, Optional.empty(), at(name), arguments);
  }

  /** A contract that another one makes in its constructor, as its {@code nonce}-th. */
  private void addMade(String name, String maker, int nonce, Arguments arguments) {
    step(name, Optional.of(maker), Places.made(at(maker), nonce), arguments);
  }

  private void step(String name, Optional<String> maker, Address where, Arguments arguments) {
    String words = arguments.encoded();
    steps.add(
        new DeploymentStep(
            name,
            maker,
            salt(name),
            where,
            arguments.shown(),
            Bytecode.of(name) + words,
            "0x" + words));
  }
}
