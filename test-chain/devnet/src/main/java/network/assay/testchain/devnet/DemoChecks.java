package network.assay.testchain.devnet;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import network.assay.contracts.client.assay.AssayEvent;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.VerdictCode;
import org.jspecify.annotations.Nullable;

/** Whether the demo ended as it should, judged by the chain's logs and state. */
final class DemoChecks {
  private final Devnet devnet;
  private final ChainStory story;
  private final List<String> failures;

  DemoChecks(Devnet devnet, ChainStory story, List<String> failures) {
    this.devnet = devnet;
    this.story = story;
    this.failures = failures;
  }

  void check(List<Bytes32> orders, BigInteger honestPrice, BigInteger cheatPrice) {
    honest("the honest job", job(orders.get(0), 1), honestPrice);
    silent(job(orders.get(1), 1), job(orders.get(1), 2), honestPrice);
    cheat(job(orders.get(2), 1), cheatPrice);
    for (ChainStory.JobLine line : story.jobs()) {
      same("reports of job " + JobIds.text(line.jobId), line.reports <= 1, true);
    }
  }

  private Optional<ChainStory.JobLine> job(Bytes32 order, int attempt) {
    return story.jobs().stream()
        .filter(j -> j.orderHash.equals(order) && j.attempt == attempt)
        .findFirst();
  }

  private void honest(String what, Optional<ChainStory.JobLine> line, BigInteger price) {
    if (line.isEmpty()) {
      failures.add(what + " is not on chain");
      return;
    }
    ChainStory.JobLine job = line.get();
    same(what + ", provider", job.provider, devnet.providerAddress("honest"));
    same(what + ", verdict", job.verdict, VerdictCode.OK.code());
    same(what + ", paid", job.paid, price);
    same(what + ", state", devnet.contracts().market().job(job.jobId).state(), JobState.FINAL);
  }

  private void silent(
      Optional<ChainStory.JobLine> first,
      Optional<ChainStory.JobLine> second,
      BigInteger honestPrice) {
    if (first.isEmpty()) {
      failures.add("the silent provider's job is not on chain");
      return;
    }
    ChainStory.JobLine job = first.get();
    same("the silent job, provider", job.provider, devnet.providerAddress("silent"));
    same(
        "the silent job, state",
        devnet.contracts().market().job(job.jobId).state(),
        JobState.EXPIRED);
    same("the silent job, refunded", job.refunded, job.amount);
    honest("the silent job's next attempt", second, honestPrice);
  }

  private void cheat(Optional<ChainStory.JobLine> line, BigInteger price) {
    if (line.isEmpty()) {
      failures.add("the cheat's job is not on chain");
      return;
    }
    ChainStory.JobLine job = line.get();
    same("the cheat's job, provider", job.provider, devnet.providerAddress("cheat"));
    same("the cheat's job, verdict", job.verdict, VerdictCode.FRAUD.code());
    same("the cheat's job, paid", job.paid, BigInteger.ZERO);
    same("the cheat's job, refunded", job.refunded, price);
    List<AssayEvent.JobSlashed> slashes = story.slashes();
    same("slashes", slashes.size(), 1);
    if (!slashes.isEmpty()) {
      same("slashed job", slashes.getFirst().jobId(), job.jobId);
      same("taken is above the price", slashes.getFirst().taken().compareTo(price) > 0, true);
      same("the consumer was compensated", slashes.getFirst().compensation().signum() > 0, true);
      same(
          "stake left",
          devnet.contracts().money().stake(job.provider).staked(),
          DevnetFiles.STAKE.subtract(slashes.getFirst().taken()));
    }
  }

  private void same(String what, @Nullable Object got, @Nullable Object want) {
    if (!Objects.equals(got, want)) {
      failures.add(what + ": got " + got + ", want " + want);
    }
  }
}
