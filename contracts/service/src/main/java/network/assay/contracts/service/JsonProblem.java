package network.assay.contracts.service;

/**
 * A text is not the JSON that was wanted. The message says where, what was got and what was wanted,
 * in one sentence.
 */
public final class JsonProblem extends RuntimeException {
  public JsonProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
