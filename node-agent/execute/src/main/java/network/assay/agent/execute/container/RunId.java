package network.assay.agent.execute.container;

import java.util.regex.Pattern;

/**
 * Names one run of a container within one agent. Running the same id again takes up what is there:
 * so a run survives the agent's death.
 *
 * @param text at most 64 of a–z, 0–9 and -, beginning with a letter or digit
 */
public record RunId(String text) {
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  public RunId {
    if (!SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "want a run's name of 1 to 64 of a-z, 0-9 and -, got \"" + Texts.cut(text) + "\"");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
