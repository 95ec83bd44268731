package network.assay.agent.execute;

import network.assay.contracts.protocol.Accept;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.AgentHello;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Fail;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Opening;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.TelemetryBatch;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.protocol.WorkCommit;

/**
 * The device key, behind the only methods that may use it. What must be said once per job is noted
 * durably before it is signed; a restart thus signs the same message again or nothing.
 */
public final class DeviceSigner {
  private final Secp256k1.PrivateKey key;
  private final Eip712Domain market;
  private final SignOnce memory;

  public DeviceSigner(Secp256k1.PrivateKey key, Eip712Domain market, SignOnce memory) {
    this.key = key;
    this.market = market;
    this.memory = memory;
  }

  public Address device() {
    return key.address();
  }

  public Eip712Domain market() {
    return market;
  }

  public Signed<Accept> accept(Accept message) {
    return once("Accept/" + JobIds.text(message.jobId()), message);
  }

  public Signed<WorkCommit> workCommit(WorkCommit message) {
    return once("WorkCommit/" + JobIds.text(message.jobId()), message);
  }

  public Signed<Fail> fail(Fail message) {
    return once("Fail/" + JobIds.text(message.jobId()), message);
  }

  public Signed<TelemetryBatch> telemetry(TelemetryBatch message) {
    return once("TelemetryBatch/" + JobIds.text(message.jobId()) + "/" + message.seq(), message);
  }

  /** Openings may grow as more draws are revealed, so there may be several. */
  public Signed<Opening> opening(Opening message) {
    return sign(message);
  }

  public Signed<Offer> offer(Offer message) {
    return sign(message);
  }

  public Signed<AgentHello> hello(long timestampMs, Bytes32 nonce) {
    return sign(new AgentHello(device(), timestampMs, nonce));
  }

  private <T extends TypedStruct> Signed<T> once(String slot, T message) {
    memory.reserve(slot, message.digest(market));
    return sign(message);
  }

  private <T extends TypedStruct> Signed<T> sign(T message) {
    return new Signed<>(message, message.sign(market, key));
  }
}
