package network.assay.oracle.verify.attest.dcap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;

/**
 * One level of TCB info: what a platform must have, part by part, and what it then is.
 *
 * @param sgx 16 component SVNs
 * @param tdx 16 component SVNs; empty for SGX
 * @param pceSvn 0 to 65535
 */
record TcbLevel(
    int[] sgx, int[] tdx, int pceSvn, TcbStatus status, String date, List<String> advisories) {

  private static final int COMPONENTS = 16;

  private static final byte[][] LEVEL =
      JsonReader.names("tcb", "tcbDate", "tcbStatus", "advisoryIDs");
  private static final byte[][] TCB_V3 =
      JsonReader.names("sgxtcbcomponents", "pcesvn", "tdxtcbcomponents");
  private static final byte[][] COMPONENT = JsonReader.names("svn");
  private static final byte[][] TCB_V2 = v2Names();

  /** The newest first: components in order, then (TDX) the TDX components, then the PCE. */
  static final Comparator<TcbLevel> NEWEST_FIRST =
      (a, b) -> {
        int order = Arrays.compare(b.sgx, a.sgx);
        if (order == 0 && a.pceSvn != b.pceSvn) {
          return Integer.compare(b.pceSvn, a.pceSvn);
        }
        return order != 0 ? order : Arrays.compare(b.tdx, a.tdx);
      };

  private static byte[][] v2Names() {
    String[] names = new String[COMPONENTS + 1];
    for (int i = 0; i < COMPONENTS; i++) {
      names[i] = String.format(java.util.Locale.ROOT, "sgxtcbcomp%02dsvn", i + 1);
    }
    names[COMPONENTS] = "pcesvn";
    return JsonReader.names(names);
  }

  /** Reads a level of TCB info of this version. */
  static TcbLevel read(JsonReader in, int version, boolean isTdx) {
    int[] sgx = new int[COMPONENTS];
    int[] tdx = isTdx ? new int[COMPONENTS] : new int[0];
    int[] pceSvn = new int[1];
    String[] words = new String[2];
    List<String> advisories = new ArrayList<>(0);
    int seen =
        in.object(
            LEVEL,
            name -> {
              switch (name) {
                case 0 -> pceSvn[0] = version == 2 ? tcbV2(in, sgx) : tcbV3(in, sgx, tdx, isTdx);
                case 1 -> words[0] = in.string();
                case 2 -> words[1] = in.string();
                default -> advisories(in, advisories);
              }
            });
    if ((seen & 7) != 7) {
      throw new AttestException("TCB_LEVEL", "fields missing", "tcb, tcbDate, tcbStatus");
    }
    return new TcbLevel(sgx, tdx, pceSvn[0], TcbStatus.of(words[1]), words[0], advisories);
  }

  static void advisories(JsonReader in, List<String> into) {
    in.array(256, () -> into.add(in.string()));
  }

  private static int tcbV2(JsonReader in, int[] sgx) {
    int[] pceSvn = new int[1];
    int seen =
        in.object(
            TCB_V2,
            name -> {
              if (name == COMPONENTS) {
                pceSvn[0] = in.number(0xffff);
              } else {
                sgx[name] = svn(in);
              }
            });
    if (seen != 0x1ffff) {
      throw new AttestException("TCB_LEVEL", "components missing", "16 and pcesvn");
    }
    return pceSvn[0];
  }

  private static int tcbV3(JsonReader in, int[] sgx, int[] tdx, boolean isTdx) {
    int[] pceSvn = new int[1];
    int seen =
        in.object(
            TCB_V3,
            name -> {
              switch (name) {
                case 0 -> components(in, sgx);
                case 1 -> pceSvn[0] = in.number(0xffff);
                default -> {
                  if (!isTdx) {
                    throw new AttestException("TCB_LEVEL", "TDX components", "none for SGX");
                  }
                  components(in, tdx);
                }
              }
            });
    if (seen != (isTdx ? 7 : 3)) {
      throw new AttestException("TCB_LEVEL", "parts missing", "components and pcesvn");
    }
    return pceSvn[0];
  }

  /** A component has 8 bits. Intel's library takes the low ones; its published sample has more. */
  private static int svn(JsonReader in) {
    return in.number(0xffff) & 0xff;
  }

  private static void components(JsonReader in, int[] into) {
    int[] count = new int[1];
    in.array(
        COMPONENTS,
        () -> {
          int index = count[0]++;
          if (in.object(COMPONENT, name -> into[index] = svn(in)) != 1) {
            throw new AttestException("TCB_LEVEL", "a component without svn", "svn");
          }
        });
    if (count[0] != COMPONENTS) {
      throw new AttestException("TCB_LEVEL", count[0] + " components", COMPONENTS + "");
    }
  }
}
