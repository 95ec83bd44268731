package network.assay.agent.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether this agent takes no more jobs. A file in its folder, so that a restart does not take some
 * after all.
 */
final class DrainSwitch {
  private final Path file;

  DrainSwitch(Path dataDir) {
    this.file = dataDir.resolve("draining");
  }

  boolean isOn() {
    return Files.exists(file);
  }

  void set(boolean on) {
    try {
      if (on) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path _ = Files.writeString(file, "assay agent drain\n");
      } else {
        boolean _ = Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be changed", e);
    }
  }
}
