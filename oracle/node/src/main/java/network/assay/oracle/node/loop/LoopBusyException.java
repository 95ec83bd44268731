package network.assay.oracle.node.loop;

/** The node is full or stopping: come back later. */
public final class LoopBusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LoopBusyException() {
    super("this oracle is busy; try again in a second", null, false, false);
  }
}
