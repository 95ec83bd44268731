package network.assay.agent.evidence.tee;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import network.assay.agent.execute.PortException;
import network.assay.contracts.protocol.Bytes32;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.eventlog.EventLog;

/**
 * What the firmware says that it measured, out of the kernel's files: {@link #CCEL} for a TD, whose
 * RTMRs it explains; {@link #TPM} for a TPM. It is a story until an oracle replays it against the
 * registers that the hardware signed.
 */
public final class BootLog implements Companion {
  /** The log's area that ACPI's table CCEL points to (Linux ≥ 6.3), padded to its full size. */
  public static final Path CCEL = Path.of("/sys/firmware/acpi/tables/data/CCEL");

  /** The TPM's log in securityfs. */
  public static final Path TPM = Path.of("/sys/kernel/security/tpm0/binary_bios_measurements");

  /** A bundle's whole attestation is 256 KiB; seen up to some 100 kB with a full DBX. */
  public static final int LOG_BYTES_MAX = 128 * 1024;

  /** Areas of 64 KiB to 1 MiB are usual; what is behind the last event is padding. */
  private static final int AREA_BYTES_MAX = 4 << 20;

  private final Path file;
  private final TsmFiles files;

  BootLog(Path file, TsmFiles files) {
    this.file = file;
    this.files = files;
  }

  /** The log of a file; read anew for each job. */
  public static BootLog of(Path file) {
    return new BootLog(file, TsmFiles.real());
  }

  /**
   * The log without the padding behind it.
   *
   * @throws PortException where there is none, or one that fits no bundle
   */
  byte[] read() throws PortException {
    byte[] area;
    try {
      area = files.read(file, AREA_BYTES_MAX);
    } catch (IOException e) {
      throw new PortException("want an event log in " + file + ", got " + e, e);
    }
    byte[] log = log(area);
    if (log.length > LOG_BYTES_MAX) {
      throw new PortException(
          "want an event log of at most "
              + LOG_BYTES_MAX
              + " bytes, got "
              + log.length
              + " in "
              + file);
    }
    return log;
  }

  /** Read whole here already: what does not hold together would only be refused by oracles. */
  private byte[] log(byte[] area) throws PortException {
    try {
      return Arrays.copyOf(area, EventLog.read(area).usedBytes());
    } catch (AttestException e) {
      throw new PortException(
          "want an event log in " + file + ", got " + e.got() + ", want " + e.want(), e);
    }
  }

  @Override
  public List<Evidence> beside(Bytes32 binding) throws PortException {
    return List.of(Evidence.of(Family.EVENTLOG, read()));
  }
}
