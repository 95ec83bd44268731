package network.assay.contracts.client.assay;

import network.assay.contracts.client.rpc.RpcEndpoints;

/** One deployment, typed: the only API through which nodes use the contracts. */
public final class AssayContracts {
  private final ContractReader reader;
  private final Deployment deployment;
  private final MarketCalls market;
  private final MoneyCalls money;
  private final DeviceCalls devices;
  private final CommitteeCalls committee;
  private final SettlementCalls settlement;
  private final AssayEvents events;

  public AssayContracts(RpcEndpoints rpc, Deployment deployment) {
    this.reader = new ContractReader(rpc);
    this.deployment = deployment;
    this.events = new AssayEvents(deployment);
    this.market =
        new MarketCalls(reader, deployment.market(), new ShownJobs(rpc, events, deployment));
    this.money = new MoneyCalls(reader, deployment);
    this.devices = new DeviceCalls(reader, deployment.devices());
    this.committee = new CommitteeCalls(reader, deployment.committee());
    this.settlement = new SettlementCalls(reader, deployment.settlement());
  }

  public Deployment deployment() {
    return deployment;
  }

  public MarketCalls market() {
    return market;
  }

  public MoneyCalls money() {
    return money;
  }

  public DeviceCalls devices() {
    return devices;
  }

  public CommitteeCalls committee() {
    return committee;
  }

  public SettlementCalls settlement() {
    return settlement;
  }

  /** Refuses an address book without it by name. */
  public OracleStakeCalls oracleStake() {
    return new OracleStakeCalls(reader, deployment.place("OracleStake"), deployment.chainId());
  }

  /** Refuses an address book without it by name. */
  public GovernanceCalls governance() {
    return new GovernanceCalls(
        reader, deployment.place("AccessManager"), deployment.place("TimelockController"));
  }

  /** Refuses an address book without it by name. */
  public CallbackCalls callbacks() {
    return new CallbackCalls(reader, deployment.place("CallbackRouter"));
  }

  public AssayEvents events() {
    return events;
  }
}
