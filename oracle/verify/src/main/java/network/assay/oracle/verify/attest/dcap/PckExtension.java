package network.assay.oracle.verify.attest.dcap;

import java.util.Arrays;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Der;
import org.jspecify.annotations.Nullable;

/**
 * What Intel says of the platform in its PCK certificate (extension 1.2.840.113741.1.13.1).
 *
 * @param ppid 16 bytes
 * @param components the 16 SGX TCB component SVNs
 * @param pceSvn 0 to 65535
 * @param cpuSvn 16 bytes, as it is (components are what is compared)
 * @param pceId 2 bytes
 * @param fmspc 6 bytes
 * @param sgxType 0 standard, 1 scalable, 2 scalable with integrity
 * @param platformInstanceId 16 bytes, multi-package platforms
 * @param dynamicPlatform whether packages may be added
 * @param cachedKeys whether keys are cached at registration
 * @param smtEnabled whether hyper-threading is on
 */
record PckExtension(
    byte[] ppid,
    int[] components,
    int pceSvn,
    byte[] cpuSvn,
    byte[] pceId,
    byte[] fmspc,
    int sgxType,
    Optional<byte[]> platformInstanceId,
    Optional<Boolean> dynamicPlatform,
    Optional<Boolean> cachedKeys,
    Optional<Boolean> smtEnabled) {

  static final String OID = "1.2.840.113741.1.13.1";

  /** Reads the extension of a certificate. */
  static PckExtension of(Cert cert) {
    byte[] value =
        cert.extension(OID)
            .orElseThrow(
                () -> new AttestException("PCK_EXTENSION", "none", "Intel's SGX extension"));
    return parse(value);
  }

  /**
   * Reads the extension's value.
   *
   * @throws AttestException if something is missing, comes twice or has another size
   */
  static PckExtension parse(byte[] value) {
    Der outer = Der.of(value);
    Der list = outer.sequence();
    outer.end();
    Fields fields = new Fields();
    while (!list.atEnd()) {
      Der entry = list.sequence();
      fields.read(number(entry.oidBytes(), OID_BYTES), entry);
      entry.end();
    }
    return fields.done();
  }

  /** 1.2.840.113741.1.13.1 as DER has it. */
  private static final byte[] OID_BYTES = {
    0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf8, 0x4d, 0x01, 0x0d, 0x01
  };

  /** The last arc of an OID under a prefix; 0 if it is none. */
  private static int number(byte[] oid, byte[] prefix) {
    boolean under =
        oid.length == prefix.length + 1
            && Arrays.equals(oid, 0, prefix.length, prefix, 0, prefix.length);
    return under && oid[prefix.length] > 0 ? oid[prefix.length] : 0;
  }

  /** Fields as they come. */
  private static final class Fields {
    private static final byte[] TCB = under(OID_BYTES, 2);
    private static final byte[] CONFIGURATION = under(OID_BYTES, 7);
    private static final int PCE_SVN = 17;
    private static final int CPU_SVN = 18;

    private int seen;
    private int tcbSeen;
    private byte @Nullable [] ppid;
    private final int[] components = new int[16];
    private int pceSvn;
    private byte @Nullable [] cpuSvn;
    private byte @Nullable [] pceId;
    private byte @Nullable [] fmspc;
    private int sgxType;
    private Optional<byte[]> instance = Optional.empty();
    private final @Nullable Boolean[] configuration = new @Nullable Boolean[4];

    private static byte[] under(byte[] prefix, int last) {
      byte[] oid = Arrays.copyOf(prefix, prefix.length + 1);
      oid[prefix.length] = (byte) last;
      return oid;
    }

    void read(int which, Der entry) {
      once(which);
      switch (which) {
        case 1 -> ppid = octets(entry, 16);
        case 2 -> tcb(entry.sequence());
        case 3 -> pceId = octets(entry, 2);
        case 4 -> fmspc = octets(entry, 6);
        case 5 -> sgxType = entry.smallInteger(Der.ENUMERATED);
        case 6 -> instance = Optional.of(octets(entry, 16));
        case 7 -> configuration(entry.sequence());
        default -> throw bad("an unknown field", "fields 1 to 7");
      }
    }

    private void once(int which) {
      int bit = 1 << which;
      if ((seen & bit) != 0) {
        throw bad("field " + which + " twice", "once");
      }
      seen |= bit;
    }

    private void tcb(Der list) {
      while (!list.atEnd()) {
        Der entry = list.sequence();
        int which = number(entry.oidBytes(), TCB);
        int bit = 1 << which;
        if (which == 0 || which > CPU_SVN || (tcbSeen & bit) != 0) {
          throw bad("TCB component " + which + " unknown or twice", "1 to 18, once");
        }
        tcbSeen |= bit;
        if (which == CPU_SVN) {
          cpuSvn = octets(entry, 16);
        } else {
          svn(which, entry.smallInteger());
        }
        entry.end();
      }
    }

    private void svn(int which, int value) {
      int most = which == PCE_SVN ? 0xffff : 0xff;
      if (value > most) {
        throw bad("SVN " + value, "at most " + most);
      }
      if (which == PCE_SVN) {
        pceSvn = value;
      } else {
        components[which - 1] = value;
      }
    }

    private void configuration(Der list) {
      while (!list.atEnd()) {
        Der entry = list.sequence();
        int which = number(entry.oidBytes(), CONFIGURATION);
        if (which < 1 || which > 3 || configuration[which] != null) {
          throw bad("configuration " + which + " unknown or twice", "1 to 3, once");
        }
        configuration[which] = entry.bool();
        entry.end();
      }
    }

    private static byte[] octets(Der entry, int length) {
      byte[] value = entry.octets();
      if (value.length != length) {
        throw bad(value.length + " bytes", length + " bytes");
      }
      return value;
    }

    PckExtension done() {
      byte[] id = ppid;
      byte[] svn = cpuSvn;
      byte[] pce = pceId;
      byte[] family = fmspc;
      boolean complete = (seen & 0x3e) == 0x3e && tcbSeen == 0x7fffe;
      if (!complete || id == null || svn == null || pce == null || family == null) {
        throw bad("fields missing", "PPID, TCB with 18 components, PCEID, FMSPC, SGX type");
      }
      return new PckExtension(
          id,
          components,
          pceSvn,
          svn,
          pce,
          family,
          sgxType,
          instance,
          Optional.ofNullable(configuration[1]),
          Optional.ofNullable(configuration[2]),
          Optional.ofNullable(configuration[3]));
    }

    private static AttestException bad(String got, String want) {
      return new AttestException("PCK_EXTENSION", got, want);
    }
  }
}
