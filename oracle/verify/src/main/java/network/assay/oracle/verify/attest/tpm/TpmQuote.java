package network.assay.oracle.verify.attest.tpm;

import java.util.ArrayList;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;
import network.assay.oracle.verify.attest.wire.ByteReader;

/**
 * A TPMS_ATTEST that is a quote, big-endian.
 *
 * @param raw what is signed
 * @param signerName TPM2B_NAME of the key, as the TPM knows it
 * @param extraData the challenge
 * @param clockMillis since the TPM was manufactured, with resets and restarts
 * @param resets how often it was reset
 * @param restarts how often it was resumed
 * @param firmware vendor's version
 * @param selections banks in the order in which they were digested
 * @param pcrDigest hash of the selected registers
 */
record TpmQuote(
    byte[] raw,
    byte[] signerName,
    byte[] extraData,
    long clockMillis,
    long resets,
    long restarts,
    long firmware,
    List<Selection> selections,
    byte[] pcrDigest) {
  /** TPM_GENERATED_VALUE: no key restricted to the TPM's own data signs outside bytes with it. */
  static final long MAGIC = 0xff544347L;

  private static final int TYPE_QUOTE = 0x8018;
  private static final int NAME_MAX = 66;
  private static final int EXTRA_MAX = 64;
  private static final int SELECTIONS_MAX = 5;

  /**
   * Registers of one bank.
   *
   * @param bank by its hash
   * @param pcrs indices, ascending
   */
  record Selection(HashAlgorithm bank, List<Integer> pcrs) {}

  /** Whether bytes begin like one. */
  static boolean looksLike(byte[] raw) {
    return raw.length > 6
        && (raw[0] & 0xff) == 0xff
        && raw[1] == 'T'
        && raw[2] == 'C'
        && raw[3] == 'G';
  }

  /**
   * Reads a quote.
   *
   * @throws AttestException if it was not made by a TPM, is another kind of attestation, or does
   *     not hold together
   */
  static TpmQuote read(byte[] raw) {
    ByteReader in = new ByteReader(raw, "TPMS_ATTEST");
    long magic = in.u32be();
    int type = in.u16be();
    if (magic != MAGIC || type != TYPE_QUOTE) {
      throw new AttestException(
          "TPM_QUOTE",
          "magic " + Long.toHexString(magic) + ", type " + Integer.toHexString(type),
          "ff544347, 8018");
    }
    byte[] name = sized(in, NAME_MAX, "name");
    byte[] extra = sized(in, EXTRA_MAX, "extra data");
    long clock = in.u64be();
    long resets = in.u32be();
    long restarts = in.u32be();
    in.skip(1);
    long firmware = in.u64be();
    List<Selection> selections = selections(in);
    byte[] digest = sized(in, EXTRA_MAX, "PCR digest");
    in.end();
    return new TpmQuote(raw, name, extra, clock, resets, restarts, firmware, selections, digest);
  }

  private static List<Selection> selections(ByteReader in) {
    long count = in.u32be();
    if (count > SELECTIONS_MAX) {
      throw new AttestException("TPM_SELECTION", count + " banks", "at most " + SELECTIONS_MAX);
    }
    List<Selection> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = in.u16be();
      HashAlgorithm bank =
          HashAlgorithm.of(id)
              .orElseThrow(
                  () -> new AttestException("TPM_SELECTION", "bank " + id, "a known hash"));
      int bytes = in.u8();
      if (bytes > 4) {
        throw new AttestException("TPM_SELECTION", bytes + " bytes of PCRs", "at most 4");
      }
      List<Integer> pcrs = new ArrayList<>();
      for (int index = 0; index < bytes * 8; index += 8) {
        bits(in.u8(), index, pcrs);
      }
      found.add(new Selection(bank, List.copyOf(pcrs)));
    }
    return List.copyOf(found);
  }

  private static void bits(int bitmap, int from, List<Integer> pcrs) {
    for (int bit = 0; bit < 8; bit++) {
      if ((bitmap >> bit & 1) != 0) {
        pcrs.add(from + bit);
      }
    }
  }

  private static byte[] sized(ByteReader in, int max, String what) {
    int length = in.u16be();
    if (length > max) {
      throw new AttestException("TPM_QUOTE", what + " of " + length, "at most " + max + " bytes");
    }
    return in.bytes(length);
  }
}
