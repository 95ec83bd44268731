package network.assay.testchain.devnet;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the checkout is: the launcher says so in {@code assay.home}; otherwise the nearest folder
 * above that looks like it.
 */
public final class AssayHome {
  private AssayHome() {}

  public static Path find() {
    String told = System.getProperty("assay.home");
    if (told != null) {
      return Path.of(told);
    }
    for (@Nullable Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("contracts/foundry.toml"))) {
        return at;
      }
    }
    throw new DevnetException(
        "no Assay checkout here: start through ./assay, or set -Dassay.home=FOLDER");
  }
}
