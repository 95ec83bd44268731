package network.assay.testchain.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Ports;
import network.assay.agent.execute.Tee;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Receipt;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.coordinator.client.ConsumerClient;
import network.assay.coordinator.client.ConsumerException;
import network.assay.coordinator.client.JobRequest;
import network.assay.oracle.cli.OracleCliCommand;
import network.assay.oracle.replay.ModelRegistry;
import network.assay.testchain.devnet.Devnet;
import network.assay.testchain.devnet.Progress;
import network.assay.testchain.devnet.ProviderSetup;
import network.assay.testchain.devnet.TestChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Given a provider whose (simulated) TEE attests its work, one who shows evidence made for another
 * job, and one without hardware, when jobs are ordered at grade ATTESTED, then only the first is
 * paid.
 */
class AttestedJobTest {
  private static final BigInteger PRICE = BigInteger.valueOf(800_000);
  private static final String HONEST = "cpu-attested";
  private static final String BORROWER = "cpu-borrowed";
  private static final String PLAIN = "cpu-plain";

  /** A development network's run and report window together, in seconds. */
  private static final long WINDOWS_S = 180;

  private final Progress progress =
      new Progress(new PrintWriter(System.out, true, StandardCharsets.UTF_8));

  /** Hands in real evidence of the same TEE, made for something else. */
  private static Ports borrowing(Ports ports) {
    Tee own = ports.tee();
    Tee borrowed =
        new Tee() {
          @Override
          public Attestation attest(Bytes32 reportData, long notBeforeS) throws PortException {
            return own.attest(Keccak.hash(reportData.toArray()), notBeforeS);
          }

          @Override
          public boolean attests() {
            return true;
          }

          @Override
          public String describe() {
            return own.describe();
          }
        };
    return new Ports(
        ports.runtime(),
        ports.acceptance(),
        ports.gpu(),
        borrowed,
        ports.clock(),
        ports.journal(),
        ports.chain(),
        ports.oracles(),
        ports.coordinator());
  }

  @Test
  @Timeout(420)
  void onlyEvidenceOfThisJobIsPaidAtGradeAttested(@TempDir Path folder) throws Exception {
    List<ProviderSetup> providers =
        List.of(
            ProviderSetup.honest("attested", HONEST, PRICE, 2).withSimulatedTee(),
            new ProviderSetup("borrower", BORROWER, PRICE, 2, AttestedJobTest::borrowing)
                .withSimulatedTee(),
            ProviderSetup.honest("plain", PLAIN, PRICE, 2));
    try (Devnet devnet = Devnet.start(TestChain.Kind.ANVIL, folder, providers, progress);
        ConsumerClient consumer = devnet.consumerClient()) {
      until("offers", 90, () -> offered(consumer, HONEST) && offered(consumer, BORROWER));
      until("a plain offer", 60, () -> quoted(consumer, request(PLAIN, Grade.SAMPLED)));
      assertThat(offered(consumer, PLAIN)).as("no hardware, no offer at ATTESTED").isFalse();

      BigInteger before = balance(devnet);
      long borrowed = submit(consumer, BORROWER);
      until("the borrower at work", 60, () -> state(devnet, borrowed) == JobState.RUNNING);
      ConsumerClient.Submitted order =
          consumer.submit(consumer.quote(request(HONEST, Grade.ATTESTED)));
      long paid = JobIds.of(order.orderHash(), 1);
      until("a receipt", 120, () -> consumer.receipt(order.orderHash().hex()).isPresent());
      until("FINAL", 60, () -> state(devnet, paid) == JobState.FINAL);
      Receipt receipt = consumer.receipt(order.orderHash().hex()).orElseThrow();
      EvidenceLeaf leaf =
          EvidenceLeaf.parse(Hex.decode(receipt.authenticated().leaf().data(), EvidenceLeaf.SIZE));
      assertThat(leaf.grade()).isEqualTo(Grade.ATTESTED);
      assertThat(leaf.attestationDigest()).isNotEqualTo(EvidenceLeaf.ATTESTATION_NONE);
      assertThat(leaf.policy()).isNotEqualTo(VerificationPolicy.SAMPLED_V1);
      assertThat(shown(folder, receipt))
          .contains("ACCEPTED")
          .contains("attested: evidence " + leaf.attestationDigest());

      progress.say("letting the borrower's windows pass");
      pass(devnet, WINDOWS_S);
      until("the refund", 60, () -> state(devnet, borrowed) == JobState.REFUNDED);
      assertThat(balance(devnet)).isGreaterThanOrEqualTo(before.subtract(PRICE.add(PRICE)));
      assertThat(
              devnet
                  .contracts()
                  .settlement()
                  .claimable(devnet.providerAddress("borrower"))
                  .isZero())
          .isTrue();
    }
  }

  /** Chain time passes at once; the machine's own clock does not. */
  private static void pass(Devnet devnet, long seconds) {
    devnet.rpc().read("time", node -> node.call("evm_increaseTime", List.of(seconds), t -> t));
  }

  private static BigInteger balance(Devnet devnet) {
    return devnet.contracts().money().tokenBalance(devnet.consumer().address());
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

  private static long submit(ConsumerClient consumer, String deviceClass) {
    return JobIds.of(
        consumer.submit(consumer.quote(request(deviceClass, Grade.ATTESTED))).orderHash(), 1);
  }

  private static JobRequest request(String deviceClass, Grade grade) {
    byte[] text =
        "Each word of this is attested.\n\nAnd so is this.".getBytes(StandardCharsets.UTF_8);
    return new JobRequest(
        text,
        ModelRegistry.MINI_LM_FP32.modelHash(),
        "fp32",
        grade,
        Keccak.hashUtf8(deviceClass),
        0,
        PRICE);
  }

  private static boolean offered(ConsumerClient consumer, String deviceClass) {
    return quoted(consumer, request(deviceClass, Grade.ATTESTED));
  }

  private static boolean quoted(ConsumerClient consumer, JobRequest request) {
    try {
      return consumer.quote(request).price().signum() > 0;
    } catch (ConsumerException none) {
      return false;
    }
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
