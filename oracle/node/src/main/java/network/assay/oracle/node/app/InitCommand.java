package network.assay.oracle.node.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.Json;
import network.assay.contracts.service.KeyFiles;
import network.assay.contracts.service.NodeCertificate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Makes a node's keys, or shows those that are there: what the committee's contract must know of
 * it.
 */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Makes this node's keys and prints the address and the TLS pin that go on chain.")
public final class InitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--folder",
      required = true,
      description = "where oracle.key and tls.pem are kept, mode 600")
  private Path folder = Path.of("");

  @Option(
      names = "--password-file",
      description = "encrypts oracle.key with the password in this file")
  private @Nullable Path passwordFile;

  @Option(names = "--json", description = "for programs")
  private boolean json;

  @Override
  public Integer call() {
    Secp256k1.PrivateKey key =
        KeyFiles.loadOrGenerate(
            folder.resolve("oracle.key"),
            KeyFiles.password(Optional.ofNullable(passwordFile), Optional.empty(), Map.of()));
    NodeCertificate tls = NodeCertificate.loadOrGenerate(folder.resolve("tls.pem"));
    Map<String, String> out = new LinkedHashMap<>();
    out.put("address", key.address().hex());
    out.put("tlsPin", tls.pin().hex());
    var to = spec.commandLine().getOut();
    if (json) {
      to.print(Json.writePretty(out));
    } else {
      to.println("address  " + out.get("address") + "   (signs verdicts and pays for gas)");
      to.println("TLS pin  " + out.get("tlsPin"));
      to.println(
          "Both go into the committee's contract. Keep "
              + folder
              + " and back it up; never run it twice.");
    }
    to.flush();
    return 0;
  }
}
