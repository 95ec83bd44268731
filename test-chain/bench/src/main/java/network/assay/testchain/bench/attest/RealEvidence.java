package network.assay.testchain.bench.attest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;

/** The evidence of real hardware in {@code shared/vectors}, beside or above the checkout. */
final class RealEvidence {
  private final Path folder;

  private RealEvidence(Path folder) {
    this.folder = folder;
  }

  static Optional<RealEvidence> find(Path from) {
    for (Path at = from.toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("shared").resolve("vectors");
      if (Files.isRegularFile(folder.resolve("manifest.csv"))) {
        return Optional.of(new RealEvidence(folder));
      }
    }
    return Optional.empty();
  }

  /**
   * One line of the scenarios.
   *
   * @param tcbInfo file names, as those after it
   */
  record Scenario(
      String quote,
      String tcbInfo,
      String qeIdentity,
      String pckCrl,
      String rootCrl,
      String tcbSigner,
      Instant at,
      String status) {
    boolean tdx() {
      return quote.contains("_tdx_");
    }
  }

  /**
   * The scenario that the most verifiers understand, of quotes whose name has a part: up to date by
   * Intel's rules, and with TCB info of version 3.
   */
  Scenario scenario(String namePart) {
    return text("dcap/scenarios.csv")
        .lines()
        .skip(1)
        .map(line -> line.split(",", -1))
        .filter(f -> f[0].contains(namePart))
        .map(f ->
            new Scenario(
                f[0],
                f[1],
                f[2],
                f[3],
                f[4],
                f[5],
                Instant.ofEpochSecond(Long.parseLong(f[6])),
                f[14]))
        .min(
            Comparator.comparing((Scenario s) -> !s.status().equals("UpToDate"))
                .thenComparing(s -> !text(s.tcbInfo()).contains("\"version\":3")))
        .orElseThrow(
            () -> new IllegalStateException("want a scenario of " + namePart + ", got none"));
  }

  Collateral collateral(Scenario scenario) {
    Kind kind = scenario.tdx() ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX;
    String fmspc = scenario.tcbInfo().replaceAll(".*/tcb_(SGX|TDX)_([0-9a-f]{12})_.*", "$2");
    String ca = scenario.pckCrl().contains("Platform") ? "platform" : "processor";
    return Collateral.of(
        List.of(
            Item.of(kind, fmspc, bytes(scenario.tcbInfo())),
            Item.of(
                Kind.INTEL_QE_IDENTITY,
                scenario.tdx() ? "TD_QE" : "QE",
                bytes(scenario.qeIdentity())),
            Item.of(Kind.INTEL_PCK_CRL, ca, bytes(scenario.pckCrl())),
            Item.of(Kind.INTEL_ROOT_CRL, "root", bytes(scenario.rootCrl())),
            Item.of(Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing", bytes(scenario.tcbSigner()))));
  }

  /** A report of a Genoa machine with its VCEK. */
  Evidence snp() {
    String at = "snp/confidential-containers+trustee/";
    return new Evidence(
        Family.SNP,
        bytes(at + "report_v3_Genoa_227a641db25e.bin"),
        List.of(bytes(at + "SEV-VCEK_SEV-Genoa_for_227a641db25e.der")));
  }

  private static final Pattern WINDOW =
      Pattern.compile(",valid,(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d)\\.\\.");

  /** The first document that is valid and not in debug mode. */
  Evidence nitro() {
    return Evidence.of(Family.NITRO, bytes(nitroRow().split(",", 2)[0]));
  }

  /** While its certificate, which lives three hours, holds. */
  Instant nitroAt() {
    Matcher window = WINDOW.matcher(nitroRow());
    if (!window.find()) {
      throw new IllegalStateException("want a time in the manifest's row, got " + nitroRow());
    }
    return Instant.parse(window.group(1) + "T" + window.group(2) + "Z").plusSeconds(5_400);
  }

  private String nitroRow() {
    return text("manifest.csv")
        .lines()
        .filter(line -> line.contains(",nitro,") && WINDOW.matcher(line).find())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("want a valid Nitro document, got none"));
  }

  /** A Hopper GPU's report with its certificates. */
  Evidence gpu() {
    String at = "nvidia/NVIDIA+nvtrust/";
    String hex = new String(bytes(at + "samples__hopperAttestationReport.txt"), US_ASCII);
    return new Evidence(
        Family.NVIDIA_GPU,
        HexFormat.of().parseHex(hex.strip()),
        List.of(bytes(at + "samples__hopperCertChain.txt")));
  }

  byte[] bytes(String file) {
    try {
      return Files.readAllBytes(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String text(String file) {
    return new String(bytes(file), UTF_8);
  }
}
