package network.assay.agent.execute.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndFactsTest {

  private static Counters counters(long pidsRefused, long oomKills) {
    OptionalLong none = OptionalLong.empty();
    return new Counters(
        none, none, none, OptionalLong.of(pidsRefused), OptionalLong.of(oomKills), none);
  }

  @ParameterizedTest(
      name = "exit {0}, stopped {1}, pids {2}, oom {3}, log cut {4}, disk full {5}: {6}")
  @CsvSource({
    "0, , 0, 0, false, false, EXITED",
    "3, , 0, 0, false, false, EXITED",
    // It met limits, coped, and ended well.
    "0, , 7, 1, false, true, EXITED",
    "137, , 0, 1, false, false, OUT_OF_MEMORY",
    "1, , 0, 1, false, false, OUT_OF_MEMORY",
    "2, , 5, 0, false, false, TOO_MANY_PROCESSES",
    "1, , 0, 0, false, true, DISK_FULL",
    "137, TIMED_OUT, 0, 0, false, false, TIMED_OUT",
    "137, TIMED_OUT, 5, 0, false, false, TOO_MANY_PROCESSES",
    "137, TIMED_OUT, 0, 1, false, false, OUT_OF_MEMORY",
    "0, TIMED_OUT, 0, 0, false, false, TIMED_OUT",
    "137, LOG_FLOOD, 0, 0, true, false, LOG_FLOOD",
    // It ended of the closed pipe before we looked.
    "141, , 0, 0, true, false, LOG_FLOOD",
    "0, , 0, 0, true, false, LOG_FLOOD",
    "137, KILLED, 5, 1, true, true, KILLED",
    "137, DEVICE_MISSING, 0, 0, false, false, DEVICE_MISSING",
    // Nobody of us killed it, and it was not out of memory.
    "137, , 0, 0, false, false, KILLED",
  })
  void theLimitThatWasHitNamesTheEnd(
      int exitCode,
      EndReason stopped,
      long pids,
      long oom,
      boolean logCut,
      boolean diskFull,
      EndReason want) {
    EndFacts facts =
        new EndFacts(exitCode, Optional.ofNullable(stopped), counters(pids, oom), logCut, diskFull);
    assertThat(facts.reason()).isEqualTo(want);
  }

  @ParameterizedTest
  @CsvSource({"137, KILLED", "1, EXITED"})
  void whatIsUnknownAccusesNobody(int exitCode, EndReason want) {
    EndFacts facts = new EndFacts(exitCode, Optional.empty(), Counters.unknown(), false, false);
    assertThat(facts.reason()).isEqualTo(want);
  }
}
