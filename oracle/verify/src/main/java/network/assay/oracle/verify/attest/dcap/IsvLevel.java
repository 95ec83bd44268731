package network.assay.oracle.verify.attest.dcap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;

/** One level of an enclave's or TDX module's identity: from this ISVSVN on, this status. */
record IsvLevel(int isvSvn, TcbStatus status, String date, List<String> advisories) {
  private static final int LEVELS_MAX = 64;
  private static final byte[][] LEVEL =
      JsonReader.names("tcb", "tcbDate", "tcbStatus", "advisoryIDs");
  private static final byte[][] TCB = JsonReader.names("isvsvn");

  /** Reads all levels, of which there must be one. */
  static List<IsvLevel> readAll(JsonReader in) {
    List<IsvLevel> levels = new ArrayList<>();
    in.array(LEVELS_MAX, () -> levels.add(read(in)));
    if (levels.isEmpty()) {
      throw new AttestException("ISV_LEVELS", "none", "at least one");
    }
    return levels;
  }

  private static IsvLevel read(JsonReader in) {
    int[] isvSvn = {-1};
    String[] words = new String[2];
    List<String> advisories = new ArrayList<>(0);
    int seen =
        in.object(
            LEVEL,
            name -> {
              switch (name) {
                case 0 -> in.object(TCB, inner -> isvSvn[0] = in.number(0xffff));
                case 1 -> words[0] = in.string();
                case 2 -> words[1] = in.string();
                default -> TcbLevel.advisories(in, advisories);
              }
            });
    if ((seen & 7) != 7 || isvSvn[0] < 0) {
      throw new AttestException("ISV_LEVEL", "fields missing", "isvsvn, tcbDate, tcbStatus");
    }
    return new IsvLevel(isvSvn[0], TcbStatus.of(words[1]), words[0], advisories);
  }

  /** The first level that this SVN reaches. */
  static Optional<IsvLevel> reached(List<IsvLevel> levels, int isvSvn) {
    for (IsvLevel level : levels) {
      if (isvSvn >= level.isvSvn) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }
}
