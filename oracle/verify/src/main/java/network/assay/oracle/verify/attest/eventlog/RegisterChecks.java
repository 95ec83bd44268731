package network.assay.oracle.verify.attest.eventlog;

import java.util.Arrays;
import java.util.Map;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Hashes;

/** Whether a log explains registers: every one that it touches, and one bank that both have. */
public final class RegisterChecks {
  private RegisterChecks() {}

  /** Against PCRs of a quote; a register that the log touches and the quote lacks is wrong. */
  public static void pcrs(
      Claims claims, EventLog log, HashAlgorithm bank, Map<Integer, byte[]> quoted) {
    if (!log.algorithms().contains(bank)) {
      claims.fails(
          "eventlog.bank", log.algorithms().toString(), "digests of the quoted " + bank.title());
      return;
    }
    compare(claims, "eventlog.pcr", 0, Replay.registers(log, bank, false), quoted);
  }

  /** Whether the log gives exactly the quoted value of every PCR that it touches. */
  public static boolean explains(EventLog log, HashAlgorithm bank, Map<Integer, byte[]> quoted) {
    return Replay.registers(log, bank, false).entrySet().stream()
        .allMatch(register ->
            quoted.containsKey(register.getKey())
                && Arrays.equals(register.getValue(), quoted.get(register.getKey())));
  }

  /** Against RTMRs: register 1 of the log is RTMR0, and register 0 is not extended but built. */
  public static void rtmrs(Claims claims, EventLog log, Map<Integer, byte[]> rtmrs) {
    if (!log.algorithms().contains(HashAlgorithm.SHA384)) {
      claims.fails("eventlog.bank", log.algorithms().toString(), "digests of SHA-384");
      return;
    }
    Map<Integer, byte[]> replayed = Replay.registers(log, HashAlgorithm.SHA384, true);
    if (replayed.containsKey(0)) {
      claims.fails("eventlog.mrtd", "an event into MRTD", "events into RTMR0 to RTMR3");
    }
    compare(claims, "eventlog.rtmr", 1, replayed, rtmrs);
  }

  private static void compare(
      Claims claims,
      String name,
      int first,
      Map<Integer, byte[]> replayed,
      Map<Integer, byte[]> quoted) {
    if (replayed.isEmpty()) {
      claims.fails("eventlog.events", "no event that extends anything", "at least one");
    }
    replayed.forEach((index, value) -> {
      byte[] want = quoted.get(index - first);
      claims.check(
          name + (index - first),
          want != null && Arrays.equals(value, want),
          Hashes.hex(value),
          want == null ? "a register that was quoted" : Hashes.hex(want));
    });
  }
}
