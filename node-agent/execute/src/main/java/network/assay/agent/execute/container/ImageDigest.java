package network.assay.agent.execute.container;

import java.util.regex.Pattern;

/**
 * Names an image by what it is: the SHA-256 of its OCI manifest, or of its configuration.
 *
 * @param text {@code sha256:} and 64 hexadecimal digits in lower case
 */
public record ImageDigest(String text) {
  private static final Pattern SHAPE = Pattern.compile("sha256:[0-9a-f]{64}");

  public ImageDigest {
    if (!SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "want an image as sha256: and 64 hexadecimal digits, got \"" + Texts.cut(text) + "\"");
    }
  }

  /** The 64 digits. */
  public String hex() {
    return text.substring("sha256:".length());
  }

  @Override
  public String toString() {
    return text;
  }
}
