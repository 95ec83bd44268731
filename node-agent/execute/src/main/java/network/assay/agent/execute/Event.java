package network.assay.agent.execute;

import network.assay.contracts.protocol.Ack;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.DrawReveal;
import network.assay.contracts.protocol.TelemetryNonce;

/** What can happen to a job. Everything that comes from a peer is unchecked. */
public sealed interface Event {

  /** Time passed and the chain was read. */
  record ChainSeen(ChainFacts facts) implements Event {}

  /** The committee of the job's epoch was read from the chain. */
  record CommitteeSeen(Committee committee) implements Event {}

  /** The input is in the journal, has its root, and can be worked on. */
  record InputVerified() implements Event {}

  /** There is no such input, or none that can be worked on. */
  record InputBad(String reason) implements Event {}

  /** An oracle answered with a nonce. */
  record NonceCame(Address oracle, Signed<TelemetryNonce> nonce) implements Event {}

  /** The nonces are in the journal and will not change any more. */
  record NoncesFixed() implements Event {}

  /** The WorkCommit, the result and the bundle are in the journal. */
  record WorkCommitted(Bytes32 bundleHash) implements Event {}

  /** We could not do the work. */
  record WorkFailed(String reason) implements Event {}

  /** An oracle acknowledged the bundle. */
  record AckCame(Address oracle, Signed<Ack> ack) implements Event {}

  /** An oracle revealed its draw. */
  record RevealCame(Address oracle, Signed<DrawReveal> reveal) implements Event {}

  /** An oracle took an opening that covers the draws of {@code reveals} oracles. */
  record OpeningTaken(Address oracle, int reveals) implements Event {}

  /** The coordinator took the result's ciphertext. */
  record ResultTaken() implements Event {}

  /** Nothing but time. */
  record Tick() implements Event {}
}
