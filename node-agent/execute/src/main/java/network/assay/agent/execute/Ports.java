package network.assay.agent.execute;

/** Everything outside that a job needs. Whoever starts an agent may wrap any of them. */
public record Ports(
    WorkloadRuntime runtime,
    AcceptancePolicy acceptance,
    Gpu gpu,
    Tee tee,
    Clock clock,
    Journal journal,
    Chain chain,
    Oracles oracles,
    Coordinator coordinator) {

  public Ports withRuntime(WorkloadRuntime other) {
    return new Ports(other, acceptance, gpu, tee, clock, journal, chain, oracles, coordinator);
  }

  public Ports withAcceptance(AcceptancePolicy other) {
    return new Ports(runtime, other, gpu, tee, clock, journal, chain, oracles, coordinator);
  }

  public Ports withOracles(Oracles other) {
    return new Ports(runtime, acceptance, gpu, tee, clock, journal, chain, other, coordinator);
  }

  public Ports withChain(Chain other) {
    return new Ports(runtime, acceptance, gpu, tee, clock, journal, other, oracles, coordinator);
  }

  public Ports withJournal(Journal other) {
    return new Ports(runtime, acceptance, gpu, tee, clock, other, chain, oracles, coordinator);
  }

  public Ports withCoordinator(Coordinator other) {
    return new Ports(runtime, acceptance, gpu, tee, clock, journal, chain, oracles, other);
  }
}
