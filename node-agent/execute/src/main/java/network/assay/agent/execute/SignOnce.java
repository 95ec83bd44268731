package network.assay.agent.execute;

import network.assay.contracts.protocol.Bytes32;

/** The durable memory of what the device key signed. */
@FunctionalInterface
public interface SignOnce {

  /**
   * Effects: notes, durably and before it returns, that {@code digest} is what this slot signs. The
   * same digest again is fine.
   *
   * @param slot what there may be one signature of, such as {@code WorkCommit/17}
   * @throws AlreadySignedException where the slot holds another digest
   */
  void reserve(String slot, Bytes32 digest);

  /** A second, different message for a slot; signing it would be provable equivocation. */
  final class AlreadySignedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AlreadySignedException(String slot, Bytes32 got, Bytes32 want) {
      super(slot + " was signed already: got " + got + ", want " + want);
    }
  }
}
