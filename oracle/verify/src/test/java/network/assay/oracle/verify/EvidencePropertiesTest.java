package network.assay.oracle.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.oracle.verify.fixture.Parties;
import network.assay.oracle.verify.fixture.Scenario;
import network.assay.oracle.verify.fixture.WordModel;
import network.assay.oracle.verify.work.RevealedDraw;
import network.assay.oracle.verify.work.SignedOpening;
import org.junit.jupiter.api.Test;

/**
 * What must hold whatever somebody does to the bytes on their way. Seeds are printed; a failing one
 * becomes a test.
 */
class EvidencePropertiesTest {

  private static final int ROUNDS = 400;

  private final EvidenceVerifier verifier = new EvidenceVerifier(new WordModel());

  private static Random random(String test) {
    long seed = RandomGenerator.getDefault().nextLong();
    System.out.println("EvidencePropertiesTest." + test + " seed " + seed);
    return new Random(seed);
  }

  private static byte[] flip(byte[] bytes, Random random) {
    byte[] flipped = bytes.clone();
    flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  private static EvidenceCase with(
      Scenario.Built built, byte[] bundle, List<SignedOpening> openings) {
    return new EvidenceCase(
        bundle,
        built.job(),
        Parties.COMMITTEE,
        Parties.DOMAINS,
        built.draws(RevealedDraw.Due.PENDING),
        openings,
        List.of());
  }

  @Test
  void nobodyWhoChangesABundleOnItsWayMakesItFraudOrKeepsItsLeaf() {
    Random random = random("bundle");
    Scenario.Built built = new Scenario().build();
    Assessment.Judged honest =
        (Assessment.Judged) verifier.assess(with(built, built.bytes(), built.openings()));
    assertThat(honest.verdict().code()).isEqualTo(VerdictCode.OK);
    for (int round = 0; round < ROUNDS; round++) {
      Assessment changed =
          verifier.assess(with(built, flip(built.bytes(), random), built.openings()));
      if (changed instanceof Assessment.Judged judged) {
        assertThat(judged.verdict().code()).isNotEqualTo(VerdictCode.FRAUD);
        assertThat(judged.leaf().hash()).isNotEqualTo(honest.leaf().hash());
      }
    }
  }

  @Test
  void nobodyWhoChangesAnOpeningOnItsWayMakesItFraud() {
    Random random = random("opening");
    Scenario.Built built = new Scenario().build();
    SignedOpening honest = built.openings().getFirst();
    for (int round = 0; round < ROUNDS; round++) {
      SignedOpening changed = new SignedOpening(flip(honest.bytes(), random), honest.signature());
      Assessment.Judged judged =
          (Assessment.Judged) verifier.assess(with(built, built.bytes(), List.of(changed)));
      assertThat(judged.verdict().code()).isEqualTo(VerdictCode.INCONCLUSIVE);
    }
  }

  @Test
  void arbitraryBytesAreRefusedByName() {
    Random random = random("garbage");
    Scenario.Built built = new Scenario().build();
    for (int round = 0; round < ROUNDS; round++) {
      byte[] garbage = new byte[random.nextInt(4_000)];
      random.nextBytes(garbage);
      System.arraycopy(built.bytes(), 0, garbage, 0, Math.min(garbage.length, random.nextInt(600)));
      assertThat(verifier.assess(with(built, garbage, List.of())))
          .isInstanceOf(Assessment.Unusable.class);
    }
  }

  @Test
  void aWrongRowIsFraudExactlyWhenItIsDrawn() {
    Random random = random("rows");
    for (int round = 0; round < 60; round++) {
      int unit = random.nextInt(4);
      int token = random.nextInt(3);
      Scenario scenario = new Scenario();
      scenario.edit =
          (at, rows, embedding) -> {
            if (at == unit) {
              rows[token][random.nextInt(8)] += 0.5f;
            }
          };
      Scenario.Built built = scenario.build();
      int row = new int[] {0, 5, 9, 15}[unit] + token; // 5, 4, 6 and 3 rows in the four units
      boolean drawn = Scenario.drawn(built.bundle().workCommit()).contains(row);
      Assessment.Judged judged =
          (Assessment.Judged) verifier.assess(with(built, built.bytes(), built.openings()));
      assertThat(judged.verdict().code()).isEqualTo(drawn ? VerdictCode.FRAUD : VerdictCode.OK);
    }
  }
}
