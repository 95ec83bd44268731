package network.assay.coordinator.app.flow;

import network.assay.contracts.protocol.Address;

/** Those who can be asked for an Accept before anything is on chain. */
public interface Agents {
  /** Nobody is there. */
  Agents NONE =
      new Agents() {
        @Override
        public boolean isConnected(Address device) {
          return false;
        }

        @Override
        public void ask(long jobId) {}
      };

  /** Whether the device's agent listens now. */
  boolean isConnected(Address device);

  /** Asks the agent of the attempt's device; an agent that does not answer costs a moment only. */
  void ask(long jobId);
}
