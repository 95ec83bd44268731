package network.assay.oracle.verify.attest.eventlog;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What the registers must hold if exactly this log was extended into them. */
public final class Replay {

  private Replay() {}

  /**
   * Registers after the whole log, for those that an event touches.
   *
   * @param cc whether it is a confidential-computing log, whose registers all begin with zeros
   */
  public static Map<Integer, byte[]> registers(EventLog log, HashAlgorithm algorithm, boolean cc) {
    Map<Integer, byte[]> registers = new TreeMap<>();
    for (LogEvent event : log.events()) {
      byte[] digest = event.digests().get(algorithm);
      if (!event.extended() || digest == null) {
        continue;
      }
      int index = (int) event.index();
      byte[] before = registers.computeIfAbsent(index, i -> initial(log, i, algorithm, cc));
      registers.put(index, algorithm.digest(before, digest));
    }
    return registers;
  }

  /** Zeros; PCR0 with the locality of a started TPM; PCR17 to 22 ones until a dynamic launch. */
  private static byte[] initial(EventLog log, int index, HashAlgorithm algorithm, boolean cc) {
    byte[] initial = new byte[algorithm.bytes()];
    if (cc) {
      return initial;
    }
    if (index == 0) {
      log.startupLocality()
          .ifPresent(locality -> initial[initial.length - 1] = (byte) (int) locality);
    }
    if (index >= 17 && index <= 22) {
      Arrays.fill(initial, (byte) 0xff);
    }
    return initial;
  }
}
