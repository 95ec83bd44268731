package network.assay.oracle.verify.attest.dcap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Hashes;
import org.jspecify.annotations.Nullable;

/**
 * TCB info v2 or v3: what Intel knows of a family of platforms (FMSPC).
 *
 * @param tdx whether it is for TDX; v2 is for SGX alone
 * @param fmspc 6 bytes, lower-case hex
 * @param pceId 2 bytes, lower-case hex
 * @param module the TDX module of version 0
 * @param modules identities of later versions; empty where there are none
 * @param levels newest first, at least one
 */
record TcbInfo(
    int version,
    boolean tdx,
    Updates updates,
    String fmspc,
    String pceId,
    int evaluation,
    Optional<TdxModule> module,
    List<TdxModule> modules,
    List<TcbLevel> levels) {

  private static final int LEVELS_MAX = 256;
  private static final int MODULES_MAX = 64;
  private static final byte[][] NAMES =
      JsonReader.names(
          "id",
          "version",
          "issueDate",
          "nextUpdate",
          "fmspc",
          "pceId",
          "tcbType",
          "tcbEvaluationDataNumber",
          "tdxModule",
          "tdxModuleIdentities",
          "tcbLevels");

  /** id, tdxModule and tdxModuleIdentities depend on the version. */
  private static final int ALWAYS = 0b100_1111_1110;

  /**
   * Reads the body of TCB info.
   *
   * @throws AttestException for other versions, TCB types and shapes
   */
  static TcbInfo read(SignedJson signed) {
    Fields fields = new Fields(signed);
    JsonReader in = signed.body();
    fields.readAll(in);
    in.end();
    return fields.done();
  }

  /** Fields as they come. */
  private static final class Fields {
    private int seen;
    private @Nullable String id;
    private int version;
    private final SignedJson signed;
    private int levelsFrom = -1;
    private int levelsTo = -1;
    private String issueDate = "";
    private String nextUpdate = "";
    private String fmspc = "";
    private String pceId = "";
    private int evaluation;
    private @Nullable TdxModule module;
    private final List<TdxModule> modules = new ArrayList<>(0);
    private final List<TcbLevel> levels = new ArrayList<>();

    Fields(SignedJson signed) {
      this.signed = signed;
    }

    void readAll(JsonReader in) {
      seen = in.object(NAMES, name -> read(name, in));
    }

    private void read(int name, JsonReader in) {
      switch (name) {
        case 0 -> id = in.string();
        case 1 -> version = in.number(99);
        case 2 -> issueDate = in.string();
        case 3 -> nextUpdate = in.string();
        case 4 -> fmspc = Hashes.hex(in.hex(6));
        case 5 -> pceId = Hashes.hex(in.hex(2));
        case 6 -> in.number(0);
        case 7 -> evaluation = in.number(Integer.MAX_VALUE);
        case 8 -> module = TdxModule.read(in, false);
        case 9 -> in.array(MODULES_MAX, () -> modules.add(TdxModule.read(in, true)));
        default -> levels(in);
      }
    }

    /** Version and id say how levels are read; should these come later, so are the levels. */
    private void levels(JsonReader in) {
      if (version == 0 || (version == 3 && id == null)) {
        levelsFrom = in.position();
        in.skip();
        levelsTo = in.behind();
      } else {
        in.array(LEVELS_MAX, () -> levels.add(TcbLevel.read(in, version(), tdx())));
      }
    }

    private boolean tdx() {
      return "TDX".equals(id) && version == 3;
    }

    private int version() {
      if (version != 2 && version != 3) {
        throw bad("version " + version, "2 or 3");
      }
      return version;
    }

    TcbInfo done() {
      if (levelsFrom >= 0) {
        levels(new JsonReader(signed.json(), levelsFrom, levelsTo));
      }
      boolean tdx = tdx();
      boolean known = version() == 2 || "SGX".equals(id) || tdx;
      boolean modulesFit = tdx ? module != null : module == null && (seen & (1 << 9)) == 0;
      if ((seen & ALWAYS) != ALWAYS || !known || !modulesFit || levels.isEmpty()) {
        throw bad("fields missing or of another TEE", "TCB info v2 or v3, SGX or TDX");
      }
      if (modules.isEmpty() && (seen & (1 << 9)) != 0) {
        throw bad("no TDX module identities in their list", "at least one");
      }
      levels.sort(TcbLevel.NEWEST_FIRST);
      for (int i = 1; i < levels.size(); i++) {
        if (TcbLevel.NEWEST_FIRST.compare(levels.get(i - 1), levels.get(i)) == 0) {
          throw bad("the same TCB level twice", "each once");
        }
      }
      return new TcbInfo(
          version,
          tdx,
          new Updates(Updates.date(issueDate), Updates.date(nextUpdate)),
          fmspc,
          pceId,
          evaluation,
          Optional.ofNullable(module),
          List.copyOf(modules),
          List.copyOf(levels));
    }

    private static AttestException bad(String got, String want) {
      return new AttestException("TCB_INFO", got, want);
    }
  }
}
