package network.assay.oracle.verify.attest.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.EvidenceLeaf;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.VerdictCode;
import network.assay.contracts.protocol.VerificationPolicy;
import network.assay.oracle.verify.Assessment;
import network.assay.oracle.verify.Check;
import network.assay.oracle.verify.EvidenceVerifier;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.AttestationSlot;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.fixture.Scenario;
import network.assay.oracle.verify.fixture.WordModel;
import org.junit.jupiter.api.Test;

/**
 * What an order of grade ATTESTED asks around the quote; the quotes themselves have other tests.
 */
class AttestedJobsTest {
  private static final Bytes32 POLICY = VerificationPolicy.attestedV1(Keccak.hashUtf8("rules"));

  /** Rules that take whatever comes and remember what was to be bound. */
  private static final class Yes implements HardwareRules {
    final List<Bytes32> bound = new ArrayList<>();

    @Override
    public Bytes32 policy() {
      return POLICY;
    }

    @Override
    public Finding appraise(EvidencePackage evidence, Bytes32 binding) {
      bound.add(binding);
      return Finding.accepted("taken");
    }
  }

  private final Yes rules = new Yes();

  private Scenario attested(UnaryOperator<EvidenceBundle> bundle) {
    Scenario scenario = new Scenario();
    scenario.grade = Grade.ATTESTED.code();
    scenario.bundle = bundle;
    return scenario;
  }

  private static EvidenceBundle with(EvidenceBundle b, int family, byte[] bytes) {
    return new EvidenceBundle(
        b.spec(),
        b.order(),
        b.offer(),
        b.accept(),
        b.acceptSignature(),
        b.workCommit(),
        b.workCommitSignature(),
        b.input(),
        b.ciphertext(),
        b.telemetry(),
        b.nonces(),
        family,
        bytes);
  }

  private static byte[] packed(long madeAt) {
    Evidence host = Evidence.of(Family.TDX, new byte[] {1, 2, 3});
    return new EvidencePackage(madeAt, List.of(host), List.of()).encode();
  }

  private Assessment assess(Scenario scenario, HardwareRules asked) {
    return new EvidenceVerifier(new WordModel(), Optional.of(asked))
        .assess(scenario.build().evidence());
  }

  private static long acceptedAt() {
    return new Scenario().build().job().acceptedAt();
  }

  private Finding refusal(int family, byte[] bytes) {
    Assessment found = assess(attested(b -> with(b, family, bytes)), rules);
    assertThat(found).isInstanceOf(Assessment.Unusable.class);
    assertThat(rules.bound).isEmpty();
    return found.finding(Check.ATTESTATION).orElseThrow();
  }

  @Test
  void acceptedEvidenceIsPaidAndNamedInTheLeafWithItsPolicy() {
    byte[] bytes = packed(acceptedAt());
    Assessment found = assess(attested(b -> with(b, Family.TDX.code(), bytes)), rules);
    assertThat(found).isInstanceOf(Assessment.Judged.class);
    Assessment.Judged judged = (Assessment.Judged) found;
    assertThat(judged.verdict().code()).isEqualTo(VerdictCode.OK);
    assertThat(judged.leaf().grade()).isEqualTo(Grade.ATTESTED);
    assertThat(judged.leaf().drawn()).isTrue();
    assertThat(judged.leaf().policy()).isEqualTo(POLICY);
    assertThat(judged.leaf().attestationDigest())
        .isEqualTo(AttestationSlot.digest(Family.TDX.code(), bytes))
        .isNotEqualTo(EvidenceLeaf.ATTESTATION_NONE);
    assertThat(rules.bound).hasSize(1);
  }

  @Test
  void hardwareDoesNotReplaceTheDraw() {
    byte[] bytes = packed(acceptedAt());
    Scenario cheat = attested(b -> with(b, Family.TDX.code(), bytes));
    cheat.workedOn =
        input ->
            "something else\n\nfour five\n\nsix seven eight nine\n\nten"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Assessment found = assess(cheat, rules);
    assertThat(((Assessment.Judged) found).verdict().code()).isEqualTo(VerdictCode.FRAUD);
  }

  @Test
  void noEvidenceAnotherFamilyAndBrokenBytesBindNobody() {
    assertThat(refusal(0, new byte[0])).isInstanceOf(Finding.Inconclusive.class);
    assertThat(refusal(Family.SNP.code(), packed(acceptedAt())).toString())
        .contains("WRONG_FAMILY");
    assertThat(refusal(Family.TDX.code(), new byte[] {1})).isInstanceOf(Finding.Rejected.class);
  }

  @Test
  void evidenceIsOfTheTimeBetweenAcceptAndTheEndOfTheRun() {
    long accepted = acceptedAt();
    assertThat(refusal(Family.TDX.code(), packed(accepted - 1)).toString()).contains("WRONG_TIME");
    assertThat(refusal(Family.TDX.code(), packed((1L << 39))).toString()).contains("WRONG_TIME");
  }

  @Test
  void withoutEnoughOraclesNoncesNothingShowsThatTheQuoteIsFresh() {
    byte[] bytes = packed(acceptedAt());
    Scenario stale =
        attested(b ->
            with(
                new EvidenceBundle(
                    b.spec(),
                    b.order(),
                    b.offer(),
                    b.accept(),
                    b.acceptSignature(),
                    b.workCommit(),
                    b.workCommitSignature(),
                    b.input(),
                    b.ciphertext(),
                    b.telemetry(),
                    List.of(),
                    0,
                    new byte[0]),
                Family.TDX.code(),
                bytes));
    Assessment found = assess(stale, rules);
    assertThat(found).isInstanceOf(Assessment.Unusable.class);
    assertThat(found.finding(Check.ATTESTATION).orElseThrow().toString()).contains("nonces");
  }

  @Test
  void whatTheRulesRefuseIsNeverFraud() {
    byte[] bytes = packed(acceptedAt());
    HardwareRules no =
        new HardwareRules() {
          @Override
          public Bytes32 policy() {
            return POLICY;
          }

          @Override
          public Finding appraise(EvidencePackage evidence, Bytes32 binding) {
            return Finding.rejected("PCK_CHAIN", "a simulator", "Intel's root");
          }
        };
    Assessment found = assess(attested(b -> with(b, Family.TDX.code(), bytes)), no);
    assertThat(found).isInstanceOf(Assessment.Unusable.class);
  }

  @Test
  void anOracleWithoutRulesGivesNoVerdictOnAnAttestedOrder() {
    byte[] bytes = packed(acceptedAt());
    Assessment found =
        new EvidenceVerifier(new WordModel())
            .assess(attested(b -> with(b, Family.TDX.code(), bytes)).build().evidence());
    assertThat(((Assessment.Judged) found).verdict().code()).isEqualTo(VerdictCode.INCONCLUSIVE);
  }
}
