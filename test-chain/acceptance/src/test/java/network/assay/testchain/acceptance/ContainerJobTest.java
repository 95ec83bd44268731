package network.assay.testchain.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import network.assay.agent.runtime.container.ContainerHome;
import network.assay.agent.runtime.container.Sandboxes;
import network.assay.agent.runtime.container.TestImage;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.ContainerJob;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.coordinator.client.ConsumerClient;
import network.assay.coordinator.client.ConsumerException;
import network.assay.coordinator.client.DecryptedResult;
import network.assay.coordinator.client.JobRequest;
import network.assay.coordinator.client.JobStatus;
import network.assay.oracle.cli.OracleCliCommand;
import network.assay.testchain.devnet.Devnet;
import network.assay.testchain.devnet.Progress;
import network.assay.testchain.devnet.ProviderSetup;
import network.assay.testchain.devnet.TestChain;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Given a provider who runs containers of strangers, when a consumer orders one, then it computes,
 * its sealed result is accepted by the consumer's client, and the provider is paid; one that fails
 * is refunded, and so is one whose consumer says nothing.
 */
class ContainerJobTest {
  private static final BigInteger PRICE = BigInteger.valueOf(500_000);
  private static final String NAME = "boxes";

  private final Progress progress = new Progress(new PrintWriter(System.out, true, UTF_8));

  /** What is tried on a network whose one provider runs containers. */
  private interface Story {
    void tell(Devnet devnet, ConsumerClient consumer, String image) throws Exception;
  }

  @ParameterizedTest
  @ValueSource(strings = {"podman", "bubblewrap"})
  @Timeout(420)
  void aContainerIsPaidOnItsConsumersWord(String engine, @TempDir Path folder) throws Exception {
    onANetwork(
        engine,
        folder,
        (devnet, consumer, image) -> {
          isPaid(devnet, consumer, counting(image), folder);
          isRefunded(devnet, consumer, request(image, "echo went wrong; exit 1"));
          isRefunded(devnet, consumer, request(image, "echo nothing was left"));
        });
  }

  /** Waits for a whole run window. */
  @Test
  @Tag("deep")
  @Timeout(420)
  void aConsumerWhoSaysNothingIsRefundedAndNobodyIsSlashed(@TempDir Path folder) throws Exception {
    onANetwork(
        "bubblewrap",
        folder,
        (devnet, consumer, image) -> isInconclusive(devnet, consumer, counting(image)));
  }

  private void onANetwork(String engine, Path folder, Story story) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    Path images = folder.resolve("images");
    String image = TestImage.busybox(images.resolve("busybox")).text();
    Path state = folder.resolve("containers");
    ContainerHome home = ContainerHome.open(state, List.of(images), 64L << 20, 256L << 20);
    Optional<String> unfit = Sandboxes.byName(engine, home).unfit();
    Assumptions.assumeTrue(unfit.isEmpty(), () -> "SKIPPED: " + unfit.orElse(""));
    ProviderSetup provider =
        ProviderSetup.honest(NAME, "cpu/boxes", PRICE, 2)
            .withContainers(new ProviderSetup.ContainerSetup(engine, state, images));
    try (Devnet devnet =
            Devnet.start(TestChain.Kind.ANVIL, folder.resolve("net"), List.of(provider), progress);
        ConsumerClient consumer = devnet.consumerClient()) {
      until("an offer", 90, () -> quoted(consumer, counting(image)));
      story.tell(devnet, consumer, image);
    } finally {
      if (engine.equals("podman")) {
        Sandboxes.dropImages(home);
      }
      Sandboxes.removeTraces(home);
    }
  }

  private static JobRequest counting(String image) {
    return request(image, "wc -w </assay/in/text >/assay/out/result; echo counted; echo aside >&2");
  }

  private void isPaid(Devnet devnet, ConsumerClient consumer, JobRequest request, Path folder)
      throws Exception {
    BigInteger earned = credit(devnet, devnet.providerAddress(NAME));
    ConsumerClient.Submitted order = consumer.submit(consumer.quote(request));
    String id = order.orderHash().hex();
    JobStatus status = consumer.await(id, Duration.ofSeconds(90), this::say);
    assertThat(status.newest().verdict()).isEqualTo("OK");

    DecryptedResult result = consumer.result(id).orElseThrow();
    var container = result.container().orElseThrow();
    assertThat(new String(container.files().get("result"), UTF_8).strip()).isEqualTo("4");
    assertThat(container.evidence().exitCode()).isZero();
    assertThat(container.evidence().counters().memoryPeakBytes()).isPresent();
    assertThat(container.evidence().logBytes()).isEqualTo("counted\naside\n".length());

    Receipt receipt = consumer.receipt(id).orElseThrow();
    EvidenceLeaf leaf =
        EvidenceLeaf.parse(Hex.decode(receipt.authenticated().leaf().data(), EvidenceLeaf.SIZE));
    assertThat(leaf.grade()).isEqualTo(Grade.ACCEPTED);
    assertThat(leaf.policy()).isEqualTo(VerificationPolicy.ACCEPTED_V1);
    assertThat(leaf.drawn()).isFalse();
    assertThat(shown(folder, receipt)).contains("ACCEPTED");
    assertThat(lines(consumer, id)).contains("counted", "aside");

    long jobId = JobIds.of(order.orderHash(), 1);
    until("FINAL", 60, () -> state(devnet, jobId) == JobState.FINAL);
    until(
        "the pay",
        60,
        () -> credit(devnet, devnet.providerAddress(NAME)).subtract(earned).compareTo(PRICE) >= 0);
  }

  private void isRefunded(Devnet devnet, ConsumerClient consumer, JobRequest request)
      throws Exception {
    BigInteger before = credit(devnet, devnet.consumer().address());
    ConsumerClient.Submitted order = consumer.submit(consumer.quote(request));
    long jobId = JobIds.of(order.orderHash(), 1);
    JobStatus status = consumer.await(order.orderHash().hex(), Duration.ofSeconds(90), this::say);
    assertThat(status.state()).isEqualTo("REFUNDED");
    assertThat(state(devnet, jobId)).isEqualTo(JobState.REFUNDED);
    assertThat(consumer.result(order.orderHash().hex())).isEmpty();
    assertThat(credit(devnet, devnet.consumer().address()).subtract(before)).isEqualTo(PRICE);
  }

  /** Nobody's fault: the oracles report in time that no acceptance came. */
  private void isInconclusive(Devnet devnet, ConsumerClient consumer, JobRequest request)
      throws Exception {
    BigInteger before = money(devnet);
    BigInteger staked = staked(devnet);
    ConsumerClient.Submitted order = consumer.submit(consumer.quote(request));
    long jobId = JobIds.of(order.orderHash(), 1);
    until("the start", 60, () -> state(devnet, jobId) == JobState.RUNNING);
    progress.say("the consumer says nothing");
    until("the verdict's end", 240, () -> state(devnet, jobId) == JobState.FINAL);
    JobStatus status = consumer.status(order.orderHash().hex());
    assertThat(status.newest().verdict()).isEqualTo("INCONCLUSIVE");
    until("the refund", 60, () -> money(devnet).subtract(before).equals(PRICE));
    assertThat(staked(devnet)).isEqualTo(staked);
    assertThat(devnet.contracts().settlement().claimable(devnet.providerAddress(NAME)).amount())
        .isZero();
  }

  /** What the consumer has in the vault, or may claim into it. */
  private static BigInteger money(Devnet devnet) {
    Address consumer = devnet.consumer().address();
    return credit(devnet, consumer)
        .add(devnet.contracts().settlement().claimable(consumer).amount());
  }

  private static BigInteger staked(Devnet devnet) {
    return devnet.contracts().money().stake(devnet.providerAddress(NAME)).staked();
  }

  private void say(JobStatus status) {
    progress.say(status.state() + " " + status.newest().lastNote());
  }

  private static List<String> lines(ConsumerClient consumer, String id) {
    List<String> out = new ArrayList<>();
    consumer.live(id, false, line -> out.add(line.text()));
    return out;
  }

  private static JobRequest request(String image, String script) {
    TreeMap<String, byte[]> files = new TreeMap<>();
    files.put("text", "what a consumer sent\n".getBytes(UTF_8));
    ContainerJob job =
        new ContainerJob(
            image,
            "",
            List.of("/bin/sh", "-c", script),
            new TreeMap<>(),
            List.of(new ContainerJob.Output("result", 1, 1_000)),
            List.of(),
            new ContainerJob.Limits(1_000, 256L << 20, 64, 64L << 20, 1_000, 20_000, 1 << 20));
    return JobRequest.ofContainer(job, files, PRICE);
  }

  private static String shown(Path folder, Receipt receipt) throws Exception {
    Path file = Files.write(folder.resolve("receipt.json"), receipt.toJson());
    StringWriter out = new StringWriter();
    int code =
        OracleCliCommand.execute(
            new PrintWriter(out, true), new PrintWriter(out, true), "verify", file.toString());
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }

  private static boolean quoted(ConsumerClient consumer, JobRequest request) {
    try {
      return consumer.quote(request).price().signum() > 0;
    } catch (ConsumerException none) {
      return false;
    }
  }

  private static BigInteger credit(Devnet devnet, Address account) {
    return devnet.contracts().money().credit(account);
  }

  private static JobState state(Devnet devnet, long jobId) {
    return devnet.contracts().market().job(jobId).state();
  }

  private static void until(String what, int limitS, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(limitS).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what + " within " + limitS + " s").isLessThan(end);
      Thread.sleep(Duration.ofMillis(200));
    }
  }
}
