package network.assay.oracle.verify.attest.tpm;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;

/**
 * What tools write into files of their own beside a quote: register values and the key's public
 * area. Values are taken only where their digest is the quoted one; so is told which file they are.
 */
final class TpmBeside {
  private static final int PUBLIC_BYTES_MAX = 1024;
  private static final int RSA = 0x01;
  private static final int ECC = 0x23;

  // tpm2-tools' serialized form: TPML_PCR_SELECTION as C has it, a count, then lists of 8 digests.
  private static final int SELECTION_BYTES = 132;
  private static final int LIST_BYTES = 532;
  private static final int DIGEST_BYTES = 66;

  private TpmBeside() {}

  /** The registers that a quote is of, out of any attachment that holds them; else none. */
  static Map<Integer, byte[]> values(
      TpmQuote quote, TpmSignature signature, List<byte[]> attachments) {
    if (quote.selections().size() != 1) {
      return Map.of();
    }
    List<Integer> pcrs = quote.selections().getFirst().pcrs();
    int bytes = quote.selections().getFirst().bank().bytes();
    int length = pcrs.size() * bytes;
    for (byte[] raw : attachments) {
      byte[] joined = raw.length == length ? raw : serialized(raw, pcrs.size(), bytes);
      boolean quoted =
          length > 0
              && joined.length == length
              && Arrays.equals(signature.hash().digest(joined), quote.pcrDigest());
      if (quoted) {
        Map<Integer, byte[]> found = new TreeMap<>();
        for (int i = 0; i < pcrs.size(); i++) {
          found.put(pcrs.get(i), Arrays.copyOfRange(joined, i * bytes, (i + 1) * bytes));
        }
        return found;
      }
    }
    return Map.of();
  }

  /** The digests of tpm2-tools' form one after the other; empty where it is none. */
  private static byte[] serialized(byte[] raw, int count, int bytes) {
    int lists = (count + 7) / 8;
    if (raw.length != SELECTION_BYTES + 4 + lists * LIST_BYTES) {
      return new byte[0];
    }
    byte[] joined = new byte[count * bytes];
    for (int i = 0; i < count; i++) {
      int at = SELECTION_BYTES + 4 + i / 8 * LIST_BYTES + 4 + i % 8 * DIGEST_BYTES;
      System.arraycopy(raw, at + 2, joined, i * bytes, bytes);
    }
    return joined;
  }

  /** A TPMT_PUBLIC, or a TPM2B_PUBLIC, among the attachments. */
  static Optional<TpmPublic> publicArea(List<byte[]> attachments) {
    for (byte[] raw : attachments) {
      boolean sized =
          raw.length > 10 && (((raw[0] & 0xff) << 8) | (raw[1] & 0xff)) == raw.length - 2;
      byte[] area = sized ? Arrays.copyOfRange(raw, 2, raw.length) : raw;
      boolean likely =
          area.length > 40
              && area.length <= PUBLIC_BYTES_MAX
              && area[0] == 0
              && (area[1] == RSA || area[1] == ECC)
              && area[2] == 0
              && area[3] >= 0x0b
              && area[3] <= 0x0d;
      if (likely) {
        try {
          return Optional.of(TpmPublic.read(area));
        } catch (AttestException e) {
          // Something else that begins so.
        }
      }
    }
    return Optional.empty();
  }
}
