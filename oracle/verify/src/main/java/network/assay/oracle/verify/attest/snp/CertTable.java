package network.assay.oracle.verify.attest.snp;

import java.util.ArrayList;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.wire.ByteReader;

/**
 * The table of certificates that a host hands out with an extended report (GHCB specification,
 * 56421): entries of 24 bytes, GUID, offset, length, ended by a zero entry; offsets count from the
 * table's start. The host may write what it likes into it.
 */
final class CertTable {
  /** VCEK or VLEK, ASK, ARK, CRL, and room for what a vendor adds. */
  private static final int ENTRIES_MAX = 16;

  private static final int ENTRY_BYTES = 24;

  /** A certificate of AMD's has some 1,400 bytes, a list of revoked ones some more. */
  private static final int CONTENT_BYTES_MAX = 64 << 10;

  /** Some pages of 4 kB. */
  private static final int TABLE_BYTES_MAX = 256 << 10;

  private CertTable() {}

  /** Whether bytes begin with an entry of a certificate within them; cheap. */
  static boolean looksLike(byte[] raw) {
    if (raw.length < 3 * ENTRY_BYTES || raw.length > TABLE_BYTES_MAX || raw[0] == 0x30) {
      return false;
    }
    ByteReader reader = new ByteReader(raw, "certificate table");
    reader.skip(16);
    long offset = reader.u32le();
    long length = reader.u32le();
    return offset >= 2 * ENTRY_BYTES && length > 0 && offset + length <= raw.length;
  }

  /** Every entry's bytes, whatever it calls itself: the chain decides what it is worth. */
  static List<byte[]> contents(byte[] table) {
    List<byte[]> found = new ArrayList<>();
    ByteReader reader = new ByteReader(table, "certificate table");
    while (true) {
      long guidHigh = reader.u64be();
      long guidLow = reader.u64be();
      long offset = reader.u32le();
      long length = reader.u32le();
      if (guidHigh == 0 && guidLow == 0 && offset == 0 && length == 0) {
        return nonEmpty(found);
      }
      found.add(entry(table, offset, length));
      if (found.size() > ENTRIES_MAX) {
        throw new AttestException(
            "SNP_CERT_TABLE", "more than " + ENTRIES_MAX + " entries", "at most that");
      }
    }
  }

  private static List<byte[]> nonEmpty(List<byte[]> found) {
    if (found.isEmpty()) {
      throw new AttestException("SNP_CERT_TABLE", "no entry", "at least one behind a report");
    }
    return found;
  }

  private static byte[] entry(byte[] table, long offset, long length) {
    boolean sized = length > 0 && length <= CONTENT_BYTES_MAX;
    if (offset < ENTRY_BYTES || !sized || offset + length > table.length) {
      throw new AttestException(
          "SNP_CERT_TABLE",
          "entry at " + offset + " of " + length + " bytes",
          "an entry within " + table.length + " bytes, of at most " + CONTENT_BYTES_MAX);
    }
    return new ByteReader(table, "table").between((int) offset, (int) (offset + length));
  }
}
