package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.bindings.ContractFactory;
import network.assay.contracts.bindings.DepositFactory;
import network.assay.contracts.bindings.DeviceRegistry;
import network.assay.contracts.bindings.FeeRouter;
import network.assay.contracts.bindings.InsurancePool;
import network.assay.contracts.bindings.JobMarket;
import network.assay.contracts.bindings.OracleCommittee;
import network.assay.contracts.bindings.RewardDistributor;
import network.assay.contracts.bindings.Settlement;
import network.assay.contracts.bindings.StakeManager;
import network.assay.contracts.bindings.TestDollar;
import network.assay.contracts.bindings.TokenVault;
import network.assay.contracts.client.assay.DeploymentStep.Argument;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.Keccak;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Type;

/**
 * Everything that a plan creates, and where. Addresses follow from the deployer, the plan and the
 * bytecode, through {@link ContractFactory}, and not from nonces: so the same plan names the same
 * addresses again after any interruption, another plan never mixes with it, and the contracts can
 * hold each other's addresses as immutables.
 *
 * <p>A new contract is one more {@code add} here.
 */
public final class DeploymentSteps {
  /**
   * The deterministic deployment proxy, which stands at this address on nearly every chain:
   * calldata is a salt and init code for CREATE2. Source:
   * github.com/Arachnid/deterministic-deployment-proxy.
   */
  public static final Address DETERMINISTIC_PROXY =
      Address.fromHex("0x4e59b44847b379578588920ca78fbf26c0b4956c");

  /** The proxy's code, for chains of one's own whose genesis block may hold it. */
  public static final String DETERMINISTIC_PROXY_CODE =
      "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182"
          + "fd5b8082525050506014600cf3";

  private static final Bytes32 FACTORY_SALT = Keccak.hashUtf8("assay/contract-factory/1");

  /** Greatest init code that EIP-3860 lets through. */
  private static final int INIT_CODE_BYTES_MAX = 49_152;

  /** Fees and rewards are counted by the week; a root can be vetoed for two days. */
  private static final long REWARD_EPOCH_S = 7L * 86_400;

  private static final long ROOT_DELAY_S = 2L * 86_400;
  private static final int EMISSION_BPS = 5_000;

  /** Longer than any job with its windows and a dispute. */
  private static final long COVER_TERM_S = 90L * 86_400;

  /** Ten dollars. */
  private static final BigInteger CHALLENGER_REWARD_MAX = BigInteger.valueOf(10_000_000);

  /** Within which everybody can withdraw before a module that governance announced may act. */
  private static final long MODULE_DELAY_S = 14L * 86_400;

  private static final Map<String, String> BINARIES = binaries();

  private final Address deployer;
  private final DeploymentPlan plan;
  private final Bytes32 fingerprint;
  private final List<DeploymentStep> steps = new ArrayList<>();

  private DeploymentSteps(Address deployer, DeploymentPlan plan) {
    this.deployer = deployer;
    this.plan = plan;
    this.fingerprint =
        Keccak.hashUtf8("assay/deployment/1|" + plan + "|" + Keccak.hashUtf8(BINARIES.toString()));
    addAll();
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
    return create2(DETERMINISTIC_PROXY, FACTORY_SALT, factoryInitCode());
  }

  /** Calldata for {@link #DETERMINISTIC_PROXY} that makes the factory. */
  public static String factoryCalldata() {
    return Hex.encode(
        Bytes.start()
            .raw(FACTORY_SALT)
            .raw(Hex.decode(factoryInitCode(), INIT_CODE_BYTES_MAX))
            .toArray());
  }

  private static String factoryInitCode() {
    return prefixed(ContractFactory.BINARY);
  }

  /** CREATE2: the last 20 bytes of H(0xff ‖ maker ‖ salt ‖ H(init code)). Source: EIP-1014. */
  private static Address create2(Address maker, Bytes32 salt, String initCode) {
    Bytes32 codeHash = Keccak.hash(Hex.decode(initCode, INIT_CODE_BYTES_MAX));
    return create2(maker, salt, codeHash);
  }

  private static Address create2(Address maker, Bytes32 salt, Bytes32 codeHash) {
    byte[] body = Bytes.start().u8(0xff).raw(maker).raw(salt).raw(codeHash).toArray();
    return Address.of(Keccak.hash(body).toArray(), 12);
  }

  /** As ContractFactory.addressOf: the first CREATE of a proxy that CREATE2 made. */
  private Address place(Bytes32 salt) {
    byte[] padded = Bytes.start().raw(new byte[12]).raw(deployer).raw(salt).toArray();
    Address proxy = create2(factory(), Keccak.hash(padded), Keccak.hash(Hex.decode(PROXY, 32)));
    byte[] rlp = Bytes.start().u8(0xd6).u8(0x94).raw(proxy).u8(0x01).toArray();
    return Address.of(Keccak.hash(rlp).toArray(), 12);
  }

  /** ContractFactory.PROXY. */
  private static final String PROXY = "0x67363d3d37363d34f03d5260086018f3";

  private Bytes32 salt(String name) {
    return Keccak.hashUtf8(fingerprint.hex() + "|" + name);
  }

  private Address at(String name) {
    return place(salt(name));
  }

  private Address token() {
    return plan.token().map(DeploymentPlan.Token::address).orElseGet(() -> at("TestDollar"));
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
        at("DeviceRegistry"),
        at("OracleCommittee"),
        at("TokenVault"),
        at("StakeManager"),
        at("JobMarket"),
        at("Settlement"),
        contracts);
  }

  private void addAll() {
    Address vault = at("TokenVault");
    Address stake = at("StakeManager");
    Address devices = at("DeviceRegistry");
    Address committee = at("OracleCommittee");
    Address market = at("JobMarket");
    Address settlement = at("Settlement");
    if (plan.token().isEmpty()) {
      add("TestDollar", new Arguments());
    }
    add(
        "DeviceRegistry",
        new Arguments().address("stake", stake).address("attester", plan.governor()));
    add(
        "OracleCommittee",
        new Arguments()
            .address("governor", plan.governor())
            .add(
                "keys",
                plan.keys(),
                "signing addresses of the first committee",
                Abi.addresses(plan.keys()))
            .add("pins", plan.pins(), "SHA-256 of their TLS keys", Abi.words(plan.pins()))
            .seats(settlement, market, plan.params()));
    add(
        "TokenVault",
        new Arguments()
            .address("token", token())
            .address("governor", plan.governor())
            .address("permit2", Address.ZERO)
            .address("depositFactory", at("DepositFactory"))
            .add("moduleDelayS", MODULE_DELAY_S, "seconds", Abi.u32(MODULE_DELAY_S))
            .address("stake", stake)
            .address("market", market)
            .address("settlement", settlement)
            .add("modules", modules(), "further modules", Abi.addresses(modules())));
    add(
        "StakeManager",
        new Arguments()
            .address("vault", vault)
            .address("market", market)
            .address("settlement", settlement)
            .address("insurance", insurance())
            .add(
                "unbondingDelayMinS",
                plan.unbondingDelayS(),
                "seconds",
                Abi.u32(plan.unbondingDelayS()))
            .address("governor", plan.governor())
            .add(
                "challengerRewardMax",
                CHALLENGER_REWARD_MAX,
                "token base units",
                Abi.u96(CHALLENGER_REWARD_MAX))
            .add("markets", List.of(), "further markets", Abi.addresses(List.of())));
    add(
        "JobMarket",
        new Arguments()
            .address("vault", vault)
            .address("stake", stake)
            .address("devices", devices)
            .address("committee", committee)
            .address("settlement", settlement)
            .address("governor", plan.governor())
            .address("guardian", Address.ZERO)
            .params(plan.params()));
    add(
        "Settlement",
        new Arguments()
            .address("stake", stake)
            .address("market", market)
            .address("committee", committee)
            .address("feeReceiver", at("FeeRouter"))
            .address("meteredMarket", Address.ZERO)
            .address("court", Address.ZERO));
    addMoney();
  }

  /** What money passes on its way in, and after it was earned or slashed. */
  private void addMoney() {
    Address vault = at("TokenVault");
    add("DepositFactory", new Arguments().address("vault", vault));
    add(
        "FeeRouter",
        new Arguments()
            .address("vault", vault)
            .address("governor", plan.governor())
            .address("oraclePay", oraclePay())
            .address("insurance", insurance())
            .address("treasury", plan.treasury())
            .add("epochS", REWARD_EPOCH_S, "seconds", Abi.u32(REWARD_EPOCH_S))
            .split(6_000, 1_000, 3_000));
    add(
        "InsurancePool",
        new Arguments()
            .address("vault", vault)
            .address("stake", at("StakeManager"))
            .address("governor", plan.governor())
            .address("market", at("JobMarket"))
            .address("rateMarket", Address.ZERO)
            .address("settlement", at("Settlement"))
            .add("termS", COVER_TERM_S, "seconds that a cover lasts", Abi.u32(COVER_TERM_S)));
    add(
        "RewardDistributor",
        new Arguments()
            .address("vault", vault)
            .address("governor", plan.governor())
            .address("feeRouter", at("FeeRouter"))
            .address("publisher", plan.governor())
            .add("emissionBps", EMISSION_BPS, "1/10,000 of fees", Abi.u16(EMISSION_BPS))
            .add("rootDelayS", ROOT_DELAY_S, "seconds to a veto", Abi.u32(ROOT_DELAY_S)));
  }

  private List<Address> modules() {
    return List.of(at("FeeRouter"), at("InsurancePool"), at("RewardDistributor"));
  }

  private Address insurance() {
    return plan.insurance().isZero() ? at("InsurancePool") : plan.insurance();
  }

  private Address oraclePay() {
    return BINARIES.containsKey("OracleStake") ? at("OracleStake") : plan.governor();
  }

  /** A constructor's arguments as they are encoded and as they are shown. */
  private static final class Arguments {
    private final List<Argument> shown = new ArrayList<>();
    private final List<Type<?>> encoded = new ArrayList<>();

    Arguments add(String name, Object value, String unit, Type<?> type) {
      shown.add(new Argument(name, String.valueOf(value), unit));
      encoded.add(type);
      return this;
    }

    Arguments address(String name, Address value) {
      return add(name, value, "", Abi.address(value));
    }

    /** OracleCommittee's companions. */
    Arguments seats(Address settlement, Address market, MarketParams params) {
      shown.add(new Argument("settlement", settlement.hex(), ""));
      shown.add(new Argument("listener", market.hex(), "is told of each rotation"));
      shown.add(
          new Argument(
              "overlapS",
              "" + params.overlapS(),
              "seconds for which a committee answers after its rotation"));
      encoded.add(
          Abi.tuple(
              Abi.address(settlement),
              Abi.address(Address.ZERO),
              Abi.address(market),
              Abi.address(Address.ZERO),
              Abi.u32(params.overlapS())));
      return this;
    }

    /** FeeRouter's. */
    Arguments split(int oracleBps, int insuranceBps, int treasuryBps) {
      shown.add(new Argument("split.oracleBps", "" + oracleBps, "1/10,000 of fees"));
      shown.add(new Argument("split.insuranceBps", "" + insuranceBps, "1/10,000 of fees"));
      shown.add(new Argument("split.treasuryBps", "" + treasuryBps, "1/10,000 of fees"));
      encoded.add(Abi.tuple(Abi.u16(oracleBps), Abi.u16(insuranceBps), Abi.u16(treasuryBps)));
      return this;
    }

    Arguments params(MarketParams params) {
      params.described().forEach(each -> shown.add(each));
      encoded.add(params.abi());
      return this;
    }
  }

  @SuppressWarnings("rawtypes") // web3j's own signatures
  private void add(String name, Arguments arguments) {
    String binary = BINARIES.get(name);
    if (binary == null) {
      throw new IllegalArgumentException("no bytecode of " + name + " in DeploymentSteps.binaries");
    }
    List<Type> list = new ArrayList<>(arguments.encoded);
    String words = FunctionEncoder.encodeConstructor(list);
    String initCode = prefixed(binary) + words;
    steps.add(
        new DeploymentStep(name, salt(name), at(name), arguments.shown, initCode, "0x" + words));
  }

  private static Map<String, String> binaries() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("TestDollar", TestDollar.BINARY);
    all.put("DeviceRegistry", DeviceRegistry.BINARY);
    all.put("OracleCommittee", OracleCommittee.BINARY);
    all.put("TokenVault", TokenVault.BINARY);
    all.put("StakeManager", StakeManager.BINARY);
    all.put("JobMarket", JobMarket.BINARY);
    all.put("Settlement", Settlement.BINARY);
    all.put("DepositFactory", DepositFactory.BINARY);
    all.put("FeeRouter", FeeRouter.BINARY);
    all.put("InsurancePool", InsurancePool.BINARY);
    all.put("RewardDistributor", RewardDistributor.BINARY);
    return all;
  }

  private static String prefixed(String binary) {
    return binary.startsWith("0x") ? binary : "0x" + binary;
  }
}
