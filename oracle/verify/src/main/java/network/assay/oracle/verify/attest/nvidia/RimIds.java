package network.assay.oracle.verify.attest.nvidia;

import java.util.List;
import java.util.Locale;
import network.assay.oracle.verify.attest.Family;

/** Ids under which NVIDIA's service has the manifests of a report. */
public final class RimIds {
  private RimIds() {}

  /** Both of a GPU, or the one of a switch; empty for a report that does not name its versions. */
  public static List<String> of(SpdmReport report, String chip) {
    OpaqueData opaque = report.opaque();
    java.util.ArrayList<String> ids = new java.util.ArrayList<>();
    Family family = DeviceCheck.family(report);
    opaque.text(OpaqueData.DRIVER_VERSION).ifPresent(v -> ids.addAll(driver(chip, v)));
    (family == Family.NVIDIA_GPU
            ? opaque.packedVbiosVersion()
            : opaque.text(OpaqueData.VBIOS_VERSION))
        .ifPresent(v -> ids.addAll(vbios(family, opaque, v)));
    return List.copyOf(ids);
  }

  static List<String> driver(String chip, String version) {
    if (chip.startsWith("GB2")) {
      return List.of("NV_GPU_CC_DRIVER_GB20X_" + version, "NV_GPU_CC_DRIVER_GB100_" + version);
    }
    if (chip.startsWith("GB")) {
      return List.of("NV_GPU_CC_DRIVER_GB100_" + version);
    }
    return List.of("NV_GPU_DRIVER_GH100_" + version);
  }

  /** A switch's report does not name its board; there is one. */
  static List<String> vbios(Family family, OpaqueData opaque, String version) {
    String plain = version.replace(".", "").toUpperCase(Locale.ROOT);
    if (family == Family.NVIDIA_SWITCH) {
      return List.of("NV_SWITCH_BIOS_5612_0002_890_" + plain);
    }
    return List.of(
        "NV_GPU_VBIOS_"
            + String.join(
                "_",
                opaque.text(OpaqueData.PROJECT).orElse("").toUpperCase(Locale.ROOT),
                opaque.text(OpaqueData.PROJECT_SKU).orElse("").toUpperCase(Locale.ROOT),
                opaque.text(OpaqueData.CHIP_SKU).orElse("").toUpperCase(Locale.ROOT),
                plain));
  }
}
