package network.assay.oracle.verify.attest.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.fuzz.FuzzRun;
import network.assay.oracle.verify.fixture.fuzz.Mutator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile policy files: a policy is its owner's, but a file may be damaged. It is read whole or
 * refused, and no damage makes it accept debug evidence, for which a whole sentence is wanted.
 */
class PolicyFuzzTest {
  private static final long SEED = 0x9071c7L;

  private static final byte[] POLICY =
      """
      {"version":1,"name":"production","gradeMin":"processor","families":{
        "tdx":{"tcbStatuses":["UpToDate"],"advisoriesTolerated":["INTEL-SA-00615"],"tcbEvaluationMin":17,
               "accept":[{"name":"agent","mrtd":"%s","rtmr1":["%s","%s"]}]},
        "sgx":{"accept":[{"mrsigner":"%s","isvprodid":3,"isvsvn":{"min":7}}]},
        "snp":{"accept":[{"measurement":["%s"]}],"limits":{"vmpl.max":0},"ageMaxS":600},
        "nvidia-gpu":{"accept":[{"driver":"535.86.09","architecture":"HOPPER"}],"nonceRequired":true}}}\
      """
          .formatted(
              "11".repeat(48), "22".repeat(48), "33".repeat(48), "44".repeat(32), "55".repeat(48))
          .getBytes(UTF_8);

  private static final Appraisal DEBUG =
      Appraisal.of(
          Family.TDX,
          new Claims().holds("quote.signature", "signed", "the key's"),
          Optional.of("UpToDate"),
          List.of(),
          new Facts.Builder()
              .measurement("mrtd", "11".repeat(48))
              .measurement("rtmr1", "22".repeat(48))
              .debug(true)
              .build());

  private static boolean lets(byte[] raw) {
    PolicyDocument policy = PolicyParser.parse(raw);
    return PolicyJudge.judge(DEBUG, policy, Expectations.none(), TestAuthority.NOW).accepted();
  }

  @Test
  void thePolicyThatIsMutatedIsReadAndDeniesDebugAlone() {
    PolicyDocument policy = PolicyParser.parse(POLICY);
    assertThat(policy.families().keySet())
        .containsExactlyInAnyOrder(Family.TDX, Family.SGX, Family.SNP, Family.NVIDIA_GPU);
    Appraisal plain =
        Appraisal.of(
            Family.TDX,
            new Claims().holds("quote.signature", "signed", "the key's"),
            Optional.of("UpToDate"),
            List.of(),
            new Facts.Builder()
                .measurement("mrtd", "11".repeat(48))
                .measurement("rtmr1", "22".repeat(48))
                .debug(false)
                .build());
    assertThat(PolicyJudge.judge(plain, policy, Expectations.none(), TestAuthority.NOW).accepted())
        .isTrue();
    assertThat(lets(POLICY)).isFalse();
    assertThat(Map.of()).isEmpty();
  }

  @Test
  void sample() {
    run(10_000);
  }

  @Test
  @Tag("deep")
  void deep() {
    run(1_000_000);
  }

  private static void run(int count) {
    byte[] other = new String(POLICY, UTF_8).replace("processor", "operator").getBytes(UTF_8);
    Mutator mutator = new Mutator(SEED, List.of(POLICY, other));
    FuzzRun run = new FuzzRun("policy files", AttestException.class);
    for (int i = 0; i < count; i++) {
      byte[] item =
          i % 4 == 0 ? mutator.corrupt(POLICY, 0, POLICY.length) : mutator.structural(POLICY);
      run.mustNotAccept(item, "seed " + SEED + " item " + i, PolicyFuzzTest::lets);
    }
    System.out.println(run.summary());
    assertThat(run.refusedMicros()).as("malformed refused in less than 1 ms").isLessThan(1000);
  }
}
