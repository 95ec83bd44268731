package network.assay.agent.runtime.container;

import network.assay.agent.execute.container.EndReason;

/** An image is not to be had, or is not what it is called; the message is a sentence. */
final class ImageRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final EndReason reason;

  private ImageRefusedException(EndReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  static ImageRefusedException missing(String message) {
    return new ImageRefusedException(EndReason.IMAGE_MISSING, message);
  }

  static ImageRefusedException mismatch(String message) {
    return new ImageRefusedException(EndReason.IMAGE_MISMATCH, message);
  }

  EndReason reason() {
    return reason;
  }
}
