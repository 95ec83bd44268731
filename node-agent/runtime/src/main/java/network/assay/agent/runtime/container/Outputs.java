package network.assay.agent.runtime.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import network.assay.agent.execute.container.ContentHasher;
import network.assay.agent.execute.container.OutputFile;
import network.assay.agent.execute.container.OutputRule;

/**
 * Takes what a container left: declared paths only, regular files only. Every step goes from an
 * open folder by name without following links, so that nothing outside can be made to look like a
 * result.
 */
final class Outputs {
  private static final int DEPTH_MAX = 8;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

  /** What was left is not what was declared; the message says what. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private final Path into;
  private final List<OutputFile> taken = new ArrayList<>();

  private Outputs(Path into) {
    this.into = into;
  }

  /**
   * Copies every declared output to {@code into}, named by number in the order of the answer.
   *
   * @return the files by path, ascending
   */
  static List<OutputFile> collect(Path out, List<OutputRule> rules, Path into)
      throws IOException, RefusedException {
    RunFolder.removeAll(into);
    Files.createDirectories(into);
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(out)) {
      return collect(secure(stream), rules, into);
    }
  }

  /** The same from an open folder, into one that is there. */
  static List<OutputFile> collect(
      SecureDirectoryStream<Path> root, List<OutputRule> rules, Path into)
      throws IOException, RefusedException {
    Outputs outputs = new Outputs(into);
    List<OutputRule> ordered =
        rules.stream().sorted(Comparator.comparing(OutputRule::path)).toList();
    for (OutputRule rule : ordered) {
      outputs.take(root, rule);
    }
    return List.copyOf(outputs.taken);
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new IOException("this system cannot open a folder without following links");
  }

  /** What is left of a rule. */
  private static final class Budget {
    final OutputRule rule;
    int files;
    long bytes;

    Budget(OutputRule rule) {
      this.rule = rule;
      this.files = rule.filesMax();
      this.bytes = rule.bytesMax();
    }
  }

  private void take(SecureDirectoryStream<Path> root, OutputRule rule)
      throws IOException, RefusedException {
    String[] names = rule.path().split("/", -1);
    descend(root, names, 0, new Budget(rule));
  }

  private void descend(SecureDirectoryStream<Path> folder, String[] names, int at, Budget budget)
      throws IOException, RefusedException {
    Path name = Path.of(names[at]);
    if (at == names.length - 1) {
      entry(folder, name, budget.rule.path(), names.length, budget);
      return;
    }
    if (!attributes(folder, name, budget.rule.path()).isDirectory()) {
      throw new RefusedException(
          "want a folder on the way to " + budget.rule.path() + ", got something else at " + name);
    }
    try (SecureDirectoryStream<Path> next = open(folder, name, budget.rule.path())) {
      descend(next, names, at + 1, budget);
    }
  }

  /** What was a folder a moment ago and is a link now is refused, not followed. */
  private static SecureDirectoryStream<Path> open(
      SecureDirectoryStream<Path> folder, Path name, String shown)
      throws IOException, RefusedException {
    try {
      return folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      refuseLink(folder, name, shown);
      throw e;
    }
  }

  private static SeekableByteChannel openFile(
      SecureDirectoryStream<Path> folder, Path name, String shown)
      throws IOException, RefusedException {
    try {
      return folder.newByteChannel(
          name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      refuseLink(folder, name, shown);
      throw e;
    }
  }

  private static void refuseLink(SecureDirectoryStream<Path> folder, Path name, String shown)
      throws IOException, RefusedException {
    if (attributes(folder, name, shown).isSymbolicLink()) {
      throw new RefusedException("want " + shown + " to stay what it was, got a symbolic link");
    }
  }

  private static BasicFileAttributes attributes(
      SecureDirectoryStream<Path> folder, Path name, String shown)
      throws IOException, RefusedException {
    try {
      return folder
          .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes();
    } catch (NoSuchFileException e) {
      throw new RefusedException("want the declared output " + shown + ", got nothing there");
    }
  }

  private void entry(
      SecureDirectoryStream<Path> folder, Path name, String shown, int depth, Budget budget)
      throws IOException, RefusedException {
    BasicFileAttributes attributes = attributes(folder, name, shown);
    if (attributes.isRegularFile()) {
      file(folder, name, shown, attributes.size(), budget);
    } else if (attributes.isDirectory() && depth < DEPTH_MAX) {
      try (SecureDirectoryStream<Path> next = open(folder, name, shown)) {
        below(next, shown, depth, budget);
      }
    } else {
      String got = attributes.isSymbolicLink() ? "a symbolic link" : "neither file nor folder";
      throw new RefusedException(
          "want regular files in output "
              + budget.rule.path()
              + ", got "
              + (attributes.isDirectory() ? "folders deeper than " + DEPTH_MAX : got)
              + " at "
              + shown);
    }
  }

  private void below(SecureDirectoryStream<Path> folder, String shown, int depth, Budget budget)
      throws IOException, RefusedException {
    // Sorted, so that the same work gives the same list.
    TreeMap<String, Path> names = new TreeMap<>();
    for (Path child : folder) {
      String name = child.getFileName().toString();
      if (!NAME.matcher(name).matches()) {
        throw new RefusedException(
            "want plain names (letters, digits, . _ -) in output " + shown + ", got another");
      }
      if (names.size() > budget.rule.filesMax() + DEPTH_MAX) {
        throw tooMany(budget);
      }
      names.put(name, Path.of(name));
    }
    for (var child : names.entrySet()) {
      entry(folder, child.getValue(), shown + "/" + child.getKey(), depth + 1, budget);
    }
  }

  private static RefusedException tooMany(Budget budget) {
    return new RefusedException(
        "want at most "
            + budget.rule.filesMax()
            + " files in output "
            + budget.rule.path()
            + ", got more");
  }

  private void file(
      SecureDirectoryStream<Path> folder, Path name, String shown, long size, Budget budget)
      throws IOException, RefusedException {
    budget.files--;
    budget.bytes -= size;
    if (budget.files < 0) {
      throw tooMany(budget);
    }
    if (budget.bytes < 0) {
      throw new RefusedException(
          "want at most "
              + budget.rule.bytesMax()
              + " bytes in output "
              + budget.rule.path()
              + ", got more at "
              + shown);
    }
    ContentHasher hasher = new ContentHasher();
    try (SeekableByteChannel from = openFile(folder, name, shown);
        InputStream in = Channels.newInputStream(from);
        OutputStream to = Files.newOutputStream(into.resolve(Integer.toString(taken.size())))) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (hasher.length() + read > size) {
          throw new RefusedException("want " + shown + " to stay as it is, got a longer one");
        }
        hasher.write(buffer, 0, read);
        to.write(buffer, 0, read);
      }
    }
    taken.add(new OutputFile(shown, hasher.length(), hasher.root()));
  }
}
