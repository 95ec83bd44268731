package network.assay.agent.evidence.tee;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import network.assay.agent.evidence.tee.simulator.TdxSimulator;
import network.assay.agent.execute.Clock;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Tee;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.compose.Verifiers;
import network.assay.oracle.verify.attest.job.DocumentRules;
import network.assay.oracle.verify.attest.job.EvidencePackage;
import network.assay.oracle.verify.attest.policy.PolicyParser;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.fixture.attest.LogForge;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Given a host with a TPM, when its agent attests, then the TPM's quote and its log stand beside
 * the host's own quote and an oracle replays the one against the other. The TPM is ours, byte by
 * byte; the host's quote is the simulator's.
 */
class TpmCompanionTest {
  private static final byte[] SECRET = "a secret of a development network".getBytes(UTF_8);
  private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");
  private static final Bytes32 BOUND = Keccak.hashUtf8("a job");
  private static final int PCRS = 0x00ffff;
  private static final byte[] BOOTED = "a boot loader".getBytes(US_ASCII);
  private static final long EV_ACTION = 5;

  @TempDir Path folder;
  private final FakeTpm tpm = new FakeTpm(FakeTpm.rsa());
  private final TestAuthority root = FakeTpm.root();
  private byte[] certificate = root.issue(CertSpec.leaf("Test AK"), tpm.key).pem();

  private static final Clock CLOCK =
      new Clock() {
        @Override
        public long monotonicNs() {
          return 0;
        }

        @Override
        public long wallMs() {
          return AT.toEpochMilli();
        }
      };

  /** A log of one event into PCR4, and the TPM that measured it. */
  private Path booted() throws Exception {
    byte[] extended = Arrays.copyOf(new byte[32], 64);
    System.arraycopy(Hashes.sha256(BOOTED), 0, extended, 32, 32);
    tpm.pcrs.set(4, Hashes.sha256(extended));
    return Files.write(
        folder.resolve("binary_bios_measurements"),
        new LogForge(true).event(4, EV_ACTION, BOOTED).padded(0, 4_096));
  }

  private Tee tee(Path log) {
    TpmCompanion companion =
        new TpmCompanion(
            tpm, TpmQuote.AZURE_AK, PCRS, List.of(certificate), Optional.of(BootLog.of(log)));
    TdxSimulator host = new TdxSimulator(SECRET);
    ReportSource source =
        new ReportSource() {
          @Override
          public Family family() {
            return Family.TDX;
          }

          @Override
          public Evidence report(byte[] reportData) {
            return Evidence.of(Family.TDX, host.quote(reportData));
          }

          @Override
          public String describe() {
            return "the simulator";
          }
        };
    return new AttestingTee(source, host::collateral, CLOCK, List.of(companion));
  }

  private Finding judged(EvidencePackage evidence, String pcr4, Bytes32 bound) {
    String policy =
        "{\"version\":1,\"name\":\"booted\",\"gradeMin\":\"processor\",\"families\":{\"tdx\":{\"accept\":[{\"mrtd\":\""
            + TdxSimulator.MRTD
            + "\"}]},\"tpm\":{\"accept\":[{\"pcr4\":\""
            + pcr4
            + "\"}]}}}";
    TrustAnchors anchors =
        TrustAnchors.builder()
            .trust(Anchor.INTEL_SGX, Cert.parse(new TdxSimulator(SECRET).root()))
            .trust(Anchor.TPM_AZURE, root.cert())
            .build();
    return new DocumentRules(Verifiers.all(), anchors, PolicyParser.parse(policy.getBytes(UTF_8)))
        .appraise(evidence, bound);
  }

  private EvidencePackage attested(Path log) throws PortException {
    return EvidencePackage.parse(tee(log).attest(BOUND, 0).evidence());
  }

  private String pcr4() {
    return Hashes.hex(tpm.pcrs.get(4));
  }

  private static void assertRefused(Finding found, String reason) {
    assertThat(found).isInstanceOf(Finding.Rejected.class);
    assertThat(((Finding.Rejected) found).reason()).isEqualTo(reason);
  }

  @Test
  void aQuoteWithItsLogAndCertificateStandsBesideTheHostAndIsAccepted() throws Exception {
    EvidencePackage evidence = attested(booted());
    assertThat(evidence.evidence())
        .extracting(Evidence::family)
        .containsExactly(Family.TDX, Family.TPM);
    Finding found = judged(evidence, pcr4(), BOUND);
    assertThat(found.holds()).as(found.toString()).isTrue();
  }

  @Test
  void aRegisterThatThePolicyDoesNotNameIsRefused() throws Exception {
    assertRefused(judged(attested(booted()), "00".repeat(32), BOUND), "BESIDE_0_MEASUREMENTS");
  }

  @Test
  void aLogThatTellsAnotherStoryIsRefused() throws Exception {
    Path log = booted();
    tpm.pcrs.set(4, new byte[32]);
    Finding found = judged(attested(log), pcr4(), BOUND);
    assertRefused(found, "BESIDE_0_EVENTLOG_PCR4");
  }

  @Test
  void aQuoteOfAnotherJobIsRefused() throws Exception {
    EvidencePackage other =
        EvidencePackage.parse(tee(booted()).attest(Keccak.hashUtf8("another"), 0).evidence());
    EvidencePackage own = attested(booted());
    EvidencePackage mixed =
        new EvidencePackage(
            own.madeAt(),
            List.of(own.evidence().get(0), other.evidence().get(1)),
            own.collateral());
    assertRefused(judged(mixed, pcr4(), BOUND), "BESIDE_0_NONCE");
  }

  @Test
  void aKeyThatNobodyVouchesForIsNotBelieved() throws Exception {
    certificate =
        TestAuthority.root(
                CertSpec.ca("Somebody"), network.assay.oracle.verify.fixture.ca.TestKey.p384("sb"))
            .issue(CertSpec.leaf("Test AK"), tpm.key)
            .pem();
    Finding found = judged(attested(booted()), pcr4(), BOUND);
    assertThat(found).as("says what to configure").isInstanceOf(Finding.Inconclusive.class);
    assertThat(found.toString()).contains("a certificate of Somebody").contains("tpmRoots");
  }

  @Test
  void aKeyThatSignsWhateverItIsGivenIsNotBelieved() throws Exception {
    tpm.attributes = 0x40072;
    assertRefused(judged(attested(booted()), pcr4(), BOUND), "BESIDE_0_AK_RESTRICTED");
  }

  @Test
  void registersThatMoveWhileTheyAreQuotedAreReadAgainAndThenGivenUp() throws Exception {
    Path log = booted();
    tpm.movesBefore = 3;
    assertThat(judged(attested(log), pcr4(), BOUND).toString()).doesNotContain("PCR_DIGEST");
    tpm.readings = 0;
    tpm.movesBefore = 1_000;
    assertThatThrownBy(() -> attested(log))
        .isInstanceOf(PortException.class)
        .hasMessageContaining("stand still");
  }

  @Test
  void aLogIsCutAtItsLastEventAndWhatIsNoneOrTooLongIsSaid() throws Exception {
    byte[] log = new LogForge(false).event(1, EV_ACTION, BOOTED).bytes();
    Path padded = Files.write(folder.resolve("CCEL"), Arrays.copyOf(log, 65_536));
    assertThat(BootLog.of(padded).beside(BOUND).getFirst().raw()).isEqualTo(log);
    Path none = Files.write(folder.resolve("none"), new byte[100]);
    assertThatThrownBy(() -> BootLog.of(none).read())
        .isInstanceOf(PortException.class)
        .hasMessageContaining("want an event log");
    LogForge big = new LogForge(false);
    for (int i = 0; i < 9; i++) {
      big.event(1, EV_ACTION, new byte[16_000]);
    }
    Path large = Files.write(folder.resolve("large"), big.bytes());
    assertThatThrownBy(() -> BootLog.of(large).read()).hasMessageContaining("at most 131072");
    assertThatThrownBy(() -> BootLog.of(folder.resolve("absent")).read())
        .isInstanceOf(PortException.class);
  }

  @Test
  void brokenAnswersOfATpmEndInASentence() throws Exception {
    Path log = booted();
    byte[] area = tpm.ask(TpmCommands.readPublic(1));
    for (int length = 0; length < area.length - 4; length++) {
      byte[] cut = Arrays.copyOf(area, length);
      assertThatThrownBy(() -> TpmCommands.publicArea(cut)).isInstanceOf(PortException.class);
    }
    byte[] read = tpm.ask(TpmCommands.readPcrs(PCRS));
    for (int length = 0; length < read.length; length++) {
      byte[] cut = Arrays.copyOf(read, length);
      assertThatThrownBy(() -> TpmCommands.pcrs(cut, PCRS, new java.util.TreeMap<>()))
          .isInstanceOf(PortException.class);
    }
    assertThatThrownBy(() -> TpmCommands.pcrs(read, 0x01, new java.util.TreeMap<>()))
        .hasMessageContaining("asked for");
    assertThat(log).exists();
  }
}
