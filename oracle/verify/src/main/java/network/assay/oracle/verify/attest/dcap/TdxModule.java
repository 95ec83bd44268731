package network.assay.oracle.verify.attest.dcap;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import network.assay.oracle.verify.attest.AttestException;

/**
 * Which TDX module Intel signed: the one of module version 0, or an identity of a later version.
 *
 * @param id "" for version 0, or "TDX_01" …, upper case
 * @param mrSigner 48 bytes
 * @param attributes 8 bytes
 * @param levels by ISVSVN, the highest first; empty for version 0
 */
record TdxModule(String id, byte[] mrSigner, byte[] attributes, List<IsvLevel> levels) {
  private static final byte[][] NAMES =
      JsonReader.names("mrsigner", "attributes", "attributesMask", "id", "tcbLevels");

  static TdxModule read(JsonReader in, boolean identity) {
    byte[][] parts = new byte[3][];
    String[] id = {""};
    List<List<IsvLevel>> levels = new java.util.ArrayList<>(1);
    int seen =
        in.object(
            NAMES,
            name -> {
              switch (name) {
                case 0 -> parts[0] = in.hex(48);
                case 1 -> parts[1] = in.hex(8);
                case 2 -> parts[2] = in.hex(8);
                case 3 -> id[0] = in.string().toUpperCase(Locale.ROOT);
                default -> levels.add(IsvLevel.readAll(in));
              }
            });
    if ((seen & 7) != 7 || (identity && seen != 31)) {
      throw new AttestException("TDX_MODULE", "fields missing", "mrsigner, attributes and mask");
    }
    List<IsvLevel> sorted =
        levels.isEmpty()
            ? List.of()
            : levels.getFirst().stream()
                .sorted(Comparator.comparingInt(IsvLevel::isvSvn).reversed())
                .toList();
    return new TdxModule(id[0], parts[0], parts[1], sorted);
  }
}
