package network.assay.agent.gpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import network.assay.agent.execute.DeviceReports;
import network.assay.agent.execute.PortException;
import network.assay.contracts.protocol.Bytes32;

/**
 * Attestation reports and certificates of cards in confidential-computing mode.
 *
 * <p>Layouts: {@code nvmlConfComputeGpuAttestationReport_t} and {@code
 * nvmlConfComputeGpuCertificate_t} of NVIDIA's nvml.h, NVML API 12 (drivers 535 and newer, CUDA
 * 12.2 to 13): unsigned ints, then byte arrays of a fixed size, no padding between. The report's
 * bytes are request and response one after the other, which is what verifiers of NVIDIA read.
 *
 * <p>Assumption that breaks liveness: the driver answers; a card takes up to some seconds.
 */
final class NvmlReports {
  static final int NONCE_BYTES = 0x20;
  static final int REPORT_BYTES_MAX = 0x2000;
  static final int CEC_REPORT_BYTES_MAX = 0x1000;
  static final int CHAIN_BYTES_MAX = 0x1000;
  static final int ATTESTATION_CHAIN_BYTES_MAX = 0x1400;

  private static final StructLayout REPORT =
      MemoryLayout.structLayout(
          JAVA_INT.withName("isCecAttestationReportPresent"),
          JAVA_INT.withName("attestationReportSize"),
          JAVA_INT.withName("cecAttestationReportSize"),
          bytes("nonce", NONCE_BYTES),
          bytes("attestationReport", REPORT_BYTES_MAX),
          bytes("cecAttestationReport", CEC_REPORT_BYTES_MAX));

  private static final StructLayout CERTIFICATE =
      MemoryLayout.structLayout(
          JAVA_INT.withName("certChainSize"),
          JAVA_INT.withName("attestationCertChainSize"),
          bytes("certChain", CHAIN_BYTES_MAX),
          bytes("attestationCertChain", ATTESTATION_CHAIN_BYTES_MAX));

  private NvmlReports() {}

  private static MemoryLayout bytes(String name, int count) {
    return MemoryLayout.sequenceLayout(count, JAVA_BYTE).withName(name);
  }

  /** Asks one card. */
  static DeviceReports.Report ask(
      NvmlFunctions nvml, MemorySegment device, String name, Bytes32 nonce) throws PortException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment report = arena.allocate(REPORT);
      MemorySegment.copy(nonce.toArray(), 0, report, JAVA_BYTE, at(REPORT, "nonce"), NONCE_BYTES);
      answered(nvml.attestationReport(device, report), name, "attestation report");
      byte[] bytes =
          read(REPORT, report, "attestationReportSize", "attestationReport", REPORT_BYTES_MAX);
      MemorySegment certificate = arena.allocate(CERTIFICATE);
      answered(nvml.certificate(device, certificate), name, "certificate");
      byte[] chain =
          read(
              CERTIFICATE,
              certificate,
              "attestationCertChainSize",
              "attestationCertChain",
              ATTESTATION_CHAIN_BYTES_MAX);
      return new DeviceReports.Report(bytes, chain);
    }
  }

  private static void answered(int code, String name, String what) throws PortException {
    if (code == NvmlReturn.SUCCESS) {
      return;
    }
    throw new PortException(
        "the card "
            + name
            + " gives no "
            + what
            + ": "
            + NvmlReturn.describe(code)
            + (code == NvmlReturn.NOT_SUPPORTED
                ? "; want a Hopper or newer with confidential computing switched on"
                : ""));
  }

  /** The driver is the host's: what it says of sizes is bounded before it is used. */
  private static byte[] read(
      StructLayout layout, MemorySegment from, String sizeName, String name, int max)
      throws PortException {
    long size = Integer.toUnsignedLong(from.get(ValueLayout.JAVA_INT, at(layout, sizeName)));
    if (size == 0 || size > max) {
      throw new PortException("want " + name + " of 1 to " + max + " bytes, got " + size);
    }
    return from.asSlice(at(layout, name), size).toArray(JAVA_BYTE);
  }

  private static long at(StructLayout layout, String name) {
    return layout.byteOffset(PathElement.groupElement(name));
  }
}
