package network.assay.agent.evidence.tee.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.job.Simulator;
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
}
