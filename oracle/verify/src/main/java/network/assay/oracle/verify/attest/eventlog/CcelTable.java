package network.assay.oracle.verify.attest.eventlog;

import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.wire.ByteReader;

/**
 * ACPI's CCEL table, {@value #BYTES} bytes: where the guest's memory holds the log.
 *
 * @param ccType 1 SEV, 2 TDX
 * @param ccSubtype 0 where there is none
 * @param logBytesMin least length of the log's area
 * @param logAddress where it begins
 */
public record CcelTable(int ccType, int ccSubtype, long logBytesMin, long logAddress) {
  /** Header of 36, type, subtype, two reserved, length, address. */
  public static final int BYTES = 56;

  private static final long SIGNATURE = 0x4343454cL;

  /** Whether bytes begin like one. */
  public static boolean looksLike(byte[] raw) {
    return raw.length == BYTES && raw[0] == 'C' && raw[1] == 'C' && raw[2] == 'E' && raw[3] == 'L';
  }

  /**
   * Reads a table.
   *
   * @throws AttestException if it is none or its checksum is wrong
   */
  public static CcelTable read(byte[] raw) {
    ByteReader in = new ByteReader(raw, "CCEL table");
    long signature = in.u32be();
    long length = in.u32le();
    in.skip(28);
    int sum = 0;
    for (byte b : raw) {
      sum += b;
    }
    if (signature != SIGNATURE || length != BYTES || raw.length != BYTES || (sum & 0xff) != 0) {
      throw new AttestException(
          "CCEL_TABLE", raw.length + " bytes, checksum " + (sum & 0xff), "a table of 56 bytes, 0");
    }
    int type = in.u8();
    int subtype = in.u8();
    in.skip(2);
    CcelTable table = new CcelTable(type, subtype, in.u64le(), in.u64le());
    in.end();
    return table;
  }
}
