package network.assay.contracts.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.service.ConfigProblem;
import network.assay.contracts.service.Json;

/**
 * The durable beginning of a deployment: with the first nonce kept, an interrupted one goes on
 * where it stopped instead of beginning a second.
 *
 * @param firstNonce the deployer's nonce when it began
 * @param plan hash of everything that was to be deployed
 */
record DeploymentRun(String format, long firstNonce, Bytes32 plan) {
  private static final String FORMAT = "assay-deployment-run/1";

  /** Goes on with the run in the file, or begins one there with this nonce. */
  static DeploymentRun resume(Path file, long nonce, Bytes32 plan) {
    try {
      if (!Files.exists(file)) {
        DeploymentRun begun = new DeploymentRun(FORMAT, nonce, plan);
        writeDurably(
            file, Json.writePretty(begun).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return begun;
      }
      DeploymentRun found =
          Json.read(Files.readAllBytes(file), DeploymentRun.class, "the deployment run " + file);
      if (!found.format().equals(FORMAT) || !found.plan().equals(plan)) {
        throw new ConfigProblem(
            "a deployment with other contracts or parameters was interrupted and is kept in "
                + file
                + ": finish it with the options it was begun with, or move the file away to give it up");
      }
      return found;
    } catch (IOException e) {
      throw new ConfigProblem(
          "cannot keep the deployment's beginning in " + file + ": " + e.getMessage(), e);
    }
  }

  /** Effects: the file has these bytes, whole or not at all. */
  static void writeDurably(Path file, byte[] bytes) {
    Path whole = file.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    try {
      Path folder = whole.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (FileChannel out =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        out.force(true);
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ConfigProblem("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
