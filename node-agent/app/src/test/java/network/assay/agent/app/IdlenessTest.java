package network.assay.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import network.assay.agent.app.job.JobBook.JobLine;
import org.junit.jupiter.api.Test;

class IdlenessTest {

  private static JobLine job(String phase) {
    return new JobLine("0x1", phase, "", "");
  }

  @Test
  void anAgentAtWorkIsNotIdle() {
    Idleness idle = Idleness.of("", false, List.of(job("EXECUTING")), 1_000, "");
    assertThat(idle.because()).isEmpty();
    assertThat(idle.waitsFor()).isEmpty();
  }

  @Test
  void reportedJobsAreWaitedForAndAreNoWork() {
    Idleness idle = Idleness.of("", false, List.of(job("REPORTED"), job("REPORTED")), 1_000, "");
    assertThat(idle.because()).isEqualTo("no order was joined with its offer");
    assertThat(idle.waitsFor()).hasSize(2);
    assertThat(idle.waitsFor().getFirst()).startsWith("2 reported job(s)");
  }

  @Test
  void troubleComesFirst() {
    Idleness idle = Idleness.of("the chain is silent", true, List.of(), 0, "x");
    assertThat(idle.because()).isEqualTo("it cannot work: the chain is silent");
  }

  @Test
  void aDrainedAgentSaysHowToUndoIt() {
    assertThat(Idleness.of("", true, List.of(), 1_000, "").because()).contains("drain --undo");
    Idleness finishing = Idleness.of("", true, List.of(job("EXECUTING")), 1_000, "");
    assertThat(finishing.because()).isEmpty();
    assertThat(finishing.waitsFor())
        .containsExactly("draining: it ends when 1 job(s) are finished");
  }

  @Test
  void anOfferThatCouldNotBePublishedIsTheReason() {
    assertThat(Idleness.of("", false, List.of(), 0, "coordinator: refused").because())
        .isEqualTo("no offer of it stands: coordinator: refused");
  }
}
