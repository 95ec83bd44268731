package network.assay.oracle.verify.attest.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claims;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Facts;
import network.assay.oracle.verify.attest.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private static PolicyDocument policy(String families) {
    return PolicyParser.parse(
        ("{\"version\":1,\"name\":\"t\",\"families\":" + families + "}").getBytes(UTF_8));
  }

  private static Appraisal enclave(boolean debug) {
    Facts.Builder facts =
        new Facts.Builder()
            .measurement("mrenclave", "aa")
            .measurement("mrsigner", "bb")
            .identity("isvprodid", "3")
            .identity("isvsvn", "7")
            .identity("timestamp", "2025-12-31T23:59:00Z")
            .debug(debug);
    return Appraisal.of(
        Family.SGX,
        new Claims().holds("quote.signature", "signed", "signed"),
        Optional.of("SWHardeningNeeded"),
        List.of("INTEL-SA-00615"),
        facts.build());
  }

  private static String reason(String families) {
    return reason(families, enclave(false));
  }

  private static String reason(String families, Appraisal appraisal) {
    return PolicyJudge.judge(appraisal, policy(families), Expectations.none(), AT).reason();
  }

  @Test
  void aWholeReferenceMustMatchAndAnyOneIsEnough() {
    String signer = "{\"mrsigner\":\"BB\",\"isvprodid\":3,\"isvsvn\":{\"min\":7}}";
    assertThat(reason("{\"sgx\":{\"accept\":[" + signer + "]}}")).isEqualTo("OK");
    assertThat(reason("{\"sgx\":{\"accept\":[{\"mrenclave\":\"cc\"}," + signer + "]}}"))
        .isEqualTo("OK");
    assertThat(reason("{\"sgx\":{\"accept\":[{\"mrsigner\":\"bb\",\"isvsvn\":{\"min\":8}}]}}"))
        .isEqualTo("MEASUREMENTS");
    assertThat(reason("{\"sgx\":{\"accept\":[{\"mrsigner\":\"bb\",\"fmspc\":\"00\"}]}}"))
        .as("a fact that is not in the evidence")
        .isEqualTo("MEASUREMENTS");
    assertThat(reason("{\"sgx\":{\"accept\":[{\"mrenclave\":[]}]}}"))
        .as("an empty list of values")
        .isEqualTo("MEASUREMENTS");
  }

  @Test
  void anEmptyListAndNoListDenyAndOnlyTheSentenceComparesNothing() {
    assertThat(reason("{\"sgx\":{\"accept\":[]}}")).isEqualTo("MEASUREMENTS");
    assertThat(reason("{\"sgx\":{}}")).isEqualTo("MEASUREMENTS");
    assertThat(reason("{\"sgx\":{\"accept\":\"not compared with anything\"}}")).isEqualTo("OK");
    assertThatThrownBy(() -> PolicyJudge.requireComparing(PolicyDocument.commandLineDefault()))
        .as("no oracle may use the command line's default")
        .isInstanceOf(AttestException.class);
  }

  @Test
  void aFamilyThatIsNotNamedIsDenied() {
    assertThat(reason("{\"tdx\":{}}")).isEqualTo("POLICY_FAMILY");
  }

  @Test
  void debugNeedsAWholeSentence() {
    String accept = "\"accept\":[{\"mrenclave\":\"aa\"}]";
    assertThat(reason("{\"sgx\":{" + accept + "}}", enclave(true))).isEqualTo("POLICY_DEBUG");
    String sentence = "\"debug\":\"" + PolicyDocument.DEBUG_SENTENCE + "\"";
    assertThat(reason("{\"sgx\":{" + accept + "," + sentence + "}}", enclave(true)))
        .isEqualTo("OK");
    assertThatThrownBy(() -> policy("{\"sgx\":{\"debug\":\"yes\"}}"))
        .isInstanceOf(AttestException.class);
  }

  @Test
  void advisoriesGradeAgeNonceAndReportDataAreAsked() {
    String accept = "\"accept\":[{\"mrenclave\":\"aa\"}],";
    assertThat(reason("{\"sgx\":{" + accept + "\"advisoriesTolerated\":[]}}"))
        .isEqualTo("POLICY_ADVISORIES");
    assertThat(reason("{\"sgx\":{" + accept + "\"advisoriesTolerated\":[\"INTEL-SA-00615\"]}}"))
        .isEqualTo("OK");
    assertThat(reason("{\"sgx\":{" + accept + "\"ageMaxS\":30}}")).isEqualTo("POLICY_AGE");
    assertThat(reason("{\"sgx\":{" + accept + "\"ageMaxS\":60}}")).isEqualTo("OK");
    assertThat(reason("{\"sgx\":{" + accept + "\"nonceRequired\":true}}"))
        .isEqualTo("POLICY_NONCE");
    assertThat(reason("{\"sgx\":{" + accept + "\"reportDataRequired\":true}}"))
        .isEqualTo("POLICY_REPORT_DATA");
    PolicyDocument graded =
        PolicyParser.parse(
            ("{\"version\":1,\"name\":\"t\",\"gradeMin\":\"operator\",\"families\":{\"sgx\":{"
                    + accept
                    + "\"nonceRequired\":false}}}")
                .getBytes(UTF_8));
    assertThat(PolicyJudge.judge(enclave(false), graded, Expectations.none(), AT).reason())
        .isEqualTo("POLICY_GRADE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":2,\"name\":\"t\",\"families\":{}}",
        "{\"version\":1,\"families\":{}}",
        "{\"version\":1,\"name\":\"t\"}",
        "{\"version\":1,\"name\":\"t\",\"families\":{\"sgxx\":{}}}",
        "{\"version\":1,\"name\":\"t\",\"families\":{\"sgx\":{\"acept\":[]}}}",
        "{\"version\":1,\"name\":\"t\",\"families\":{\"sgx\":{\"accept\":[{}]}}}",
        "{\"version\":1,\"name\":\"t\",\"families\":{\"sgx\":{\"accept\":[{\"mrenclav\":\"00\"}]}}}",
        "{\"version\":1,\"name\":\"t\",\"families\":{\"sgx\":{\"accept\":\"anything\"}}}",
        "{\"version\":1,\"name\":\"t\",\"families\":{\"snp\":{\"limits\":{\"vmpl.maximum\":1}}}}",
        "{\"version\":1,\"name\":\"t\",\"families\":{\"sgx\":{\"tcbStatuses\":\"UpToDate\"}}}",
        "{\"version\":1,\"name\":\"t\",\"name\":\"u\",\"families\":{}}",
        "[]"
      })
  void whatThisVersionDoesNotKnowIsRefused(String json) {
    assertThatThrownBy(() -> PolicyParser.parse(json.getBytes(UTF_8)))
        .isInstanceOf(AttestException.class)
        .hasMessageContaining("POLICY");
  }

  @Test
  void theDefaultOfTheCommandLineSaysThatNothingWasCompared() {
    Appraisal found =
        PolicyJudge.judge(
            enclave(false), PolicyDocument.commandLineDefault(), Expectations.none(), AT);
    assertThat(found.reason()).isEqualTo("OK");
    assertThat(found.claim("measurements").orElseThrow().want()).contains("not asked");
  }
}
