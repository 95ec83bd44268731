package network.assay.oracle.verify.attest.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.fixture.dcap.DcapScenario;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Real quotes with real collateral lead to the status that Intel's library gives. */
class DcapScenariosTest {
  private static final Set<String> GOOD = Set.of("UpToDate", "SWHardeningNeeded");

  private final DcapVerifier warm = new DcapVerifier();

  private static final Set<String> EVERY_STATUS =
      Stream.of(TcbStatus.values()).map(TcbStatus::word).collect(Collectors.toSet());

  private static Policy anyStatus() {
    Policy.Rules rules = new Policy.Rules(Map.of(), EVERY_STATUS, 0, true);
    return new Policy(Map.of(Family.SGX, rules, Family.TDX, rules));
  }

  @TestFactory
  @DisplayName("Each line of scenarios.csv has its status, its advisories and its verdict")
  Stream<DynamicTest> scenarios() {
    Optional<Vectors> vectors = Vectors.find();
    assumeTrue(vectors.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    List<DcapScenario> all = DcapScenario.all(vectors.get());
    assertThat(all).hasSizeGreaterThanOrEqualTo(108);
    return all.stream()
        .map(one ->
            dynamicTest(
                one.status() + " " + one.quote() + " with " + one.tcbInfo(), () -> judge(one)));
  }

  private void judge(DcapScenario one) {
    byte[] raw = one.quoteBytes();
    Family family = one.tdx() ? Family.TDX : Family.SGX;
    assertThat(warm.detect(raw)).contains(family);
    for (DcapVerifier verifier : List.of(new DcapVerifier(DcapCache.none()), warm)) {
      Appraisal any = appraise(verifier, one, anyStatus());
      assertThat(any.tcbStatus()).as("%s", any).contains(one.status());
      assertThat(any.advisories()).containsExactlyElementsOf(one.advisories());
      assertThat(any.accepted()).isTrue();
      assertThat(any.facts().debug()).contains(one.debug());
      Appraisal strict = appraise(verifier, one, Policy.production());
      assertThat(strict.tcbStatus()).contains(one.status());
      assertThat(strict.accepted()).isEqualTo(GOOD.contains(one.status()) && !one.debug());
    }
  }

  private static Appraisal appraise(DcapVerifier verifier, DcapScenario one, Policy policy) {
    Family family = one.tdx() ? Family.TDX : Family.SGX;
    return verifier.appraise(
        Evidence.of(family, one.quoteBytes()),
        one.collateral(),
        TrustAnchors.production(),
        Expectations.none(),
        policy,
        one.at());
  }
}
