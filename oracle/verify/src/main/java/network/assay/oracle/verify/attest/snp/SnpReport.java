package network.assay.oracle.verify.attest.snp;

import java.util.Arrays;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;

/**
 * An ATTESTATION_REPORT, {@value #BYTES} bytes, little-endian throughout. Only its shape is read
 * here; what it says is judged by {@link SnpVerifier}. Offsets are those of publication 56860,
 * table "ATTESTATION_REPORT structure".
 */
public final class SnpReport {
  /** The whole report with its signature. */
  public static final int BYTES = 0x4a0;

  /** What the signature covers: everything before it. */
  public static final int SIGNED_BYTES = 0x2a0;

  /** The only signature algorithm there is: ECDSA over P-384 with SHA-384. */
  public static final int ECDSA_P384_SHA384 = 1;

  private static final int COMPONENT_BYTES = 72;
  private static final int SIGNATURE_END = SIGNED_BYTES + 2 * COMPONENT_BYTES;

  private final byte[] raw;

  private SnpReport(byte[] raw) {
    this.raw = raw;
  }

  /**
   * Takes the bytes as a report.
   *
   * @throws AttestException if they are not exactly as many as a report has
   */
  public static SnpReport of(byte[] raw) {
    if (raw.length != BYTES) {
      throw new AttestException("SNP_REPORT_SIZE", raw.length + " bytes", BYTES + " bytes");
    }
    return new SnpReport(raw.clone());
  }

  /** VERSION. */
  public long version() {
    return u32(0x00);
  }

  /** Whether the layout of that version is known here: 2, 3 and 5 were published. */
  public boolean versionKnown() {
    long version = version();
    return version == 2 || version == 3 || version == 5;
  }

  /** GUEST_SVN. */
  public long guestSvn() {
    return u32(0x04);
  }

  /** POLICY as the guest's owner set it. */
  public GuestPolicy policy() {
    return new GuestPolicy(u64(0x08));
  }

  /** FAMILY_ID, 16 bytes. */
  public byte[] familyId() {
    return range(0x10, 16);
  }

  /** IMAGE_ID, 16 bytes. */
  public byte[] imageId() {
    return range(0x20, 16);
  }

  /** VMPL that the report was requested for; some use all-ones for "by the hypervisor". */
  public long vmpl() {
    return u32(0x30);
  }

  /** SIGNATURE_ALGO. */
  public long signatureAlgorithm() {
    return u32(0x34);
  }

  /** CURRENT_TCB: what runs now, and no certificate speaks of it. */
  public long currentTcb() {
    return u64(0x38);
  }

  /** PLATFORM_INFO bits: 0 SMT, 1 TSME, 2 ECC, 3 RAPL off, 4 ciphertext hiding, 5 alias check. */
  public long platformInfo() {
    return u64(0x40);
  }

  /** AUTHOR_KEY_EN. */
  public boolean authorKey() {
    return (u32(0x48) & 1) != 0;
  }

  /** MASK_CHIP_KEY: the host switched signing off. */
  public boolean maskChipKey() {
    return (u32(0x48) & 2) != 0;
  }

  /** SIGNING_KEY: 0 VCEK, 1 VLEK, 7 none. */
  public int signingKey() {
    return (int) (u32(0x48) >>> 2) & 7;
  }

  /** REPORT_DATA, 64 bytes of the guest's choice. */
  public byte[] reportData() {
    return range(0x50, 64);
  }

  /** MEASUREMENT of what was launched, 48 bytes. */
  public byte[] measurement() {
    return range(0x90, 48);
  }

  /** HOST_DATA, 32 bytes of the host's choice at launch. */
  public byte[] hostData() {
    return range(0xc0, 32);
  }

  /** ID_KEY_DIGEST, 48 bytes. */
  public byte[] idKeyDigest() {
    return range(0xe0, 48);
  }

  /** AUTHOR_KEY_DIGEST, 48 bytes. */
  public byte[] authorKeyDigest() {
    return range(0x110, 48);
  }

  /** REPORT_ID, 32 bytes, the same for this guest's life. */
  public byte[] reportId() {
    return range(0x140, 32);
  }

  /** REPORT_ID_MA of the migration agent; all ones where there is none. */
  public byte[] migrationReportId() {
    return range(0x160, 32);
  }

  /** REPORTED_TCB: the one the signing key was derived for. */
  public long reportedTcb() {
    return u64(0x180);
  }

  /** The product by CPUID, from version 3 on. */
  public Optional<SnpProduct> product() {
    return version() < 3
        ? Optional.empty()
        : SnpProduct.ofCpuid(raw[0x188] & 0xff, raw[0x189] & 0xff);
  }

  /** CPUID family, model and stepping as hex; zeros before version 3. */
  public byte[] cpuid() {
    return range(0x188, 3);
  }

  /** CHIP_ID, 64 bytes; zeros where masked. */
  public byte[] chipId() {
    return range(0x1a0, 64);
  }

  /** COMMITTED_TCB: what the firmware can no longer be rolled back below. */
  public long committedTcb() {
    return u64(0x1e0);
  }

  /** Current firmware as major × 2^16 + minor × 2^8 + build, which orders as versions do. */
  public int currentVersion() {
    return version(0x1e8);
  }

  /** Committed firmware, as {@link #currentVersion}. */
  public int committedVersion() {
    return version(0x1ec);
  }

  /** LAUNCH_TCB: what ran when the guest was launched or imported. */
  public long launchTcb() {
    return u64(0x1f0);
  }

  /** Mitigation vectors of launch and now, from version 5 on; 0 before. */
  public long[] mitigations() {
    return version() < 5 ? new long[] {0, 0} : new long[] {u64(0x1f8), u64(0x200)};
  }

  /** A copy of what is signed. */
  public byte[] signed() {
    return range(0, SIGNED_BYTES);
  }

  /** The whole report; not to be changed. */
  byte[] raw() {
    return raw;
  }

  /** R of the signature, big-endian, 48 bytes. */
  public byte[] signatureR() {
    return reversed(SIGNED_BYTES);
  }

  /** S of the signature, big-endian, 48 bytes. */
  public byte[] signatureS() {
    return reversed(SIGNED_BYTES + COMPONENT_BYTES);
  }

  /**
   * Whether both components fit P-384: 72 bytes are kept for each, of which the upper 24 say
   * nothing, and behind them all is zero.
   */
  public boolean signatureWellFormed() {
    return zero(SIGNED_BYTES + 48, SIGNED_BYTES + COMPONENT_BYTES)
        && zero(SIGNED_BYTES + COMPONENT_BYTES + 48, SIGNATURE_END)
        && zero(SIGNATURE_END, BYTES);
  }

  /** First reserved range of this version that is not zero, in words; nothing where all are. */
  public Optional<String> reservedInUse() {
    if (!zero(0x4c, 0x50)) {
      return Optional.of("bytes 4Ch to 4Fh");
    }
    if ((u32(0x48) & ~0x1fL) != 0) {
      return Optional.of("flags " + Long.toHexString(u32(0x48)));
    }
    if (!zero(version() < 3 ? 0x188 : 0x18b, 0x1a0)) {
      return Optional.of("bytes before CHIP_ID");
    }
    if (raw[0x1eb] != 0 || raw[0x1ef] != 0) {
      return Optional.of("bytes beside the firmware versions");
    }
    return zero(version() < 5 ? 0x1f8 : 0x208, SIGNED_BYTES)
        ? Optional.empty()
        : Optional.of("bytes before the signature");
  }

  private int version(int at) {
    return ((raw[at + 2] & 0xff) << 16) | ((raw[at + 1] & 0xff) << 8) | (raw[at] & 0xff);
  }

  private byte[] range(int at, int length) {
    return Arrays.copyOfRange(raw, at, at + length);
  }

  private byte[] reversed(int at) {
    byte[] big = new byte[48];
    for (int i = 0; i < 48; i++) {
      big[47 - i] = raw[at + i];
    }
    return big;
  }

  private boolean zero(int from, int to) {
    for (int i = from; i < to; i++) {
      if (raw[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private long u32(int at) {
    return u64(at) & 0xffffffffL;
  }

  private long u64(int at) {
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = (value << 8) | (raw[at + i] & 0xff);
    }
    return value;
  }
}
