import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.web3j.codegen.SolidityFunctionWrapper;
import org.web3j.protocol.ObjectMapperFactory;
import org.web3j.protocol.core.methods.response.AbiDefinition;
import org.web3j.tx.Contract;

/**
 * Writes one web3j wrapper, bytecode included, for each named contract that forge compiled.
 *
 * <p>A program of its own, started from its source by the build of this module: web3j's code
 * generator stops at version 5.0.2 and must not share a class path with the web3j 6 that everything
 * else uses.
 *
 * <p>Arguments: forge's output folder, the folder to write to, the Java package, the contracts'
 * names. What was there before is removed; a wrapper whose text stays the same keeps its file's
 * time, so that javac need not run again.
 */
final class GenerateBindings {
  private static final int ADDRESS_BITS = 160;

  private final ObjectMapper json = ObjectMapperFactory.getObjectMapper();
  private final Path artifacts;
  private final Path output;
  private final String javaPackage;

  private GenerateBindings(Path artifacts, Path output, String javaPackage) {
    this.artifacts = artifacts;
    this.output = output;
    this.javaPackage = javaPackage;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 3) {
      System.err.println("want: forge-output-folder folder-to-write java-package [contract…]");
      System.exit(2);
    }
    var generator =
        new GenerateBindings(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
    try {
      generator.generateAll(List.of(Arrays.copyOfRange(arguments, 3, arguments.length)));
    } catch (MissingContract missing) {
      System.err.println(missing.getMessage());
      System.exit(1);
    }
  }

  private void generateAll(List<String> contracts) throws IOException, ClassNotFoundException {
    Path fresh = Files.createTempDirectory("assay-bindings");
    for (String contract : contracts) {
      generate(contract, fresh);
    }
    Path packageFolder = Path.of(javaPackage.replace('.', '/'));
    keepOnly(contracts, output.resolve(packageFolder));
    for (String contract : contracts) {
      Path file = packageFolder.resolve(contract + ".java");
      replaceIfDifferent(fresh.resolve(file), output.resolve(file));
    }
    deleteTree(fresh);
  }

  private void generate(String contract, Path folder) throws IOException, ClassNotFoundException {
    JsonNode artifact = json.readTree(artifactOf(contract).toFile());
    String bytecode = artifact.path("bytecode").path("object").asText();
    if (bytecode.contains("__$")) {
      throw new MissingContract(
          contract + " needs an external library linked in, which the deployer does not do");
    }
    var abi = List.of(json.treeToValue(artifact.get("abi"), AbiDefinition[].class));
    boolean javaTypes = true;
    boolean primitiveTypes = false;
    boolean sendForCalls = false;
    new SolidityFunctionWrapper(javaTypes, primitiveTypes, sendForCalls, ADDRESS_BITS)
        .generateJavaFiles(
            Contract.class, contract, bytecode, abi, folder.toString(), javaPackage, Map.of());
  }

  private Path artifactOf(String contract) throws IOException {
    try (Stream<Path> files = Files.walk(artifacts, 2)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().equals(contract + ".json")).toList();
      if (found.size() != 1) {
        throw new MissingContract(
            "got %d compiled contracts named %s under %s, want 1"
                .formatted(found.size(), contract, artifacts));
      }
      return found.getFirst();
    }
  }

  private static void keepOnly(List<String> contracts, Path folder) throws IOException {
    Files.createDirectories(folder);
    Set<String> wanted = new HashSet<>();
    contracts.forEach(contract -> wanted.add(contract + ".java"));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (!wanted.contains(file.getFileName().toString())) Files.delete(file);
      }
    }
  }

  private static void replaceIfDifferent(Path fresh, Path old) throws IOException {
    if (Files.exists(old) && Files.mismatch(fresh, old) == -1) return;
    Files.writeString(old, Files.readString(fresh));
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(file);
    }
  }

  private static final class MissingContract extends RuntimeException {
    MissingContract(String message) {
      super(message);
    }
  }
}
