package network.assay.agent.gpu;

import java.util.List;
import network.assay.agent.execute.Gpu;
import network.assay.contracts.protocol.TelemetrySample;

/**
 * A machine without a card that we can read.
 *
 * @param reason why, for {@code status} and the log
 */
public record NoGpu(String reason) implements Gpu {

  @Override
  public List<TelemetrySample.Gpu> read() {
    return List.of();
  }

  @Override
  public String describe() {
    return "no GPU: " + reason;
  }
}
