package network.assay.oracle.verify.attest.tpm;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;
import network.assay.oracle.verify.attest.x509.Pem;
import network.assay.oracle.verify.attest.x509.VerifyKey;

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
  private static final int LISTS_MAX = 16;

  private TpmBeside() {}

  /** The registers that a quote is of, out of any attachment that holds them; else none. */
  static Map<HashAlgorithm, Map<Integer, byte[]>> values(
      TpmQuote quote, TpmSignature signature, List<byte[]> attachments) {
    int length = 0;
    for (TpmQuote.Selection selection : quote.selections()) {
      length += selection.pcrs().size() * selection.bank().bytes();
    }
    if (length == 0) {
      return Map.of();
    }
    for (byte[] raw : attachments) {
      byte[] joined = raw.length == length ? raw : serialized(raw, length);
      if (joined.length == length
          && Arrays.equals(signature.hash().digest(joined), quote.pcrDigest())) {
        return apart(quote, joined);
      }
    }
    return Map.of();
  }

  private static Map<HashAlgorithm, Map<Integer, byte[]>> apart(TpmQuote quote, byte[] joined) {
    Map<HashAlgorithm, Map<Integer, byte[]>> found = new EnumMap<>(HashAlgorithm.class);
    int at = 0;
    for (TpmQuote.Selection selection : quote.selections()) {
      int bytes = selection.bank().bytes();
      for (int index : selection.pcrs()) {
        found
            .computeIfAbsent(selection.bank(), bank -> new TreeMap<>())
            .put(index, Arrays.copyOfRange(joined, at, at + bytes));
        at += bytes;
      }
    }
    return found;
  }

  /** The digests of tpm2-tools' form one after the other; empty where it is none. */
  private static byte[] serialized(byte[] raw, int length) {
    int lists = (raw.length - SELECTION_BYTES - 4) / LIST_BYTES;
    if (lists < 1 || lists > LISTS_MAX || raw.length != SELECTION_BYTES + 4 + lists * LIST_BYTES) {
      return new byte[0];
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream(length);
    for (int list = 0; list < lists; list++) {
      int at = SELECTION_BYTES + 4 + list * LIST_BYTES;
      int count = raw[at] & 0xff;
      for (int i = 0; i < Math.min(count, 8); i++) {
        int digest = at + 4 + i * DIGEST_BYTES;
        int size = raw[digest] & 0xff;
        joined.write(raw, digest + 2, Math.min(size, DIGEST_BYTES - 2));
      }
    }
    return joined.toByteArray();
  }

  /** A key as "PUBLIC KEY" among the attachments: it checks signatures and is nobody's. */
  static Optional<VerifyKey> plainKey(List<byte[]> attachments) {
    for (byte[] raw : attachments) {
      boolean pem = raw.length > 64 && raw.length <= PUBLIC_BYTES_MAX && raw[0] == '-';
      if (pem) {
        try {
          List<byte[]> keys = Pem.blocks(raw, "PUBLIC KEY", 1);
          if (!keys.isEmpty()) {
            return Optional.of(VerifyKey.ofSpki(keys.getFirst()));
          }
        } catch (AttestException e) {
          // Something else in PEM.
        }
      }
    }
    return Optional.empty();
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
