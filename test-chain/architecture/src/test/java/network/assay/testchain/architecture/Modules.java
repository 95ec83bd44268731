package network.assay.testchain.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The modules of this repository, named by their path ({@code oracle/verify}), and the compiled
 * classes of each.
 *
 * <p>The modules come from the folders, the classes from the class path: so a module whose classes
 * were not seen shows.
 */
final class Modules {
  private static final Map<String, String> GROUP_PACKAGES =
      Map.of(
          "contracts", "contracts",
          "oracle", "oracle",
          "coordinator", "coordinator",
          "node-agent", "agent",
          "test-chain", "testchain");

  static final Path ROOT = repositoryRoot();
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("network.assay");

  private static final Map<String, String> MODULE_OF_CLASS = new HashMap<>();

  private Modules() {}

  /** All modules that have a pom and main sources, handwritten or to be generated from. */
  static Set<String> withMainCode() {
    Set<String> found = new TreeSet<>();
    for (String group : GROUP_PACKAGES.keySet()) {
      for (Path folder : list(ROOT.resolve(group))) {
        boolean isModule = Files.exists(folder.resolve("pom.xml"));
        if (isModule && hasMainCode(folder)) {
          found.add(group + "/" + folder.getFileName());
        }
      }
    }
    return found;
  }

  /** The classes of each module, by the folder or jar that they were read from. */
  static Map<String, Set<JavaClass>> classesByModule() {
    return CLASSES.stream()
        .collect(
            Collectors.groupingBy(
                Modules::moduleOf,
                TreeMap::new,
                Collectors.toCollection(() -> new TreeSet<>(Modules::byName))));
  }

  /** The module of a class of ours, from where its bytes lie: {@code …/oracle/verify/target/…}. */
  static String moduleOf(JavaClass type) {
    return MODULE_OF_CLASS.computeIfAbsent(
        type.getName(),
        name ->
            type.getSource()
                .map(source -> moduleAt(source.getUri().toString()))
                .orElseThrow(() -> new IllegalStateException(name + " came from nowhere")));
  }

  /** The package that everything in a module lies under. */
  static String packageOf(String module) {
    String group = module.substring(0, module.indexOf('/'));
    return "network.assay."
        + GROUP_PACKAGES.get(group)
        + module.substring(group.length()).replace('/', '.');
  }

  private static String moduleAt(String uri) {
    String path = uri.substring(0, uri.indexOf("/target/"));
    String[] parts = path.split("/", -1);
    return parts[parts.length - 2] + "/" + parts[parts.length - 1];
  }

  private static int byName(JavaClass left, JavaClass right) {
    return left.getName().compareTo(right.getName());
  }

  private static boolean hasMainCode(Path module) {
    Path main = module.resolve("src/main");
    Path generator = module.resolve("src/codegen");
    return Stream.of(main, generator).filter(Files::isDirectory).anyMatch(Modules::hasSources);
  }

  private static boolean hasSources(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> file.toString().matches(".*\\.(java|proto)"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Set<Path> list(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(Files::isDirectory).collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Path repositoryRoot() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("test-chain/architecture/pom.xml"))) {
      Path parent = here.getParent();
      if (parent == null) {
        throw new IllegalStateException(
            "not inside the repository: " + Path.of("").toAbsolutePath());
      }
      here = parent;
    }
    return here;
  }
}
