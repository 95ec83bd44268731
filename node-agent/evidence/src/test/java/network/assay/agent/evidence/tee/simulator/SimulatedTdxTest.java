package network.assay.agent.evidence.tee.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.attest.job.DocumentRules;
import network.assay.oracle.verify.attest.job.EvidencePackage;
import network.assay.oracle.verify.attest.job.HardwareRules;
import network.assay.oracle.verify.attest.job.Simulator;
import network.assay.oracle.verify.attest.policy.PolicyParser;
import network.assay.oracle.verify.attest.x509.Cert;
import org.junit.jupiter.api.Test;

class SimulatedTdxTest {
  private static final byte[] SECRET = "a secret of a development network".getBytes(UTF_8);
  private static final long DEVELOPMENT = 31_337;

  @Test
  void onlyTheWholeSentenceOnADevelopmentChainStartsIt() {
    assertThat(SimulatedTdx.start(SECRET, Simulator.SENTENCE, DEVELOPMENT).describe())
        .contains("SIMULATED");
    for (String sentence : new String[] {"", "true", "yes", Simulator.SENTENCE + "."}) {
      assertThatThrownBy(() -> SimulatedTdx.start(SECRET, sentence, DEVELOPMENT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("want simulator = \"I run a development network");
    }
    for (long production : new long[] {1, 10, 8453, 42_161, 11_155_111}) {
      assertThatThrownBy(() -> SimulatedTdx.start(SECRET, Simulator.SENTENCE, production))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got chain " + production);
    }
  }

  @Test
  void itsRootIsInNoProductionAnchorAndFollowsFromItsSecret() {
    Cert root = Cert.parse(new TdxSimulator(SECRET).root());
    assertThat(TrustAnchors.production().all())
        .isNotEmpty()
        .noneMatch(anchor -> anchor.sha256().equals(root.sha256()))
        .noneMatch(anchor -> Arrays.equals(anchor.subject(), root.subject()));
    assertThat(new TdxSimulator(SECRET).root()).isEqualTo(new TdxSimulator(SECRET).root());
    assertThat(new TdxSimulator("another secret, as long".getBytes(UTF_8)).root())
        .isNotEqualTo(root.der());
    assertThatThrownBy(() -> new TdxSimulator(new byte[15]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");
  private static final byte[] BOUND = Keccak.hashUtf8("a job").toArray();

  /** The rules of a development network: the simulator's root, and its measurement. */
  private static HardwareRules rules(TrustAnchors anchors) {
    String policy =
        "{\"version\":1,\"name\":\"devnet\",\"families\":{\"tdx\":{\"tcbStatuses\":[\"UpToDate\"],\"accept\":[{\"mrtd\":\""
            + TdxSimulator.MRTD
            + "\"}]}}}";
    return new DocumentRules(Verifiers.all(), anchors, PolicyParser.parse(policy.getBytes(UTF_8)));
  }

  private static TrustAnchors simulated() {
    Cert root = Cert.parse(new TdxSimulator(SECRET).root());
    return TrustAnchors.builder().trust(Anchor.INTEL_SGX, root).build();
  }

  private static EvidencePackage evidence(byte[] quote) {
    return new EvidencePackage(
        AT.getEpochSecond(),
        List.of(Evidence.of(Family.TDX, quote)),
        new TdxSimulator(SECRET).collateral(AT));
  }

  private static Finding judge(TrustAnchors anchors, byte[] quote, byte[] bound) {
    return rules(anchors).appraise(evidence(quote), Bytes32.of(bound));
  }

  @Test
  void itsQuoteIsVerifiedUnderItsOwnRootLikeARealOne() {
    byte[] quote = new TdxSimulator(SECRET).quote(BOUND);
    assertThat(judge(simulated(), quote, BOUND)).isInstanceOf(Finding.Accepted.class);
  }

  @Test
  void productionAnchorsRefuseIt() {
    byte[] quote = new TdxSimulator(SECRET).quote(BOUND);
    assertThat(judge(TrustAnchors.production(), quote, BOUND)).isInstanceOf(Finding.Rejected.class);
    TdxSimulator other = new TdxSimulator("another secret, as long".getBytes(UTF_8));
    assertThat(judge(simulated(), other.quote(BOUND), BOUND)).isInstanceOf(Finding.Rejected.class);
  }

  @Test
  void aBorrowedOrAlteredQuoteIsRefused() {
    byte[] quote = new TdxSimulator(SECRET).quote(BOUND);
    assertThat(judge(simulated(), quote, Keccak.hashUtf8("another job").toArray()))
        .isInstanceOf(Finding.Rejected.class);
    for (int at : new int[] {48, 184, 400, 568, 570, 631, 640, 700, 800}) {
      byte[] bad = quote.clone();
      bad[at] ^= 1;
      assertThat(judge(simulated(), bad, BOUND))
          .as("byte %d", at)
          .isInstanceOf(Finding.Rejected.class);
    }
  }

  @Test
  void thePackageOfABundleIsReadBackAsItWasAndNothingElseIsRead() {
    byte[] bytes = evidence(new TdxSimulator(SECRET).quote(BOUND)).encode();
    EvidencePackage read = EvidencePackage.parse(bytes);
    assertThat(read.encode()).isEqualTo(bytes);
    assertThat(rules(simulated()).appraise(read, Bytes32.of(BOUND)).holds()).isTrue();
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> EvidencePackage.parse(cut)).isInstanceOf(ProtocolException.class);
    }
    assertThatThrownBy(() -> EvidencePackage.parse(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(ProtocolException.class);
    Random random = new Random(11);
    for (int i = 0; i < 3_000; i++) {
      byte[] bad = bytes.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(EvidencePackage.parse(bad).encode()).isEqualTo(bad);
      } catch (ProtocolException refused) {
        assertThat(refused.reason()).isNotEmpty();
      }
    }
  }
}
