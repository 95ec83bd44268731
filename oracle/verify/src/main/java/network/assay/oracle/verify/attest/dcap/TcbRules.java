package network.assay.oracle.verify.attest.dcap;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The TCB status of a platform, as Intel's Quote Verification Library works it out: every SVN is
 * compared with its own component, never all as one number.
 */
final class TcbRules {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private TcbRules() {}

  /**
   * What the rules came to.
   *
   * @param moduleProblem why the TDX module is none that Intel names; the status says nothing then
   * @param advisories of the TCB level that was matched, sorted
   * @param partAdvisories of the levels that TDX module and QE matched, beyond these, sorted
   * @param levels for people: which part matched which status
   */
  record Outcome(
      TcbStatus status,
      Optional<String> moduleProblem,
      List<String> advisories,
      List<String> partAdvisories,
      String levels) {}

  /** SGX: the first level that the platform reaches, with the QE's status over it. */
  static Outcome sgx(TcbInfo info, PckExtension pck, Optional<IsvLevel> qe) {
    for (TcbLevel level : info.levels()) {
      if (reaches(pck, level)) {
        return new Outcome(
            withQe(level.status(), qe),
            Optional.empty(),
            sorted(level.advisories()),
            beyond(level.advisories(), List.of(), advisories(qe)),
            "platform " + level.status().word() + ", QE " + word(qe));
      }
    }
    return notSupported("no level that the platform reaches");
  }

  /** TDX: platform, TD components, module and QE together. */
  static Outcome tdx(TcbInfo info, PckExtension pck, TdReport td, Optional<IsvLevel> qe) {
    byte[] svn = td.teeTcbSvn();
    Optional<TdxModule> module = module(info, svn[1] & 0xff);
    Optional<String> problem = moduleProblem(module, td);
    if (problem.isPresent()) {
      return new Outcome(TcbStatus.NOT_SUPPORTED, problem, List.of(), List.of(), "module unknown");
    }
    @Nullable TcbLevel sgx = null;
    @Nullable TcbLevel tdx = null;
    for (TcbLevel level : info.levels()) {
      if (reaches(pck, level)) {
        sgx = sgx == null ? level : sgx;
        if (reaches(svn, level)) {
          tdx = level;
          break;
        }
      }
    }
    if (sgx == null || tdx == null) {
      return notSupported(sgx == null ? "no level that the platform reaches" : "no TDX level");
    }
    return tdx(info, td, qe, sgx, tdx, module.orElseThrow());
  }

  private static Outcome tdx(
      TcbInfo info,
      TdReport td,
      Optional<IsvLevel> qe,
      TcbLevel sgx,
      TcbLevel tdx,
      TdxModule module) {
    byte[] svn = td.teeTcbSvn();
    Optional<IsvLevel> reached = IsvLevel.reached(module.levels(), svn[0] & 0xff);
    boolean versioned = svn[1] != 0;
    if (versioned && reached.isEmpty()) {
      return notSupported("no level of " + module.id() + " that the module reaches");
    }
    TcbStatus moduleStatus = versioned ? reached.orElseThrow().status() : TcbStatus.UP_TO_DATE;
    TcbStatus status =
        moduleStatus == TcbStatus.REVOKED
            ? TcbStatus.REVOKED
            : moduleStatus == TcbStatus.UP_TO_DATE ? tdx.status() : tdx.status().withOutOfDate();
    if (status != TcbStatus.REVOKED) {
      Optional<byte[]> second = td.teeTcbSvn2();
      if (second.isPresent() && relaunchMayHelp(qe, sgx.status(), status, moduleStatus)) {
        Optional<Outcome> mismatch = secondModuleProblem(info, second.get());
        if (mismatch.isPresent()) {
          return mismatch.get();
        }
        status = relaunched(info, second.get(), sgx.status(), status);
      }
      status = withQe(status, qe);
    }
    List<String> modules = versioned ? advisories(reached) : List.of();
    return new Outcome(
        status,
        Optional.empty(),
        sorted(tdx.advisories()),
        beyond(tdx.advisories(), modules, advisories(qe)),
        "platform "
            + sgx.status().word()
            + ", TDX "
            + tdx.status().word()
            + ", module "
            + moduleStatus.word()
            + ", QE "
            + word(qe));
  }

  /** Every component and the PCE at least the level's. */
  private static boolean reaches(PckExtension pck, TcbLevel level) {
    int[] want = level.sgx();
    int[] have = pck.components();
    for (int i = 0; i < want.length; i++) {
      if (have[i] < want[i]) {
        return false;
      }
    }
    return pck.pceSvn() >= level.pceSvn();
  }

  /** A module of version above 0 has a level of its own: components 0 and 1 are not compared. */
  private static boolean reaches(byte[] teeTcbSvn, TcbLevel level) {
    int[] want = level.tdx();
    for (int i = teeTcbSvn[1] != 0 ? 2 : 0; i < want.length; i++) {
      if ((teeTcbSvn[i] & 0xff) < want[i]) {
        return false;
      }
    }
    return true;
  }

  private static Optional<TdxModule> module(TcbInfo info, int version) {
    if (version == 0) {
      return info.module();
    }
    String id = "TDX_" + HEX.toHexDigits((byte) version);
    return info.modules().stream().filter(module -> module.id().equals(id)).findFirst();
  }

  private static Optional<String> moduleProblem(Optional<TdxModule> module, TdReport td) {
    if (module.isEmpty()) {
      return Optional.of("no identity for module version " + (td.teeTcbSvn()[1] & 0xff));
    }
    if (!Arrays.equals(module.get().mrSigner(), td.mrSignerSeam())) {
      return Optional.of("MRSIGNERSEAM " + td.hex(64, 48));
    }
    byte[] attributes = td.seamAttributes();
    boolean zero = Arrays.equals(attributes, new byte[8]);
    return zero && Arrays.equals(module.get().attributes(), attributes)
        ? Optional.empty()
        : Optional.of("SEAMATTRIBUTES " + td.hex(112, 8));
  }

  private static boolean relaunchMayHelp(
      Optional<IsvLevel> qe, TcbStatus sgx, TcbStatus tdx, TcbStatus module) {
    boolean qeGood = qe.isPresent() && qe.get().status() == TcbStatus.UP_TO_DATE;
    boolean sgxGood =
        switch (sgx) {
          case UP_TO_DATE,
              SW_HARDENING_NEEDED,
              CONFIGURATION_NEEDED,
              CONFIGURATION_AND_SW_HARDENING_NEEDED ->
              true;
          default -> false;
        };
    boolean tdxOld =
        tdx == TcbStatus.OUT_OF_DATE || tdx == TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED;
    return qeGood && sgxGood && tdxOld && module == TcbStatus.OUT_OF_DATE;
  }

  private static Optional<Outcome> secondModuleProblem(TcbInfo info, byte[] svn2) {
    return svn2[1] == 0 || module(info, svn2[1] & 0xff).isPresent()
        ? Optional.empty()
        : Optional.of(
            new Outcome(
                TcbStatus.NOT_SUPPORTED,
                Optional.of("no identity for the newer module version " + (svn2[1] & 0xff)),
                List.of(),
                List.of(),
                "newer module unknown"));
  }

  /** The TD started on an old module, and a newer one is loaded: starting it anew would help. */
  private static TcbStatus relaunched(TcbInfo info, byte[] svn2, TcbStatus sgx, TcbStatus tdx) {
    int[] latest = info.levels().getFirst().tdx();
    int versionWanted = latest[0];
    if (svn2[1] != 0) {
      versionWanted = module(info, svn2[1] & 0xff).orElseThrow().levels().getFirst().isvSvn();
    }
    boolean newest = (svn2[0] & 0xff) >= versionWanted && (svn2[2] & 0xff) >= latest[2];
    if (!newest) {
      return tdx;
    }
    return sgx.configuration() || tdx.configuration()
        ? TcbStatus.TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED
        : TcbStatus.TD_RELAUNCH_ADVISED;
  }

  /** QE levels other than up to date and revoked count as out of date. */
  private static TcbStatus withQe(TcbStatus status, Optional<IsvLevel> qe) {
    if (qe.isEmpty()) {
      return TcbStatus.NOT_SUPPORTED;
    }
    return switch (qe.get().status()) {
      case UP_TO_DATE -> status;
      case REVOKED -> TcbStatus.REVOKED;
      default -> status.withOutOfDate();
    };
  }

  private static Outcome notSupported(String levels) {
    return new Outcome(TcbStatus.NOT_SUPPORTED, Optional.empty(), List.of(), List.of(), levels);
  }

  private static List<String> advisories(Optional<IsvLevel> level) {
    return level.map(IsvLevel::advisories).orElse(List.of());
  }

  private static String word(Optional<IsvLevel> level) {
    return level.map(found -> found.status().word()).orElse("below every level");
  }

  private static List<String> sorted(List<String> names) {
    return names.isEmpty() ? List.of() : List.copyOf(new TreeSet<>(names));
  }

  private static List<String> beyond(List<String> level, List<String> module, List<String> qe) {
    if (module.isEmpty() && qe.isEmpty()) {
      return List.of();
    }
    TreeSet<String> all = new TreeSet<>(module);
    all.addAll(qe);
    level.forEach(all::remove);
    return List.copyOf(all);
  }
}
