package network.assay.testchain.architecture;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What pure code must not touch: files, network, SQL, frameworks, and every source of time, chance
 * or surroundings. These come in as arguments, which is what lets a whole cluster run inside one
 * seeded simulation.
 */
final class Purity {
  private static final Pattern FORBIDDEN_TYPES =
      Pattern.compile(
          String.join(
              "|",
              "java\\.io\\.(File|RandomAccessFile|Console).*",
              "java\\.nio\\.(file|channels)\\..*",
              "java\\.net\\.(?!URI$|URISyntaxException$).*",
              "(java|javax)\\.sql\\..*",
              "javax\\.net\\..*",
              "java\\.lang\\.(Process|ProcessBuilder|Runtime|ThreadLocal)",
              "java\\.util\\.(Timer|TimerTask)",
              "java\\.util\\.concurrent\\.(ThreadLocalRandom|Executors|ForkJoinPool|CompletableFuture)",
              "org\\.springframework\\..*",
              "org\\.web3j\\..*",
              "io\\.grpc\\..*",
              "com\\.google\\.protobuf\\..*",
              "org\\.slf4j\\..*"));

  /** Calls, as owner.name; a call of {@code new} is named {@code <init>}. */
  private static final Pattern FORBIDDEN_CALLS =
      Pattern.compile(
          String.join(
              "|",
              "java\\.lang\\.System\\.(currentTimeMillis|nanoTime|getenv|getProperty|exit|identityHashCode)",
              "java\\.lang\\.Math\\.random",
              "java\\.lang\\.Thread\\.(<init>|sleep|start|ofVirtual|ofPlatform|startVirtualThread)",
              "java\\.security\\.SecureRandom\\.getInstance.*",
              "java\\.time\\.[A-Za-z]+\\.now",
              "java\\.time\\.Clock\\.(system|tick).*",
              "java\\.time\\.InstantSource\\.system",
              "java\\.util\\.UUID\\.randomUUID"));

  private static final List<String> UNSEEDED =
      List.of("java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom");

  private Purity() {}

  /** One sentence for each thing that a class does and must not. */
  static Set<String> violations(JavaClass type) {
    Set<String> found = new TreeSet<>();
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      String target = dependency.getTargetClass().getBaseComponentType().getName();
      if (FORBIDDEN_TYPES.matcher(target).matches()) {
        found.add(type.getName() + " uses " + target);
      }
    }
    for (JavaAccess<?> access : type.getAccessesFromSelf()) {
      if (isForbidden(access)) {
        found.add(access.getDescription());
      }
    }
    return found;
  }

  private static boolean isForbidden(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String call = owner + "." + access.getTarget().getName();
    if (!(access.getTarget() instanceof CodeUnitCallTarget target)) {
      return false;
    }
    boolean noArguments = target.getRawParameterTypes().isEmpty();
    boolean unseeded =
        UNSEEDED.contains(owner) && noArguments && access.getTarget().getName().equals("<init>");
    boolean oneArgument = target.getRawParameterTypes().size() == 1;
    boolean unseededShuffle = call.equals("java.util.Collections.shuffle") && oneArgument;
    return unseeded || unseededShuffle || FORBIDDEN_CALLS.matcher(call).matches();
  }
}
