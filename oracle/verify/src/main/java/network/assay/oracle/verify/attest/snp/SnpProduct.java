package network.assay.oracle.verify.attest.snp;

import java.util.Locale;
import java.util.Optional;
import network.assay.oracle.verify.attest.Anchor;

/**
 * A line of processors with one AMD root key. It decides how a TCB version is laid out and how long
 * a chip's identifier is; a line that is not here is unknown, and unknown is refused.
 */
public enum SnpProduct {
  /** Third generation: family 19h, models 00h–0Fh. */
  MILAN("Milan", Anchor.AMD_MILAN, 64, false),
  /** Fourth generation, Bergamo and Siena with it: family 19h, models 10h–1Fh and A0h–AFh. */
  GENOA("Genoa", Anchor.AMD_GENOA, 64, false),
  /** Fifth generation, dense parts with it: family 1Ah, models 00h–11h. */
  TURIN("Turin", Anchor.AMD_TURIN, 8, true);

  private final String title;
  private final Anchor anchor;
  private final int chipIdBytes;
  private final boolean fmc;

  SnpProduct(String title, Anchor anchor, int chipIdBytes, boolean fmc) {
    this.title = title;
    this.anchor = anchor;
    this.chipIdBytes = chipIdBytes;
    this.fmc = fmc;
  }

  /** As AMD writes it in certificates. */
  public String title() {
    return title;
  }

  /** As keys of collateral write it. */
  public String key() {
    return title.toLowerCase(Locale.ROOT);
  }

  /** The root that this line's keys lead to. */
  public Anchor anchor() {
    return anchor;
  }

  /** How much of CHIP_ID identifies the chip; the rest is zero. */
  public int chipIdBytes() {
    return chipIdBytes;
  }

  /** Whether the TCB version has the FMC component, which moves all others. */
  public boolean hasFmc() {
    return fmc;
  }

  /** By combined CPUID family and model, as report version 3 and later carry them. */
  public static Optional<SnpProduct> ofCpuid(int family, int model) {
    if (family == 0x19) {
      if (model <= 0x0f) {
        return Optional.of(MILAN);
      }
      boolean genoa = (model >= 0x10 && model <= 0x1f) || (model >= 0xa0 && model <= 0xaf);
      return genoa ? Optional.of(GENOA) : Optional.empty();
    }
    return family == 0x1a && model <= 0x11 ? Optional.of(TURIN) : Optional.empty();
  }

  /** By the certificate's product name: the line, or the line with a stepping ("Milan-B0"). */
  public static Optional<SnpProduct> ofName(String name) {
    int dash = name.indexOf('-');
    String line = dash < 0 ? name : name.substring(0, dash);
    return switch (line) {
      case "Milan" -> Optional.of(MILAN);
      case "Genoa", "Siena", "Bergamo" -> Optional.of(GENOA);
      case "Turin" -> Optional.of(TURIN);
      default -> Optional.empty();
    };
  }
}
