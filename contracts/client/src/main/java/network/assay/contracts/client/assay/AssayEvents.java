package network.assay.contracts.client.assay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;

/**
 * Decodes the logs of one deployment; logs of other contracts and events of no interest give
 * nothing.
 */
public final class AssayEvents {
  private final Map<String, Decoder> byKey = new HashMap<>();

  /** Topics and data of one log, in the event's own order of members. */
  private record Decoder(int indexed, Function<In, AssayEvent> decode) {}

  /** The indexed members first, then the others. */
  private record In(Words topics, Words data) {}

  public AssayEvents(Deployment at) {
    market(at.market());
    settlement(at.settlement());
    devices(at.devices());
    committee(at.committee());
  }

  /** The event of a log, if it is one of ours. */
  public Optional<AssayEvent> decode(ChainLog log) {
    if (log.topics().isEmpty()) {
      return Optional.empty();
    }
    Decoder decoder = byKey.get(key(log.address(), log.topics().getFirst()));
    if (decoder == null || log.topics().size() != decoder.indexed() + 1) {
      return Optional.empty();
    }
    List<String> rest = log.topics().subList(1, log.topics().size());
    StringBuilder topics = new StringBuilder("0x");
    rest.forEach(topic -> topics.append(topic, 2, topic.length()));
    return Optional.of(
        decoder.decode().apply(new In(Words.of(topics.toString()), Words.of(log.data()))));
  }

  private static String key(String address, String topic) {
    return address + topic;
  }

  private void on(
      Address contract, String signature, int indexed, Function<In, AssayEvent> decode) {
    byKey.put(key(contract.hex(), Keccak.hashUtf8(signature).hex()), new Decoder(indexed, decode));
  }

  private void market(Address at) {
    on(
        at,
        "JobFunded(uint64,bytes32,address,uint96,uint8,uint40)",
        3,
        in ->
            new AssayEvent.JobFunded(
                in.topics.u64(),
                in.topics.bytes32(),
                in.topics.address(),
                in.data.u96(),
                in.data.u8(),
                in.data.u40()));
    on(
        at,
        "JobAssigned(uint64,bytes32,address,address,uint40,uint96,uint40)",
        3,
        in ->
            new AssayEvent.JobAssigned(
                in.topics.u64(),
                in.topics.bytes32(),
                in.topics.address(),
                in.data.address(),
                in.data.u40(),
                in.data.u96(),
                in.data.u40()));
    on(
        at,
        "JobOpened(uint64,bytes32,address,bytes32,address,address,uint40,uint96,uint64,uint40,bytes32)",
        3,
        in ->
            new AssayEvent.JobOpened(
                in.topics.u64(),
                in.topics.bytes32(),
                in.topics.address(),
                in.data.bytes32(),
                in.data.address(),
                in.data.address(),
                in.data.u40(),
                in.data.u96(),
                in.data.u64(),
                in.data.u40(),
                in.data.bytes32()));
    on(
        at,
        "JobAccepted(uint64,address,uint64,uint96,uint40,bytes32)",
        2,
        in ->
            new AssayEvent.JobAccepted(
                in.topics.u64(),
                in.topics.address(),
                in.data.u64(),
                in.data.u96(),
                in.data.u40(),
                in.data.bytes32()));
    on(
        at,
        "WorkCommitted(uint64,address,bytes32,bytes32,bytes32,bytes32,uint40)",
        2,
        in ->
            new AssayEvent.WorkCommitted(
                in.topics.u64(),
                in.topics.address(),
                in.data.bytes32(),
                in.data.bytes32(),
                in.data.bytes32(),
                in.data.bytes32(),
                in.data.u40()));
    on(
        at,
        "ReportTimeExtended(uint64,uint40)",
        1,
        in -> new AssayEvent.ReportTimeExtended(in.topics.u64(), in.data.u40()));
    on(
        at,
        "JobReported(uint64,uint8,uint96,uint40,bytes32)",
        1,
        in ->
            new AssayEvent.JobReported(
                in.topics.u64(), in.data.u8(), in.data.u96(), in.data.u40(), in.data.bytes32()));
    on(
        at,
        "VerdictSkipped(uint64,uint8)",
        1,
        in -> new AssayEvent.VerdictSkipped(in.topics.u64(), in.data.u8()));
    on(
        at,
        "JobRefunded(uint64,address,uint96)",
        2,
        in -> new AssayEvent.JobRefunded(in.topics.u64(), in.topics.address(), in.data.u96()));
    on(
        at,
        "JobExpired(uint64,uint8)",
        1,
        in -> new AssayEvent.JobExpired(in.topics.u64(), JobState.of(in.data.u8())));
    on(at, "JobCancelled(uint64)", 1, in -> new AssayEvent.JobCancelled(in.topics.u64()));
    on(
        at,
        "JobFailed(uint64,bytes32)",
        1,
        in -> new AssayEvent.JobFailed(in.topics.u64(), in.data.bytes32()));
    on(
        at,
        "JobPenalised(uint64,address,uint96)",
        2,
        in -> new AssayEvent.JobPenalised(in.topics.u64(), in.topics.address(), in.data.u96()));
    on(
        at,
        "NonceFloorRaised(address,uint64)",
        1,
        in -> new AssayEvent.NonceFloorRaised(in.topics.address(), in.data.u64()));
  }

  private void settlement(Address at) {
    on(
        at,
        "ReportAccepted(uint64,uint64,bytes32,bytes32,uint16)",
        2,
        in ->
            new AssayEvent.ReportAccepted(
                in.topics.u64(),
                in.topics.u64(),
                in.data.bytes32(),
                in.data.bytes32(),
                in.data.u16()));
    on(
        at,
        "ReportIncomplete(uint64,uint64,bytes32,uint256)",
        2,
        in ->
            new AssayEvent.ReportIncomplete(
                in.topics.u64(), in.topics.u64(), in.data.bytes32(), in.data.unsigned(256)));
    on(
        at,
        "Claimed(address,uint256,uint256)",
        1,
        in ->
            new AssayEvent.Claimed(
                in.topics.address(), in.data.unsigned(256), in.data.unsigned(256)));
    on(
        at,
        "JobSlashed(uint64,address,uint96,uint96,uint96,uint96)",
        2,
        in ->
            new AssayEvent.JobSlashed(
                in.topics.u64(),
                in.topics.address(),
                in.data.u96(),
                in.data.u96(),
                in.data.u96(),
                in.data.u96()));
  }

  private void devices(Address at) {
    on(
        at,
        "DeviceRegistered(address,address,uint40,bytes32,bytes32)",
        3,
        in ->
            new AssayEvent.DeviceRegistered(
                in.topics.address(),
                in.topics.address(),
                in.topics.u40(),
                in.data.bytes32(),
                in.data.bytes32()));
    on(
        at,
        "DeviceDeactivated(address,address,uint40)",
        3,
        in ->
            new AssayEvent.DeviceDeactivated(
                in.topics.address(), in.topics.address(), in.topics.u40()));
  }

  private void committee(Address at) {
    on(
        at,
        "CommitteeRotated(uint64,bytes32,address)",
        1,
        in -> new AssayEvent.CommitteeRotated(in.topics.u64(), in.data.bytes32()));
    on(at, "KeyRemoved(address)", 1, in -> new AssayEvent.KeyRemoved(in.topics.address()));
  }
}
