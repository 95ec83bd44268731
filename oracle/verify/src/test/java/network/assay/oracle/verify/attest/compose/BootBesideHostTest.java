package network.assay.oracle.verify.attest.compose;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import network.assay.contracts.protocol.Bytes32;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.policy.PolicyParser;
import network.assay.oracle.verify.fixture.attest.LogForge;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.dcap.TestCollateral;
import network.assay.oracle.verify.fixture.dcap.TestPlatform;
import network.assay.oracle.verify.fixture.dcap.TestQuote;
import org.junit.jupiter.api.Test;

/** A boot log beside a TD's quote: replayed against that quote's registers and no other's. */
class BootBesideHostTest {
  private static final Bytes32 BINDING = Bytes32.of(Arrays.copyOf(new byte[] {7}, 32));
  private static final byte[] KERNEL = "a kernel".getBytes(US_ASCII);
  private static final long EV_ACTION = 5;

  private final TestPlatform platform = new TestPlatform();
  private final TestQuote quote = TestQuote.tdx(platform, 4);
  private String eventlog = ",\"eventlog\":{\"accept\":[{\"rtmr1\":\"" + rtmr1() + "\"}]}";

  BootBesideHostTest() {
    quote.reportData = Arrays.copyOf(BINDING.toArray(), 64);
    quote.rtmrs = new byte[4][48];
    quote.rtmrs[1] = extended();
  }

  private static byte[] extended() {
    return Hashes.sha384(new byte[48], Hashes.sha384(KERNEL));
  }

  private static String rtmr1() {
    return Hashes.hex(extended());
  }

  private static byte[] log() {
    return new LogForge(false).event(2, EV_ACTION, KERNEL).bytes();
  }

  private Finding judge(Evidence... beside) {
    String policy =
        "{\"version\":1,\"name\":\"booted\",\"gradeMin\":\"processor\",\"families\":{"
            + "\"tdx\":{\"accept\":[{\"mrtd\":\""
            + "11".repeat(48)
            + "\"}]}"
            + eventlog
            + "}}";
    List<Evidence> pieces = new java.util.ArrayList<>();
    pieces.add(Evidence.of(Family.TDX, quote.bytes()));
    pieces.addAll(List.of(beside));
    return new Composition(
            Verifiers.all(), platform.anchors(), PolicyParser.parse(policy.getBytes(UTF_8)))
        .judge(pieces, new TestCollateral(platform, true).build(), BINDING, TestAuthority.NOW)
        .finding();
  }

  private static String reason(Finding finding) {
    return finding instanceof Finding.Rejected bad ? bad.reason() : finding.toString();
  }

  @Test
  void aLogThatExplainsTheHostsRegistersIsAccepted() {
    Finding found = judge(Evidence.of(Family.EVENTLOG, log()));
    assertThat(found.holds()).as(found.toString()).isTrue();
  }

  @Test
  void aLogOfAnotherBootIsRejected() {
    byte[] other = new LogForge(false).event(2, EV_ACTION, "another".getBytes(US_ASCII)).bytes();
    assertThat(reason(judge(Evidence.of(Family.EVENTLOG, other))))
        .isEqualTo("BESIDE_0_EVENTLOG_RTMR1");
  }

  @Test
  void aLogThatBringsItsOwnQuoteIsRejected() {
    TestQuote another = TestQuote.tdx(platform, 4);
    another.rtmrs = quote.rtmrs;
    quote.rtmrs = new byte[4][48];
    Evidence borrowed = new Evidence(Family.EVENTLOG, log(), List.of(another.bytes()));
    assertThat(reason(judge(borrowed))).isEqualTo("BESIDE_0");
  }

  @Test
  void aLogWhoseFamilyThePolicyDoesNotNameIsRejected() {
    eventlog = "";
    assertThat(reason(judge(Evidence.of(Family.EVENTLOG, log()))))
        .isEqualTo("BESIDE_0_POLICY_FAMILY");
  }

  @Test
  void registersThatThePolicyDoesNotAcceptAreRejected() {
    eventlog = ",\"eventlog\":{\"accept\":[{\"rtmr1\":\"00\"}]}";
    assertThat(reason(judge(Evidence.of(Family.EVENTLOG, log()))))
        .isEqualTo("BESIDE_0_MEASUREMENTS");
  }

  /** docs/PROTOCOL.md §5: the same bytes in every implementation. */
  @Test
  void theNonceOfABindingIsAsThePageSays() {
    byte[] sevens = new byte[32];
    Arrays.fill(sevens, (byte) 7);
    assertThat(TpmNonce.of(Bytes32.of(sevens)).hex())
        .isEqualTo("0xfcfb869242b4b16643b788475682a95364fb98838ddbdfaed840eadec5501288");
  }
}
