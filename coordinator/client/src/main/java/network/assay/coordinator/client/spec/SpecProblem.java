package network.assay.coordinator.client.spec;

/**
 * One thing that is wrong with a specification.
 *
 * @param line from 1
 * @param column from 1
 * @param field a JSON pointer; empty for the whole text
 */
public record SpecProblem(int line, int column, String field, String message) {
  /** As editors read it. */
  public String text(String file) {
    return "%s:%d:%d: %s%s"
        .formatted(file, line, column, field.isEmpty() ? "" : field + ": ", message);
  }
}
