package network.assay.agent.gpu;

/**
 * The return codes of NVML that mean something to the agent.
 *
 * <p>Source: NVIDIA, "NVML API Reference Guide", chapter "Device Enums", type {@code nvmlReturn_t}.
 */
final class NvmlReturn {

  static final int SUCCESS = 0;
  static final int NOT_SUPPORTED = 3;
  static final int DRIVER_NOT_LOADED = 9;
  static final int FUNCTION_NOT_FOUND = 13;
  static final int GPU_IS_LOST = 15;

  private NvmlReturn() {}

  /** A sentence for a log; a code we do not know keeps its number. */
  static String describe(int code) {
    return switch (code) {
      case SUCCESS -> "success";
      case NOT_SUPPORTED -> "this card does not support the query (NVML 3)";
      case DRIVER_NOT_LOADED -> "the NVIDIA driver is not loaded (NVML 9)";
      case FUNCTION_NOT_FOUND -> "the driver's library is older than this query (NVML 13)";
      case GPU_IS_LOST -> "the card fell off the bus (NVML 15)";
      default -> "NVML answered with code " + code;
    };
  }
}
