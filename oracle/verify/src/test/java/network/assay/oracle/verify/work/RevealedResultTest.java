package network.assay.oracle.verify.work;

import static org.assertj.core.api.Assertions.assertThat;

import network.assay.contracts.protocol.Keccak;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.fixture.Parties;
import network.assay.oracle.verify.fixture.Scenario;
import org.junit.jupiter.api.Test;

class RevealedResultTest {

  private final Scenario scenario = new Scenario();

  private Finding check() {
    return RevealedResult.check(scenario.build().bundle(), Parties.RESULT_SECRET);
  }

  @Test
  void aSecretOfAnotherKeyProvesNothing() {
    assertThat(RevealedResult.check(scenario.build().bundle(), Keccak.hashUtf8("another secret")))
        .isInstanceOf(Finding.Inconclusive.class);
  }

  @Test
  void aResultThatIsNotTheOneCommittedToIsRejected() {
    scenario.plaintext =
        honest -> {
          honest[20] ^= 1;
          return honest;
        };
    assertThat(check())
        .isInstanceOfSatisfying(
            Finding.Rejected.class,
            rejected -> assertThat(rejected.reason()).isEqualTo("WRONG_PLAINTEXT"));
  }

  @Test
  void garbageInPlaceOfAResultIsRejected() {
    scenario.plaintext = honest -> new byte[] {1, 2, 3};
    assertThat(check()).isInstanceOf(Finding.Rejected.class);
  }

  @Test
  void theResultCommittedToIsAccepted() {
    assertThat(check()).isInstanceOf(Finding.Accepted.class);
  }
}
