package network.assay.coordinator.app.store;

import java.util.Map;

/**
 * A contract's event about a job.
 *
 * @param name as in Solidity
 * @param values member to text; numbers decimal, bytes as hex
 */
public record JobEvent(
    String name,
    long jobId,
    Map<String, String> values,
    long block,
    int logIndex,
    String blockHash,
    String txHash) {
  public JobEvent {
    values = Map.copyOf(values);
  }

  public String value(String member) {
    String value = values.get(member);
    if (value == null) {
      throw new IllegalStateException("the event " + name + " lacks " + member);
    }
    return value;
  }
}
