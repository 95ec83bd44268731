package network.assay.coordinator.client;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What to buy, as options. */
final class RequestOptions {
  private static final int TOKEN_DECIMALS = 6;

  @Option(
      names = "--text",
      required = true,
      paramLabel = "FILE",
      description = "the text to embed, UTF-8, at most 256 KiB")
  private Path text = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "all-MiniLM-L6-v2",
      description = "model by name or hash; default ${DEFAULT-VALUE}")
  private String model = "";

  @Option(
      names = "--max-price",
      required = true,
      paramLabel = "AMOUNT",
      description = "most you pay for the job, in whole tokens, such as 0.50")
  private String maxPrice = "";

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
    return new JobRequest(
        input(),
        KnownModels.hash(model),
        precision,
        parsedGrade(),
        parsedClass(),
        0,
        amount(maxPrice),
        hardware.toWish());
  }

  private byte[] input() {
    try {
      long size = Files.size(text);
      if (size > EvidenceBundle.INPUT_BYTES_MAX) {
        throw new ConsumerException(
            "INPUT_SIZE",
            text
                + " has "
                + size
                + " bytes, at most "
                + EvidenceBundle.INPUT_BYTES_MAX
                + " are taken");
      }
      return Files.readAllBytes(text);
    } catch (IOException e) {
      throw new ConsumerException("CANNOT_READ", "cannot read " + text + ": " + e.getMessage(), e);
    }
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
