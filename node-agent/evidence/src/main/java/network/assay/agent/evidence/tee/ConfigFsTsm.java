package network.assay.agent.evidence.tee;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import network.assay.agent.execute.PortException;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports of Intel TDX and AMD SEV-SNP through Linux's configfs (kernel documentation,
 * ABI/testing/configfs-tsm-report). Every write to an entry raises its generation; a report counts
 * only if the generation after reading it is the one our own write led to, so that no other
 * writer's report data is taken for ours.
 */
public final class ConfigFsTsm implements ReportSource {
  public static final Path ROOT = Path.of("/sys/kernel/config/tsm/report");

  private static final Logger LOG = LoggerFactory.getLogger(ConfigFsTsm.class);
  private static final int TRIES_MAX = 3;

  /** A quote with its chain is some 8 kB; certificates of SNP some 10 kB. */
  private static final int BLOB_BYTES_MAX = 128 * 1024;

  private static final int LINE_BYTES_MAX = 128;
  private static final AtomicLong NUMBER = new AtomicLong();

  private final Path root;
  private final TsmFiles files;
  private final Family family;
  private final String provider;

  private ConfigFsTsm(Path root, TsmFiles files, Family family, String provider) {
    this.root = root;
    this.files = files;
    this.family = family;
    this.provider = provider;
  }

  /**
   * Finds out which hardware answers.
   *
   * @throws PortException in one sentence, where none does
   */
  public static ConfigFsTsm open() throws PortException {
    return open(ROOT, TsmFiles.real());
  }

  static ConfigFsTsm open(Path root, TsmFiles files) throws PortException {
    if (!files.exists(root)) {
      throw new PortException(
          "want a TDX or SEV-SNP guest whose kernel (6.7 or newer) has configfs-tsm mounted, got no "
              + root);
    }
    Path entry = root.resolve(name());
    try {
      files.make(entry);
      try {
        String provider = line(files, entry.resolve("provider"));
        return new ConfigFsTsm(root, files, family(provider), provider);
      } finally {
        files.remove(entry);
      }
    } catch (IOException e) {
      throw new PortException("configfs-tsm does not answer: " + e.getMessage(), e);
    }
  }

  private static Family family(String provider) throws PortException {
    return switch (provider) {
      case "tdx_guest" -> Family.TDX;
      case "sev_guest" -> Family.SNP;
      default ->
          throw new PortException("want the provider tdx_guest or sev_guest, got " + provider);
    };
  }

  private static String name() {
    return "assay-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
  }

  @Override
  public Family family() {
    return family;
  }

  @Override
  public String describe() {
    return family.label() + " through configfs-tsm (" + provider + ")";
  }

  @Override
  public Evidence report(byte[] reportData) throws PortException {
    if (reportData.length != REPORT_DATA_BYTES) {
      throw new IllegalArgumentException(
          "want " + REPORT_DATA_BYTES + " bytes of report data, got " + reportData.length);
    }
    Path entry = root.resolve(name());
    try {
      files.make(entry);
      try {
        return ask(entry, reportData);
      } finally {
        remove(entry);
      }
    } catch (IOException e) {
      throw new PortException("configfs-tsm gave no report: " + e.getMessage(), e);
    }
  }

  private void remove(Path entry) {
    try {
      files.remove(entry);
    } catch (IOException e) {
      LOG.warn("{} stays behind: {}", entry, e.getMessage());
    }
  }

  private Evidence ask(Path entry, byte[] reportData) throws IOException, PortException {
    String last = "";
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      long before = generation(entry);
      files.write(entry.resolve("inblob"), reportData);
      try {
        byte[] out = files.read(entry.resolve("outblob"), BLOB_BYTES_MAX);
        byte[] aux = auxiliary(entry);
        String now = line(files, entry.resolve("provider"));
        long after = generation(entry);
        if (after == before + 1 && now.equals(provider)) {
          return evidence(out, aux);
        }
        last = "generation " + after + " of " + now + ", want " + (before + 1) + " of " + provider;
      } catch (IOException busy) {
        // EWOULDBLOCK: somebody wrote in between.
        last = String.valueOf(busy.getMessage());
      }
    }
    throw new PortException(
        "want a report of ours within " + TRIES_MAX + " tries, got in between: " + last);
  }

  private Evidence evidence(byte[] out, byte[] aux) throws PortException {
    if (out.length == 0) {
      throw new PortException(
          "want a report, got an empty one without an error: the host's quoting service is not there");
    }
    List<byte[]> attachments = family == Family.SNP ? CertificateTable.read(aux) : List.of();
    try {
      return new Evidence(family, out, attachments);
    } catch (AttestException e) {
      throw new PortException("the hardware's report is unusable: " + e.getMessage(), e);
    }
  }

  private byte[] auxiliary(Path entry) throws IOException {
    Path path = entry.resolve("auxblob");
    return files.exists(path) ? files.read(path, BLOB_BYTES_MAX) : new byte[0];
  }

  private long generation(Path entry) throws IOException, PortException {
    String text = line(files, entry.resolve("generation"));
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new PortException("want a generation in digits, got " + text, e);
    }
  }

  private static String line(TsmFiles files, Path attribute) throws IOException {
    return new String(files.read(attribute, LINE_BYTES_MAX), US_ASCII).strip();
  }
}
