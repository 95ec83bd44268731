package network.assay.agent.app.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import network.assay.agent.execute.Journal.Entry;
import network.assay.agent.execute.Phase;
import network.assay.agent.execute.Ports;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.ResultSealing;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.work.EmbeddingLeaves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs, judged by the real verifier; chain, oracles and coordinator are simulated. */
class JobStoriesTest {
  @TempDir Path folder;

  private final WordRuntime runtime = new WordRuntime();
  private final FakeNet net = new FakeNet(runtime, WordRuntime.MODEL);

  private Agents.Life agent(UnaryOperator<Ports> wrap) {
    return new Agents.Life(net, folder.resolve("agent.db"), runtime, wrap);
  }

  private Phase phase(Agents.Life life) {
    return life.journal.find(net.assignment().jobId()).map(Entry::phase).orElse(Phase.ASSIGNED);
  }

  private String note(Agents.Life life) {
    return life.journal.find(net.assignment().jobId()).map(Entry::note).orElse("unknown");
  }

  @Test
  void givenAnHonestAgentEveryOracleFindsTheJobOkAndItIsPaid() {
    try (Agents.Life life = agent(ports -> ports)) {
      net.assignments.add(net.assignment());
      Agents.await("a report", () -> net.facts(null).state() == JobState.REPORTED);
      Agents.await("all verdicts", () -> net.verdicts.size() == 4);
      assertThat(net.verdicts.values())
          .allSatisfy(
              v -> assertThat(v.verdict().code()).as("%s", v.findings()).isEqualTo(VerdictCode.OK));
      assertThat(net.verdicts.values())
          .as("telemetry is valid, too")
          .noneSatisfy(
              v -> assertThat(v.leaf().telemetryDigest()).isEqualTo(EvidenceLeaf.TELEMETRY_VOID));
      Agents.await("live telemetry", () -> !net.liveBatches.isEmpty());
      Agents.await("delivery", () -> net.delivered.length > 0);
      byte[] plain =
          ResultSealing.open(
              net.resultSecret, net.assignment().jobId(), net.order().specHash(), net.delivered);
      assertThat(EmbeddingLeaves.readPlaintext(plain)).hasDimensions(3, 8);
      net.settle();
      Agents.await("the pay", () -> net.claims > 0);
      Agents.await("the end", () -> phase(life) == Phase.CLOSED);
      assertThat(note(life)).isEqualTo("SETTLED");
      Agents.await("forgetting", () -> life.journal.unitCount(net.assignment().jobId()) == 0);
      assertThat(net.offers).isNotEmpty();
      assertThat(net.progress).containsSubsequence(List.of("ACCEPTED", "EXECUTING", "EVIDENCE"));
    }
  }

  @Test
  void givenAnOrderThatIsNotOnChainItIsAcceptedBeforeAndTheWorkIsDone() {
    net.state = JobState.NONE;
    try (Agents.Life life = agent(ports -> ports)) {
      net.assignments.add(net.assignment());
      Agents.await("a report", () -> net.facts(null).state() == JobState.REPORTED);
      assertThat(net.signedByDevice.keySet()).anyMatch(slot -> slot.startsWith("Accept"));
      net.settle();
      Agents.await("the end", () -> phase(life) == Phase.CLOSED);
      assertThat(note(life)).isEqualTo("SETTLED");
    }
  }

  @Test
  void givenACoordinatorThatDiesAfterItOpenedWhatWasAcceptedTheWorkIsDone() {
    net.state = JobState.NONE;
    net.tellsOfOpened = false;
    try (Agents.Life _ = agent(ports -> ports)) {
      net.assignments.add(net.assignment());
      Agents.await("a report", () -> net.facts(null).state() == JobState.REPORTED);
    }
  }

  @Test
  void givenAnAgentThatDiesBetweenItsAcceptAndTheOpeningItsNextLifeDoesTheWork() {
    net.state = JobState.NONE;
    net.tellsOfOpened = false;
    net.opensAccepted = false;
    try (Agents.Life life = agent(ports -> ports)) {
      net.assignments.add(net.assignment());
      Agents.await("the promise", () -> !net.signedByDevice.isEmpty());
      assertThat(life.journal.promises()).hasSize(1);
    }
    synchronized (net) {
      net.state = JobState.RUNNING;
      net.deadlineS = net.chainTimeS + 120;
    }
    try (Agents.Life life = agent(ports -> ports)) {
      Agents.await("a report", () -> net.facts(null).state() == JobState.REPORTED);
      assertThat(life.journal.promises()).isEmpty();
    }
  }

  @Test
  void givenAnAcceptedOrderThatNeverCameOnChainThePromiseEnds() {
    net.state = JobState.NONE;
    net.tellsOfOpened = false;
    net.opensAccepted = false;
    try (Agents.Life life = agent(ports -> ports)) {
      net.assignments.add(net.assignment());
      Agents.await("the promise", () -> !life.journal.promises().isEmpty());
      synchronized (net) {
        net.chainTimeS = net.order().orderDeadline() + 61;
      }
      Agents.await("its end", () -> life.journal.promises().isEmpty());
    }
  }

  @Test
  void givenAnOrderThatIsNotOnChainWithAWrongInputNothingIsSigned() throws Exception {
    net.state = JobState.NONE;
    net.input = "Another input.".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (Agents.Life life = agent(ports -> ports)) {
      assertThat(life.loop.book().offerAsked(net.assignment()))
          .hasValueSatisfying(why -> assertThat(why).startsWith("WRONG_INPUT_LENGTH"));
      assertThat(net.signedByDevice).isEmpty();
      assertThat(net.state).isEqualTo(JobState.NONE);
    }
  }

  @Test
  void givenAWrongInputNothingIsAcceptedAndNothingIsSigned() {
    net.input = "Another input.".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (Agents.Life life = agent(ports -> ports)) {
      net.assignments.add(net.assignment());
      Agents.await("the end", () -> phase(life) == Phase.CLOSED);
      assertThat(note(life)).startsWith("WRONG_INPUT_LENGTH");
      assertThat(net.state).isEqualTo(JobState.ASSIGNED);
      assertThat(net.signedByDevice).isEmpty();
    }
  }

  @Test
  void givenAModelThatBreaksTheChainIsToldAndNobodyIsPenalised() {
    runtime.beforeUnit =
        () -> {
          throw new IllegalArgumentException("out of memory");
        };
    try (Agents.Life life = agent(ports -> ports)) {
      net.assignments.add(net.assignment());
      // An unexpected error is tried again, as after a restart, until the time runs out.
      Agents.await("work", () -> phase(life) == Phase.EXECUTING);
      net.passTime(115);
      Agents.await("the end", () -> phase(life) == Phase.CLOSED);
      assertThat(note(life)).isEqualTo("REFUNDED: OUT_OF_TIME");
      assertThat(net.failed.reasonHash()).isEqualTo(Keccak.hashUtf8("OUT_OF_TIME"));
    }
  }

  @Test
  void givenSilentOraclesTheCommitIsPostedOnChainBeforeRunUntil() {
    net.silent.addAll(net.committee.keys());
    try (Agents.Life life = agent(ports -> ports)) {
      net.assignments.add(net.assignment());
      Agents.await("work without nonces", () -> phase(life) == Phase.COMMITTED);
      assertThat(net.state).isEqualTo(JobState.RUNNING);
      net.passTime(112);
      Agents.await("a commit on chain", () -> net.facts(null).state() == JobState.COMMITTED);
      net.silent.clear();
      Agents.await("a report after all", () -> net.facts(null).state() == JobState.REPORTED);
    }
  }

  @Test
  void givenOneSilentOracleTheOthersSuffice() {
    Address silent = net.committee.keys().get(2);
    net.silent.add(silent);
    try (Agents.Life _ = agent(ports -> ports)) {
      net.assignments.add(net.assignment());
      Agents.await("a report", () -> net.facts(null).state() == JobState.REPORTED);
      assertThat(net.verdicts).doesNotContainKey(silent).hasSize(3);
    }
  }

  @Test
  void givenAnOperatorWhoDeclinesNothingIsSent() throws Exception {
    AtomicReference<Bytes32> asked = new AtomicReference<>();
    try (Agents.Life life =
        agent(ports ->
            ports.withAcceptance(ticket -> {
              asked.set(ticket.orderHash());
              return Optional.of("this operator never answers");
            }))) {
      assertThat(life.loop.book().offerAssignment(net.assignment()))
          .contains("DECLINED: this operator never answers");
      assertThat(asked.get()).isEqualTo(net.order().digest(net.market));
      assertThat(life.journal.find(net.assignment().jobId())).isEmpty();
      assertThat(net.signedByDevice).isEmpty();
    }
  }

  @Test
  void givenAJobThatTheChainDoesNotKnowTheCoordinatorIsNotBelieved() throws Exception {
    net.state = JobState.NONE;
    try (Agents.Life life = agent(ports -> ports)) {
      assertThat(life.loop.book().offerAssignment(net.assignment()))
          .hasValueSatisfying(why -> assertThat(why).startsWith("ORDER_NOT_ON_CHAIN"));
    }
  }
}
