package network.assay.agent.evidence;

import network.assay.contracts.protocol.TelemetrySample;

/** Takes one sample of the machine, now. */
@FunctionalInterface
public interface Sampler {
  TelemetrySample sample();
}
