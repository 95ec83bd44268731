package network.assay.agent.execute.container;

import network.assay.contracts.protocol.Bytes32;

/**
 * A file that a container finds below {@code /assay/in}, read-only.
 *
 * @param path relative, at most 8 plain names
 * @param root content root (docs/PROTOCOL.md §3); checked while it is copied
 */
public record InputFile(String path, long bytes, Bytes32 root) {
  public InputFile {
    Texts.requirePath("an input", path);
    if (bytes < 0) {
      throw new IllegalArgumentException("want an input of 0 bytes or more, got " + bytes);
    }
  }
}
