package network.assay.oracle.verify.attest.eventlog;

import java.util.Map;

/**
 * One entry of a log.
 *
 * @param index the register: PCR, or for a CC log 0 MRTD and 1 to 4 RTMR0 to RTMR3
 * @param type EV_… number
 * @param digests what was extended, by algorithm
 * @param data what the log says was measured; the digest alone is what counts
 */
public record LogEvent(long index, long type, Map<HashAlgorithm, byte[]> digests, byte[] data) {
  /** EV_NO_ACTION: extended nowhere. */
  public static final long NO_ACTION = 0x3;

  /** EV_SEPARATOR: the line between what the firmware did and what it started. */
  public static final long SEPARATOR = 0x4;

  /** EV_EVENT_TAG. */
  public static final long EVENT_TAG = 0x6;

  /** EV_IPL: boot loaders write strings. */
  public static final long IPL = 0xd;

  /** EV_EFI_VARIABLE_BOOT. */
  public static final long VARIABLE_BOOT = 0x80000002L;

  /** EV_EFI_VARIABLE_BOOT2. */
  public static final long VARIABLE_BOOT2 = 0x8000000cL;

  /** EV_EFI_VARIABLE_AUTHORITY. */
  public static final long VARIABLE_AUTHORITY = 0x800000e0L;

  private static final Map<Long, String> NAMES =
      Map.ofEntries(
          Map.entry(0x0L, "EV_PREBOOT_CERT"),
          Map.entry(0x1L, "EV_POST_CODE"),
          Map.entry(0x2L, "EV_UNUSED"),
          Map.entry(NO_ACTION, "EV_NO_ACTION"),
          Map.entry(SEPARATOR, "EV_SEPARATOR"),
          Map.entry(0x5L, "EV_ACTION"),
          Map.entry(EVENT_TAG, "EV_EVENT_TAG"),
          Map.entry(0x7L, "EV_S_CRTM_CONTENTS"),
          Map.entry(0x8L, "EV_S_CRTM_VERSION"),
          Map.entry(0x9L, "EV_CPU_MICROCODE"),
          Map.entry(0xaL, "EV_PLATFORM_CONFIG_FLAGS"),
          Map.entry(0xbL, "EV_TABLE_OF_DEVICES"),
          Map.entry(0xcL, "EV_COMPACT_HASH"),
          Map.entry(IPL, "EV_IPL"),
          Map.entry(0xeL, "EV_IPL_PARTITION_DATA"),
          Map.entry(0xfL, "EV_NONHOST_CODE"),
          Map.entry(0x10L, "EV_NONHOST_CONFIG"),
          Map.entry(0x11L, "EV_NONHOST_INFO"),
          Map.entry(0x12L, "EV_OMIT_BOOT_DEVICE_EVENTS"),
          Map.entry(0x80000001L, "EV_EFI_VARIABLE_DRIVER_CONFIG"),
          Map.entry(VARIABLE_BOOT, "EV_EFI_VARIABLE_BOOT"),
          Map.entry(0x80000003L, "EV_EFI_BOOT_SERVICES_APPLICATION"),
          Map.entry(0x80000004L, "EV_EFI_BOOT_SERVICES_DRIVER"),
          Map.entry(0x80000005L, "EV_EFI_RUNTIME_SERVICES_DRIVER"),
          Map.entry(0x80000006L, "EV_EFI_GPT_EVENT"),
          Map.entry(0x80000007L, "EV_EFI_ACTION"),
          Map.entry(0x80000008L, "EV_EFI_PLATFORM_FIRMWARE_BLOB"),
          Map.entry(0x80000009L, "EV_EFI_HANDOFF_TABLES"),
          Map.entry(0x8000000aL, "EV_EFI_PLATFORM_FIRMWARE_BLOB2"),
          Map.entry(0x8000000bL, "EV_EFI_HANDOFF_TABLES2"),
          Map.entry(VARIABLE_BOOT2, "EV_EFI_VARIABLE_BOOT2"),
          Map.entry(0x80000010L, "EV_EFI_HCRTM_EVENT"),
          Map.entry(VARIABLE_AUTHORITY, "EV_EFI_VARIABLE_AUTHORITY"),
          Map.entry(0x800000e1L, "EV_EFI_SPDM_FIRMWARE_BLOB"),
          Map.entry(0x800000e2L, "EV_EFI_SPDM_FIRMWARE_CONFIG"));

  /** The type's name, or its number where it has none. */
  public String typeName() {
    return NAMES.getOrDefault(type, "0x" + Long.toHexString(type));
  }

  /** Whether it changes its register. */
  public boolean extended() {
    return type != NO_ACTION;
  }
}
