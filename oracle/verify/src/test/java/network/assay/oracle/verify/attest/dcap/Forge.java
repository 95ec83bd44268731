package network.assay.oracle.verify.attest.dcap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.dcap.TestCollateral;
import network.assay.oracle.verify.fixture.dcap.TestPlatform;
import network.assay.oracle.verify.fixture.dcap.TestQuote;

/** A platform, its quote and its collateral, right in everything until a test changes something. */
final class Forge {
  final TestPlatform platform;
  final TestQuote quote;
  final TestCollateral collateral;
  Policy.Rules rules = rules("UpToDate");
  Expectations expectations = Expectations.none();

  private Forge(TestPlatform platform, int version, boolean tdx) {
    this.platform = platform;
    this.quote = tdx ? TestQuote.tdx(platform, version) : TestQuote.sgx(platform, version);
    this.collateral = new TestCollateral(platform, tdx);
  }

  static Forge tdx(int version) {
    return new Forge(new TestPlatform(), version, true);
  }

  static Forge sgx(int version) {
    return new Forge(new TestPlatform(), version, false);
  }

  /** TDX 1.5, quote v5, on this platform. */
  static Forge tdx(TestPlatform platform) {
    return new Forge(platform, 5, true);
  }

  static Policy.Rules rules(String... statuses) {
    return new Policy.Rules(Map.of(), Set.of(statuses), 0, false);
  }

  Appraisal appraise() {
    return appraise(new DcapVerifier(DcapCache.none()), collateral.build());
  }

  Appraisal appraise(DcapVerifier verifier, Collateral offered) {
    Family family = quote.tdx ? Family.TDX : Family.SGX;
    return verifier.appraise(
        new Evidence(family, quote.bytes(), List.of()),
        offered,
        platform.anchors(),
        expectations,
        new Policy(Map.of(family, rules)),
        TestAuthority.NOW);
  }

  void holds() {
    Appraisal appraisal = appraise();
    assertThat(appraisal.finding()).as("%s", appraisal).isInstanceOf(Finding.Accepted.class);
  }

  void refused(String reason) {
    Appraisal appraisal = appraise();
    assertThat(appraisal.finding()).as("%s", appraisal).isInstanceOf(Finding.Rejected.class);
    assertThat(appraisal.reason()).as("%s", appraisal).isEqualTo(reason);
  }

  void refused(String reason, String detail) {
    refused(reason);
    assertThat(((Finding.Rejected) appraise().finding()).got()).contains(detail);
  }

  void missing(String claim) {
    Appraisal appraisal = appraise();
    assertThat(appraisal.finding()).as("%s", appraisal).isInstanceOf(Finding.Inconclusive.class);
    assertThat(((Finding.Inconclusive) appraisal.finding()).missing()).contains(claim);
  }

  /** The TCB status, which a policy that accepts each of them accepts, and no other policy. */
  void status(String status) {
    rules = rules(status);
    Appraisal appraisal = appraise();
    assertThat(appraisal.tcbStatus()).as("%s", appraisal).contains(status);
    assertThat(appraisal.accepted()).isTrue();
    rules = rules("none of these");
    refused("TCB_STATUS");
  }
}
