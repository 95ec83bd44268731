package network.assay.agent.execute;

/** Where a job stands with the agent. The order is the order of a good job's life. */
public enum Phase {
  /** Joined to our offer on chain; the input is fetched and verified. */
  ASSIGNED,
  /** The input is good; our Accept is on its way to the chain. */
  ACCEPTING,
  /** RUNNING on chain; nonces are collected. */
  ACCEPTED,
  /** The work runs, telemetry with it. */
  EXECUTING,
  /** WorkCommit signed; evidence, draws and openings. */
  COMMITTED,
  /** A quorum reported; pay waits for its bucket. */
  REPORTED,
  /** We say that we could not do it. */
  FAILING,
  /** Nothing is left to do. */
  CLOSED
}
