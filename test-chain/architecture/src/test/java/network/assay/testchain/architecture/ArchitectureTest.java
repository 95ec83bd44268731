package network.assay.testchain.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The rules of docs/ARCHITECTURE about modules, asked of the compiled code. No exceptions are
 * listed, nor can be.
 */
class ArchitectureTest {
  private static final Map<String, Set<JavaClass>> CLASSES = Modules.classesByModule();

  /** Generated code, which carries no annotations of ours. */
  private static final Set<String> GENERATED = Set.of("contracts/wire", "contracts/bindings");

  /**
   * The signing of transactions and the wire of the chain stay in these; everyone else asks
   * contracts/client.
   */
  private static final Set<String> MAY_TOUCH_WEB3J =
      Set.of("contracts/bindings", "contracts/client", "contracts/service");

  @Test
  void everyModuleWithSourcesWasLookedAt() {
    Set<String> withSources = Modules.withMainCode();
    assertThat(withSources).contains("contracts/protocol", "contracts/wire", "oracle/verify");
    assertThat(CLASSES.keySet()).containsAll(withSources);
  }

  @Test
  void everyModuleHasItsPlaceInTheTableOfDirections() {
    assertThat(Modules.withMainCode()).allMatch(Direction::knows);
  }

  @Test
  void modulesDependOnlyInTheAllowedDirection() {
    Set<String> violations = new TreeSet<>();
    CLASSES.forEach((module, types) -> {
      for (JavaClass type : types) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (!target.getName().startsWith("network.assay.")) continue;
          String targetModule = Modules.moduleOf(target);
          if (!Direction.allows(module, targetModule)) {
            violations.add(module + " → " + targetModule + ": " + dependency.getDescription());
          }
        }
      }
    });
    assertThat(violations).isEmpty();
  }

  @Test
  void pureModulesArePure() {
    assertThat(CLASSES.keySet()).containsAll(pureModulesWithSources());
    Set<String> violations = new TreeSet<>();
    for (String module : pureModulesWithSources()) {
      for (JavaClass type : CLASSES.getOrDefault(module, Set.of())) {
        violations.addAll(Purity.violations(type));
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void everyClassLiesUnderThePackageOfItsModule() {
    Set<String> violations = new TreeSet<>();
    CLASSES.forEach((module, types) -> {
      String home = Modules.packageOf(module);
      for (JavaClass type : types) {
        String name = type.getPackageName();
        if (!name.equals(home) && !name.startsWith(home + ".")) {
          violations.add(type.getName() + " of " + module + " wants to lie under " + home);
        }
      }
    });
    assertThat(violations).isEmpty();
  }

  @Test
  void onlyTheChainModulesTouchWeb3j() {
    Pattern web3j = Pattern.compile("org\\.web3j\\..*");
    Map<String, String> violations = new TreeMap<>();
    CLASSES.forEach((module, types) -> {
      if (MAY_TOUCH_WEB3J.contains(module)) return;
      for (JavaClass type : types) {
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getBaseComponentType().getName())
            .filter(name -> web3j.matcher(name).matches())
            .findFirst()
            .ifPresent(name -> violations.put(module + ": " + type.getName(), name));
      }
    });
    assertThat(violations).isEmpty();
  }

  /** What JMH's annotation processor writes at compile time, beside a benchmark's own package. */
  private static final String JMH = ".jmh_generated";

  /** NullAway judges only what is marked: an unmarked package would pass by not being looked at. */
  @Test
  void everyHandwrittenPackageIsNullMarked() {
    Set<String> unmarked = new TreeSet<>();
    CLASSES.forEach((module, types) -> {
      if (GENERATED.contains(module)) return;
      for (JavaClass type : types) {
        JavaPackage home = type.getPackage();
        if (home.getName().endsWith(JMH)) continue;
        if (!home.isAnnotatedWith(NullMarked.class)) unmarked.add(home.getName());
      }
    });
    assertThat(unmarked).isEmpty();
  }

  private static Set<String> pureModulesWithSources() {
    Set<String> pure = new TreeSet<>(Modules.withMainCode());
    pure.retainAll(Direction.PURE);
    return pure;
  }
}
