package network.assay.oracle.verify.attest.cbor;

import java.util.Arrays;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;

/**
 * A COSE_Sign1 message with ES384, tagged or untagged. Nothing in it that no signature covers is
 * free: the unprotected header must be empty and every length written as short as can be.
 *
 * @param payload the signed bytes
 * @param signature r and s, 48 bytes each
 * @param toBeSigned the Sig_structure: what was signed
 */
public record CoseSign1(byte[] payload, byte[] signature, byte[] toBeSigned) {
  /** First byte where the tag 18 of COSE_Sign1 is written. */
  private static final int TAG = 0xd2;

  /** An array of four. */
  private static final int ARRAY_4 = 0x84;

  private static final long ALGORITHM = 1L;
  private static final long ES384 = -35L;

  /** "Signature1" as the first item of an array of four. */
  private static final byte[] CONTEXT = {
    (byte) 0x84, 0x6a, 'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', '1'
  };

  /** Whether bytes begin like such a message. */
  public static boolean looksLike(byte[] raw) {
    int at = raw.length > 0 && (raw[0] & 0xff) == TAG ? 1 : 0;
    // Behind the array's head stands the protected header: a byte string with {1: -35}.
    return raw.length > at + 6 && (raw[at] & 0xff) == ARRAY_4 && raw[at + 1] == 0x44;
  }

  /**
   * Reads a message; the signature is not checked here.
   *
   * @throws AttestException if it is none, or not with ES384 alone in its protected header
   */
  public static CoseSign1 read(byte[] raw) {
    boolean tagged = raw.length > 0 && (raw[0] & 0xff) == TAG;
    byte[] message = tagged ? Arrays.copyOfRange(raw, 1, raw.length) : raw;
    List<CborValue> parts = CborReader.read(message, true, "COSE_Sign1").array("COSE_Sign1");
    if (parts.size() != 4 || (message[0] & 0xff) != ARRAY_4) {
      throw new AttestException("COSE_SHAPE", parts.size() + " parts", "an array of four");
    }
    byte[] header = parts.get(0).bytes("protected header");
    CborValue.Dictionary protectedHeader =
        CborReader.read(header, true, "protected header").map("protected header");
    boolean es384 =
        protectedHeader.entries().size() == 1
            && protectedHeader.get(ALGORITHM).filter(new CborValue.Int(ES384)::equals).isPresent();
    if (!es384) {
      throw new AttestException(
          "COSE_ALGORITHM", protectedHeader.entries().toString(), "{1: -35}, which is ES384");
    }
    return read(parts, header);
  }

  private static CoseSign1 read(List<CborValue> parts, byte[] header) {
    if (!parts.get(1).map("unprotected header").entries().isEmpty()) {
      throw new AttestException(
          "COSE_UNPROTECTED", "an unprotected header", "none: no signature covers it");
    }
    byte[] payload = parts.get(2).bytes("payload");
    byte[] signature = parts.get(3).bytes("signature");
    if (signature.length != 96) {
      throw new AttestException("COSE_SIGNATURE", signature.length + " bytes", "96 bytes");
    }
    return new CoseSign1(payload, signature, structure(header, payload));
  }

  /** ["Signature1", protected header, no external data, payload]. */
  private static byte[] structure(byte[] header, byte[] payload) {
    byte[] headerHead = head(header.length);
    byte[] payloadHead = head(payload.length);
    byte[] signed =
        new byte
            [CONTEXT.length
                + headerHead.length
                + header.length
                + 1
                + payloadHead.length
                + payload.length];
    int at = put(signed, 0, CONTEXT);
    at = put(signed, at, headerHead);
    at = put(signed, at, header);
    signed[at++] = 0x40;
    at = put(signed, at, payloadHead);
    put(signed, at, payload);
    return signed;
  }

  private static int put(byte[] into, int at, byte[] part) {
    System.arraycopy(part, 0, into, at, part.length);
    return at + part.length;
  }

  /** Head of a byte string. */
  private static byte[] head(int length) {
    if (length < 24) {
      return new byte[] {(byte) (0x40 | length)};
    }
    if (length < 0x100) {
      return new byte[] {0x58, (byte) length};
    }
    if (length < 0x10000) {
      return new byte[] {0x59, (byte) (length >> 8), (byte) length};
    }
    return new byte[] {
      0x5a, (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
    };
  }
}
