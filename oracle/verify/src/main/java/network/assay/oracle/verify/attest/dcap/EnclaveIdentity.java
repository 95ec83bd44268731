package network.assay.oracle.verify.attest.dcap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;

/**
 * Which quoting enclave Intel signed: identity v2.
 *
 * @param id "QE", "TD_QE" or "QVE"
 * @param miscSelect 4 bytes as a number, with its mask
 * @param attributes 16 bytes, with their mask
 * @param mrSigner 32 bytes
 * @param levels as delivered; the first that the SVN reaches counts
 */
record EnclaveIdentity(
    String id,
    int version,
    Updates updates,
    int evaluation,
    long miscSelect,
    long miscSelectMask,
    byte[] attributes,
    byte[] attributesMask,
    byte[] mrSigner,
    int isvProdId,
    List<IsvLevel> levels) {

  private static final byte[][] NAMES =
      JsonReader.names(
          "id",
          "version",
          "issueDate",
          "nextUpdate",
          "tcbEvaluationDataNumber",
          "miscselect",
          "miscselectMask",
          "attributes",
          "attributesMask",
          "mrsigner",
          "isvprodid",
          "tcbLevels");

  /**
   * Reads the body of an identity.
   *
   * @throws AttestException for other versions and shapes
   */
  static EnclaveIdentity read(SignedJson signed) {
    String[] words = {"", "", ""};
    int[] numbers = new int[3];
    byte[][] parts = new byte[5][];
    List<IsvLevel> levels = new ArrayList<>();
    JsonReader in = signed.body();
    int seen =
        in.object(
            NAMES,
            name -> {
              switch (name) {
                case 0 -> words[0] = in.string();
                case 1 -> numbers[0] = in.number(99);
                case 2 -> words[1] = in.string();
                case 3 -> words[2] = in.string();
                case 4 -> numbers[1] = in.number(Integer.MAX_VALUE);
                case 5 -> parts[0] = in.hex(4);
                case 6 -> parts[1] = in.hex(4);
                case 7 -> parts[2] = in.hex(16);
                case 8 -> parts[3] = in.hex(16);
                case 9 -> parts[4] = in.hex(32);
                case 10 -> numbers[2] = in.number(0xffff);
                default -> levels.addAll(IsvLevel.readAll(in));
              }
            });
    in.end();
    boolean known = words[0].equals("QE") || words[0].equals("TD_QE") || words[0].equals("QVE");
    if (seen != (1 << NAMES.length) - 1 || numbers[0] != 2 || !known) {
      throw new AttestException("QE_IDENTITY", "fields missing, other id or version", "version 2");
    }
    return new EnclaveIdentity(
        words[0],
        numbers[0],
        new Updates(Updates.date(words[1]), Updates.date(words[2])),
        numbers[1],
        LittleEndian.u32(parts[0], 0),
        LittleEndian.u32(parts[1], 0),
        parts[2],
        parts[3],
        parts[4],
        numbers[2],
        List.copyOf(levels));
  }

  /** What in the report is not this enclave's, or nothing. */
  Optional<String> mismatch(EnclaveReport report) {
    if ((report.miscSelect() & miscSelectMask) != miscSelect) {
      return Optional.of("MISCSELECT");
    }
    byte[] masked = report.attributes();
    for (int i = 0; i < masked.length; i++) {
      if ((masked[i] & attributesMask[i]) != attributes[i]) {
        return Optional.of("ATTRIBUTES");
      }
    }
    if (!java.util.Arrays.equals(report.mrSigner(), mrSigner)) {
      return Optional.of("MRSIGNER");
    }
    return report.isvProdId() == isvProdId ? Optional.empty() : Optional.of("ISVPRODID");
  }
}
