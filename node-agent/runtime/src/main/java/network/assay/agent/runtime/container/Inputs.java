package network.assay.agent.runtime.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.ContentHasher;
import network.assay.agent.execute.container.InputFile;
import network.assay.agent.execute.container.Sandbox.InputSource;

/** Lays a run's inputs out, each checked against its content root on the way. */
final class Inputs {
  private Inputs() {}

  /** Empty where all is as declared, else what is not. */
  static Optional<String> lay(ContainerSpec spec, InputSource source, Path into)
      throws IOException {
    RunFolder.removeAll(into);
    Files.createDirectories(into);
    readable(into);
    for (InputFile input : spec.inputs()) {
      Path file = into.resolve(input.path());
      Path parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Optional<String> wrong = copy(input, source, file);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    try (var all = Files.walk(into)) {
      for (Path path : all.toList()) {
        readable(path);
      }
    }
    return Optional.empty();
  }

  private static void readable(Path path) throws IOException {
    String mode = Files.isDirectory(path) ? "rwxr-xr-x" : "r-xr-xr-x";
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static Optional<String> copy(InputFile input, InputSource source, Path file)
      throws IOException {
    ContentHasher hasher = new ContentHasher();
    try (InputStream in = source.open(input);
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hasher.write(buffer, 0, read);
        if (hasher.length() > input.bytes()) {
          return Optional.of(
              "want " + input.bytes() + " bytes of input " + input.path() + ", got more");
        }
        out.write(buffer, 0, read);
      }
    }
    long length = hasher.length();
    var root = hasher.root();
    if (length != input.bytes() || !root.equals(input.root())) {
      return Optional.of(
          "want input %s of %d bytes with content root %s, got %d bytes with %s"
              .formatted(input.path(), input.bytes(), input.root(), length, root));
    }
    return Optional.empty();
  }
}
