package network.assay.testchain.devnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.service.KeyFiles;

/**
 * Where a development network keeps what: one folder, one sub-folder a role. Its keys are worth
 * nothing anywhere else.
 */
public record DevnetLayout(Path folder) {
  public Path chain() {
    return folder.resolve("chain");
  }

  public Path deployment() {
    return folder.resolve("deployment.json");
  }

  public Path oracle(int index) {
    return folder.resolve("oracle-" + index);
  }

  public Path oracleConfig(int index) {
    return oracle(index).resolve("oracle.json");
  }

  public Path coordinator() {
    return folder.resolve("coordinator");
  }

  public Path coordinatorConfig() {
    return coordinator().resolve("coordinator.json");
  }

  public Path agent(String name) {
    return folder.resolve("agent-" + name);
  }

  public Path agentConfig(String name) {
    return agent(name).resolve("agent.json");
  }

  public Path orders() {
    return folder.resolve("orders");
  }

  public Path receipts() {
    return folder.resolve("receipts");
  }

  public Path log() {
    return folder.resolve("assay.log");
  }

  /** The file of a key of this network. */
  public Path keyFile(String name) {
    return folder.resolve("keys").resolve(name + ".key");
  }

  /** A key of this network, made on first use. */
  public Secp256k1.PrivateKey key(String name) {
    try {
      Files.createDirectories(folder.resolve("keys"));
    } catch (IOException e) {
      throw new DevnetException("cannot make " + folder.resolve("keys"), e);
    }
    return KeyFiles.loadOrGenerate(keyFile(name), Optional.empty());
  }
}
