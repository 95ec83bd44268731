package network.assay.coordinator.client;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.coordinator.client.spec.RunnableSpec;
import network.assay.coordinator.client.spec.SpecProblem;
import network.assay.coordinator.client.spec.SpecText;
import network.assay.coordinator.client.spec.SpecValidator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What to buy, as options. */
final class RequestOptions {
  private static final int TOKEN_DECIMALS = 6;

  @Mixin private ContainerOptions container = new ContainerOptions();

  @Parameters(
      paramLabel = "SPEC or -- COMMAND",
      arity = "0..*",
      description =
          "a specification (docs/JOB-SPEC.md) in place of --text and --image; after -- the command of --image")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "the text to embed, UTF-8, at most 256 KiB")
  private @Nullable Path text;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "all-MiniLM-L6-v2",
      description = "model by name or hash; default ${DEFAULT-VALUE}")
  private String model = "";

  @Option(
      names = "--max-price",
      paramLabel = "AMOUNT",
      description =
          "most you pay for the job, in whole tokens, such as 0.50; of a specification its own")
  private @Nullable String maxPrice;

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "kind of device, by name or hash; default any")
  private @Nullable String deviceClass;

  @Option(
      names = "--precision",
      defaultValue = "fp32",
      description = "declared precision; default ${DEFAULT-VALUE}")
  private String precision = "";

  @Option(
      names = "--grade",
      defaultValue = "sampled",
      description = "verification grade; default ${DEFAULT-VALUE}")
  private String grade = "";

  @Mixin private HardwareOptions hardware = new HardwareOptions();

  JobRequest toRequest() {
    if (container.isGiven()) {
      return JobRequest.ofContainer(container.job(words), container.files(), price())
          .onClass(parsedClass())
          .on(hardware.toWish());
    }
    Path file = text;
    if (file == null) {
      return fromSpecification();
    }
    return new JobRequest(
        ContainerOptions.read(file),
        KnownModels.hash(model),
        precision,
        parsedGrade(),
        parsedClass(),
        0,
        price(),
        hardware.toWish());
  }

  private BigInteger price() {
    String given = maxPrice;
    if (given == null) {
      throw new ConsumerException("MISSING_OPTION", "say --max-price AMOUNT");
    }
    return amount(given);
  }

  private JobRequest fromSpecification() {
    if (words.size() != 1) {
      throw new ConsumerException(
          "MISSING_OPTION", "say what to run: a specification, --text FILE, or --image DIGEST");
    }
    Path file = Path.of(words.getFirst());
    RunnableSpec spec = RunnableSpec.of(checked(file), this::content);
    if (spec.container().isPresent()) {
      if (spec.grade() != Grade.ACCEPTED) {
        throw new ConsumerException(
            "GRADE_DOES_NOT_FIT",
            "want grade accepted for a container: nobody can verify it, got " + spec.grade());
      }
      return JobRequest.ofContainer(spec.container().get(), spec.files(), spec.priceMax())
          .onClass(parsedClass())
          .inRegions(spec.regions())
          .on(hardware.toWish());
    }
    return new JobRequest(
        spec.files().values().iterator().next(),
        Bytes32.fromHex(spec.model()),
        spec.precision(),
        spec.grade(),
        parsedClass(),
        spec.regions(),
        spec.priceMax(),
        hardware.toWish());
  }

  private static JsonNode checked(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new ConsumerException("NO_SUCH_FILE", "want a file that can be read, got " + file);
    }
    try {
      SpecText text = SpecText.read(file);
      List<SpecProblem> problems = new SpecValidator().problems(text);
      if (!problems.isEmpty()) {
        throw new ConsumerException("BAD_SPECIFICATION", problems.getFirst().text(file.toString()));
      }
      return text.tree();
    } catch (SpecText.Unreadable e) {
      throw new ConsumerException("BAD_SPECIFICATION", e.problem().text(file.toString()), e);
    } catch (IOException e) {
      throw new ConsumerException("CANNOT_READ", "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private byte[] content(String name) {
    Path file = container.inputs().get(name);
    if (file == null) {
      throw new ConsumerException("MISSING_INPUT", "say --input " + name + "=FILE");
    }
    return ContainerOptions.read(file);
  }

  private Grade parsedGrade() {
    try {
      return Grade.valueOf(grade.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ConsumerException(
          "UNKNOWN_GRADE",
          "no grade '" + grade + "': use one of " + java.util.List.of(Grade.values()),
          e);
    }
  }

  private Bytes32 parsedClass() {
    String name = deviceClass;
    if (name == null) {
      return Bytes32.ZERO;
    }
    return name.startsWith("0x") ? Bytes32.fromHex(name) : Keccak.hashUtf8(name);
  }

  /** Whole tokens to base units; refuses what does not come out even. */
  static BigInteger amount(String text) {
    try {
      return new BigDecimal(text).movePointRight(TOKEN_DECIMALS).toBigIntegerExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw new ConsumerException(
          "MALFORMED_AMOUNT",
          "want an amount with at most " + TOKEN_DECIMALS + " decimals such as 0.50, got " + text,
          e);
    }
  }
}
