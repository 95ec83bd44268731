package network.assay.contracts.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import network.assay.contracts.protocol.Secp256k1;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
  @TempDir Path folder;

  @Test
  void anEncryptedKeyOpensWithItsPasswordOnly() throws IOException {
    Path file = folder.resolve("keys/one.json");
    Secp256k1.PrivateKey key = KeyFiles.generate(file, Optional.of("secret"));
    assertThat(KeyFiles.load(file, Optional.of("secret")).address()).isEqualTo(key.address());
    assertThat(Files.readString(file)).contains("\"version\":3");
    assertThatThrownBy(() -> KeyFiles.load(file, Optional.of("guess")))
        .isInstanceOf(ConfigProblem.class);
    assertThatThrownBy(() -> KeyFiles.load(file, Optional.empty()))
        .hasMessageContaining("want a password, got none");
  }

  @Test
  void aPlainKeyIsReadBack() {
    Path file = folder.resolve("plain.key");
    Secp256k1.PrivateKey key = KeyFiles.loadOrGenerate(file, Optional.empty());
    assertThat(KeyFiles.loadOrGenerate(file, Optional.empty()).address()).isEqualTo(key.address());
  }

  @Test
  void keyFilesAreTheOwnersOnly() throws IOException {
    Path file = folder.resolve("plain.key");
    KeyFiles.generate(file, Optional.empty());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> KeyFiles.load(file, Optional.empty()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("chmod 600")
        .hasMessageContaining("got mode rw-r--r--");
  }

  @Test
  void aKeyIsNeverOverwritten() {
    Path file = folder.resolve("plain.key");
    KeyFiles.generate(file, Optional.empty());
    assertThatThrownBy(() -> KeyFiles.generate(file, Optional.empty()))
        .hasMessageContaining("is not overwritten");
  }

  @Test
  void whatIsNoKeyNeverReachesTheMessage() {
    Path file = folder.resolve("broken.key");
    PrivateFiles.create(file, "0x1234secret");
    assertThatThrownBy(() -> KeyFiles.load(file, Optional.empty()))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("got neither")
        .hasMessageNotContaining("1234secret");
  }

  @Test
  void aPasswordComesFromAFileOrAVariable() {
    Path file = folder.resolve("password");
    PrivateFiles.create(file, "secret\n");
    assertThat(KeyFiles.password(Optional.of(file), Optional.empty(), Map.of())).contains("secret");
    assertThat(KeyFiles.password(Optional.empty(), Optional.of("P"), Map.of("P", "other")))
        .contains("other");
    assertThat(KeyFiles.password(Optional.empty(), Optional.empty(), Map.of())).isEmpty();
    assertThatThrownBy(() -> KeyFiles.password(Optional.empty(), Optional.of("P"), Map.of()))
        .hasMessageContaining("it is not set");
  }
}
