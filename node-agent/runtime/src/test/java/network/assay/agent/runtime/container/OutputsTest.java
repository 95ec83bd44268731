package network.assay.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.List;
import java.util.stream.Stream;
import network.assay.agent.execute.container.OutputFile;
import network.assay.agent.execute.container.OutputRule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No link is ever followed: neither one that lies there, nor one that takes a file's or a folder's
 * place between the look and the reading. No engine is needed.
 */
class OutputsTest {
  private static final String SECRET = "what the host keeps for itself";

  @TempDir private Path folder;
  private Path out = Path.of("unset");
  private Path into = Path.of("unset");
  private Path secrets = Path.of("unset");

  @BeforeEach
  void layOut() throws IOException {
    out = Files.createDirectory(folder.resolve("out"));
    into = Files.createDirectory(folder.resolve("kept"));
    secrets = Files.createDirectory(folder.resolve("secrets"));
    Files.writeString(secrets.resolve("file"), SECRET);
  }

  private static List<OutputRule> rule(String path) {
    return List.of(new OutputRule(path, 5, 1_000));
  }

  private void assertRefused(String path, String why) throws IOException {
    assertThatThrownBy(() -> Outputs.collect(out, rule(path), into))
        .isInstanceOf(Outputs.RefusedException.class)
        .hasMessageContaining(why);
    assertNothingLeaked();
  }

  private void assertNothingLeaked() throws IOException {
    try (Stream<Path> files = Files.walk(into)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain(SECRET);
      }
    }
  }

  @Test
  void whatWasDeclaredIsTaken() throws Exception {
    Files.createDirectories(out.resolve("a/b"));
    Files.writeString(out.resolve("a/b/file"), "computed");
    assertThat(Outputs.collect(out, rule("a"), into))
        .extracting(OutputFile::path)
        .containsExactly("a/b/file");
  }

  @Test
  void aLinkIsRefusedInEveryPlace() throws IOException {
    Files.createSymbolicLink(out.resolve("file"), secrets.resolve("file"));
    assertRefused("file", "a symbolic link");
    Files.createSymbolicLink(out.resolve("folder"), secrets);
    assertRefused("folder", "a symbolic link");
    assertRefused("folder/file", "a folder on the way");
    Files.createDirectory(out.resolve("real"));
    Files.createSymbolicLink(out.resolve("real/x"), secrets.resolve("file"));
    assertRefused("real", "a symbolic link");
  }

  @Test
  void aFileThatBecomesALinkAfterTheLookIsNotFollowed() throws IOException {
    Files.writeString(out.resolve("file"), "x".repeat(SECRET.length()));
    assertSwapRefused("file", "file", secrets.resolve("file"));
  }

  @Test
  void aFolderThatBecomesALinkAfterTheLookIsNotEntered() throws IOException {
    Files.createDirectory(out.resolve("folder"));
    assertSwapRefused("folder", "folder", secrets);
  }

  @Test
  void aFolderOnTheWayThatBecomesALinkAfterTheLookIsNotEntered() throws IOException {
    Files.createDirectory(out.resolve("folder"));
    assertSwapRefused("folder/file", "folder", secrets);
  }

  private void assertSwapRefused(String path, String victim, Path target) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(out)) {
      SecureDirectoryStream<Path> root =
          swapping((SecureDirectoryStream<Path>) stream, out.resolve(victim), target);
      assertThatThrownBy(() -> Outputs.collect(root, rule(path), into))
          .isInstanceOf(Outputs.RefusedException.class)
          .hasMessageContaining("to stay what it was");
    }
    assertThat(out.resolve(victim)).as("the swap happened").isSymbolicLink();
    assertNothingLeaked();
  }

  /** The folder, whose entry becomes a link as soon as something is to be opened in it. */
  @SuppressWarnings("unchecked")
  private static SecureDirectoryStream<Path> swapping(
      SecureDirectoryStream<Path> real, Path victim, Path target) {
    return (SecureDirectoryStream<Path>)
        Proxy.newProxyInstance(
            OutputsTest.class.getClassLoader(),
            new Class<?>[] {SecureDirectoryStream.class},
            (self, method, arguments) -> {
              if (method.getName().equals("newByteChannel")
                  || method.getName().equals("newDirectoryStream")) {
                Files.deleteIfExists(victim);
                Files.createSymbolicLink(victim, target);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
