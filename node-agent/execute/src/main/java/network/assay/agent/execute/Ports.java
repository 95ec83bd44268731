package network.assay.agent.execute;

import java.util.Optional;
import network.assay.agent.execute.container.Containers;
import network.assay.contracts.protocol.JobSpec;

/**
 * Everything outside that a job needs. Whoever starts an agent may wrap any of them.
 *
 * @param containers where containers of strangers run; empty where none are taken
 */
public record Ports(
    WorkloadRuntime runtime,
    AcceptancePolicy acceptance,
    Gpu gpu,
    Tee tee,
    Clock clock,
    Journal journal,
    Chain chain,
    Oracles oracles,
    Coordinator coordinator,
    Optional<Containers> containers) {

  /** Of an agent that takes no containers. */
  public Ports(
      WorkloadRuntime runtime,
      AcceptancePolicy acceptance,
      Gpu gpu,
      Tee tee,
      Clock clock,
      Journal journal,
      Chain chain,
      Oracles oracles,
      Coordinator coordinator) {
    this(
        runtime,
        acceptance,
        gpu,
        tee,
        clock,
        journal,
        chain,
        oracles,
        coordinator,
        Optional.empty());
  }

  /** Whether a job of this specification could be taken. */
  public boolean supports(JobSpec spec) {
    return spec.container().isPresent()
        ? containers.filter(here -> here.refusal(spec).isEmpty()).isPresent()
        : runtime.supports(spec);
  }

  public Ports withRuntime(WorkloadRuntime other) {
    return new Ports(
        other, acceptance, gpu, tee, clock, journal, chain, oracles, coordinator, containers);
  }

  public Ports withAcceptance(AcceptancePolicy other) {
    return new Ports(
        runtime, other, gpu, tee, clock, journal, chain, oracles, coordinator, containers);
  }

  public Ports withOracles(Oracles other) {
    return new Ports(
        runtime, acceptance, gpu, tee, clock, journal, chain, other, coordinator, containers);
  }

  public Ports withChain(Chain other) {
    return new Ports(
        runtime, acceptance, gpu, tee, clock, journal, other, oracles, coordinator, containers);
  }

  public Ports withJournal(Journal other) {
    return new Ports(
        runtime, acceptance, gpu, tee, clock, other, chain, oracles, coordinator, containers);
  }

  public Ports withCoordinator(Coordinator other) {
    return new Ports(
        runtime, acceptance, gpu, tee, clock, journal, chain, oracles, other, containers);
  }

  public Ports withContainers(Optional<Containers> other) {
    return new Ports(
        runtime, acceptance, gpu, tee, clock, journal, chain, oracles, coordinator, other);
  }
}
