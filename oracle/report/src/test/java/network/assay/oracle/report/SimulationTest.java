package network.assay.oracle.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * SAFETY: honest nodes never decide two outcomes at one seq, never sign two reports at one seq,
 * never contradict themselves over restarts, and decide only what 2f+1 saw. LIVENESS: every job is
 * decided and on chain soon after the network is stable.
 */
class SimulationTest {
  private static final long SEED = Long.getLong("simulation.seed", 20_261_121L);

  @Test
  void schedules_of_the_routine_run() {
    schedules(SEED, Integer.getInteger("simulation.schedules", 300));
  }

  /**
   * The checks can fail: with more liars than the protocol bears, some schedule must break one of
   * them.
   */
  @Test
  void more_than_f_liars_are_caught_breaking_safety() {
    Random random = new Random(SEED);
    int broken = 0;
    for (int i = 0; i < 400 && broken == 0; i++) {
      Simulation.Plan plan = new Simulation.Plan(random.nextLong(), 4, 2, 3, 6_000, false, false);
      try {
        new Simulation(plan).run();
      } catch (AssertionError failed) {
        broken += String.valueOf(failed.getMessage()).startsWith("not live") ? 0 : 1;
      }
    }
    assertThat(broken).isPositive();
  }

  @Test
  @Tag("deep")
  void schedules_of_the_deep_run() {
    schedules(System.nanoTime(), Integer.getInteger("simulation.schedules", 20_000));
  }

  static void schedules(long seed, int count) {
    System.out.println("simulation: " + count + " schedules from seed " + seed);
    Random random = new Random(seed);
    long decided = 0;
    long accused = 0;
    long locksNeeded = 0;
    for (int i = 0; i < count; i++) {
      Simulation simulation = new Simulation(plan(random));
      try {
        simulation.run();
      } catch (RuntimeException | AssertionError failed) {
        throw new AssertionError("schedule " + i + ": " + simulation.plan, failed);
      }
      decided += simulation.chain.size();
      accused += simulation.equivocationsSeen;
      locksNeeded += simulation.decidedAgainLater;
    }
    System.out.println(
        "simulation: %d reports, %d equivocations named, %d decisions kept by locks alone"
            .formatted(decided, accused, locksNeeded));
    assertThat(decided).isGreaterThanOrEqualTo(count);
    assertThat(accused).as("the liars did lie").isPositive();
  }

  private static Simulation.Plan plan(Random random) {
    int n = random.nextInt(3) == 0 ? 7 : 4;
    int liars = random.nextInt((n - 1) / 3 + 1);
    return new Simulation.Plan(
        random.nextLong(),
        n,
        liars,
        1 + random.nextInt(4),
        3_000 + random.nextInt(12_000),
        random.nextInt(4) == 0,
        random.nextInt(2) == 0);
  }
}
