package network.assay.contracts.service;

/**
 * The process must not start with these settings. The message is one sentence for the person who
 * wrote them.
 */
public final class ConfigProblem extends RuntimeException {
  public ConfigProblem(String message, Throwable cause) {
    super(message, cause);
  }

  public ConfigProblem(String message) {
    super(message);
  }
}
