package network.assay.oracle.verify.attest.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import network.assay.oracle.verify.Finding;
import network.assay.oracle.verify.attest.Anchor;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Claim;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Chains;
import network.assay.oracle.verify.attest.x509.Crl;
import network.assay.oracle.verify.attest.x509.LinkCache;
import network.assay.oracle.verify.fixture.vectors.Vectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every DCAP file of the manifest is what its row says. */
class DcapManifestTest {
  private static final String QVL = "dcap/intel+SGX-TDX-DCAP-QuoteVerificationLibrary/sampleData__";

  private final DcapVerifier verifier = new DcapVerifier();
  private final Cert root = TrustAnchors.production().of(Anchor.INTEL_SGX).getFirst();

  private static Vectors vectors() {
    Optional<Vectors> vectors = Vectors.find();
    assumeTrue(vectors.isPresent(), "SKIPPED: no ../shared/vectors beside this checkout");
    return vectors.get();
  }

  @TestFactory
  @DisplayName("Each row of the manifest is as expected")
  Stream<DynamicTest> rows() {
    Vectors vectors = vectors();
    return vectors.rows("dcap").stream()
        .map(row -> dynamicTest(row.file() + ": " + row.expected(), () -> judge(vectors, row)));
  }

  private void judge(Vectors vectors, Vectors.Row row) {
    byte[] raw = vectors.bytes(row.file());
    assertThat(Hashes.sha256Hex(raw)).isEqualTo(row.sha256());
    if (row.what().startsWith("CRL")) {
      crl(vectors, row, raw);
    } else if (row.what().startsWith("TCB info") || row.what().startsWith("QE/")) {
      signedJson(vectors, row, raw);
    } else if (row.what().startsWith("quote") || row.file().contains("dcap_quote")) {
      quote(row, raw);
    } else {
      assertThat(row.what()).startsWith("QVL sampleData");
    }
  }

  private void crl(Vectors vectors, Vectors.Row row, byte[] raw) {
    Crl crl = Crl.parse(raw);
    String revoked = row.what().replaceAll(".*, (\\d+) revoked.*", "$1");
    assertThat(crl.size()).isEqualTo(Integer.parseInt(revoked));
    assertThat(crl.thisUpdate()).isEqualTo(row.from().orElseThrow());
    assertThat(crl.nextUpdate()).isEqualTo(row.until().orElseThrow());
    Cert issuer =
        switch (crl.issuerCommonName()) {
          case "Intel SGX Root CA" -> root;
          case "Intel SGX PCK Platform CA" -> cert(vectors, "Intel_SGX_PCK_Platform_CA.pem");
          default -> cert(vectors, "Intel_SGX_PCK_Processor_CA.pem");
        };
    Optional<Chains.Invalid> problem =
        crl.problem(issuer, row.from().orElseThrow(), LinkCache.none());
    if (row.expected().startsWith("signature valid (Intel)")) {
      assertThat(problem).isEmpty();
    } else {
      assertThat(row.expected()).startsWith("not signed by the Intel CA");
      assertThat(problem.orElseThrow().reason()).isEqualTo("CRL_SIGNATURE");
    }
  }

  private static Cert cert(Vectors vectors, String file) {
    return Cert.parseAll(vectors.bytes("dcap/_roots/" + file), 1).getFirst();
  }

  private void signedJson(Vectors vectors, Vectors.Row row, byte[] raw) {
    boolean info = row.what().startsWith("TCB info");
    SignedJson signed = SignedJson.parse(raw, info ? "tcbInfo" : "enclaveIdentity");
    boolean byIntel = false;
    for (String file : vectors.files("dcap/_roots")) {
      if (file.contains("tcb_signing")) {
        byIntel |= signed.signedBy(Cert.parseAll(vectors.bytes(file), 1).getFirst());
      }
    }
    assertThat(byIntel).isEqualTo(row.expected().equals("signature valid"));
    Updates updates =
        info ? TcbInfo.read(signed).updates() : EnclaveIdentity.read(signed).updates();
    assertThat(row.time()).startsWith(updates.issueDate() + ".." + updates.nextUpdate());
  }

  private void quote(Vectors.Row row, byte[] raw) {
    Family family = verifier.detect(raw).orElseThrow();
    Instant at = row.middle().orElse(Instant.ofEpochSecond(1_771_414_156L));
    Appraisal strict = appraise(family, raw, Collateral.none(), TrustAnchors.production(), at);
    assertThat(strict.accepted()).isFalse();
    if (row.expected().startsWith("reject: quote signature invalid")) {
      assertThat(strict.reason()).isEqualTo("QUOTE_SIGNATURE");
      return;
    }
    assertThat(outcome(strict, "quote.signature")).contains(Claim.Outcome.HOLDS);
    assertThat(outcome(strict, "qe.report-data")).contains(Claim.Outcome.HOLDS);
    boolean external = row.expected().contains("needs external PCK chain");
    if (external && row.file().contains("_tdx_")) {
      // a chain of its own, to a root that is not Intel's
      assertThat(outcome(strict, "pck.chain")).contains(Claim.Outcome.FAILS);
    } else {
      assertThat(outcome(strict, "pck.chain"))
          .contains(external ? Claim.Outcome.MISSING : Claim.Outcome.HOLDS);
    }
    if (!external) {
      assertThat(outcome(strict, "qe.report-signature")).contains(Claim.Outcome.HOLDS);
      assertThat(outcome(strict, "crl.root")).contains(Claim.Outcome.MISSING);
    }
    boolean debug = row.expected().contains("DEBUG");
    if (row.expected().startsWith("crypto-valid")) {
      assertThat(strict.facts().debug()).contains(debug);
      assertThat(strict.finding())
          .isInstanceOf(debug ? Finding.Rejected.class : Finding.Inconclusive.class);
    }
  }

  private Appraisal appraise(
      Family family, byte[] raw, Collateral collateral, TrustAnchors anchors, Instant at) {
    return verifier.appraise(
        Evidence.of(family, raw),
        collateral,
        anchors,
        Expectations.none(),
        Policy.production(),
        at);
  }

  private static Optional<Claim.Outcome> outcome(Appraisal appraisal, String claim) {
    return appraisal.claim(claim).map(Claim::outcome);
  }

  @Test
  @DisplayName("The sample set of Intel's library (SGX, external chain) holds under its own root")
  void qvlSgxSample() {
    Appraisal appraisal = sample(vectors(), "", Family.SGX);
    assertThat(appraisal.tcbStatus()).as("%s", appraisal).contains("UpToDate");
    assertThat(appraisal.accepted()).as("%s", appraisal).isTrue();
  }

  @Test
  @DisplayName("Intel's TDX sample holds but for its QE, whose MRSIGNER its own identity denies")
  void qvlTdxSample() {
    Appraisal appraisal = sample(vectors(), "tdx__", Family.TDX);
    assertThat(appraisal.reason()).as("%s", appraisal).isEqualTo("QE_IDENTITY_MATCH");
    assertThat(appraisal.claim("qe-identity.match").orElseThrow().got())
        .isEqualTo("another MRSIGNER");
    assertThat(appraisal.claims())
        .filteredOn(claim -> claim.outcome() != Claim.Outcome.HOLDS)
        .hasSize(1);
  }

  @Test
  @DisplayName("The same sample sets are refused under Intel's production root")
  void samplesUnderProduction() {
    Vectors vectors = vectors();
    for (String set : List.of("", "tdx__")) {
      Family family = set.isEmpty() ? Family.SGX : Family.TDX;
      byte[] raw = vectors.bytes(QVL + set + "quote.dat");
      Appraisal refused =
          appraise(
              family,
              raw,
              sampleCollateral(vectors, set),
              TrustAnchors.production(),
              Instant.parse("2022-01-01T00:00:00Z"));
      assertThat(refused.reason()).isEqualTo("PCK_CHAIN");
    }
  }

  private Appraisal sample(Vectors vectors, String set, Family family) {
    Cert own = Cert.parseAll(vectors.bytes(QVL + set + "trustedRootCaCert.pem"), 1).getFirst();
    TrustAnchors anchors = TrustAnchors.builder().trust(Anchor.INTEL_SGX, own).build();
    Policy.Rules rules = new Policy.Rules(Map.of(), java.util.Set.of("UpToDate"), 0, true);
    return verifier.appraise(
        Evidence.of(family, vectors.bytes(QVL + set + "quote.dat")),
        sampleCollateral(vectors, set),
        anchors,
        Expectations.none(),
        new Policy(Map.of(family, rules)),
        Instant.parse("2022-01-01T00:00:00Z"));
  }

  private static Collateral sampleCollateral(Vectors vectors, String set) {
    boolean tdx = !set.isEmpty();
    List<Item> items = new ArrayList<>();
    byte[] info = vectors.bytes(QVL + set + "tcbInfo.json");
    String fmspc = TcbInfo.read(SignedJson.parse(info, "tcbInfo")).fmspc();
    items.add(Item.of(tdx ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX, fmspc, info));
    items.add(
        Item.of(
            Kind.INTEL_QE_IDENTITY,
            tdx ? "TD_QE" : "QE",
            vectors.bytes(QVL + set + "qeIdentity.json")));
    byte[] pckCrl = vectors.bytes(QVL + set + "intermediateCaCrl.der");
    items.add(Item.of(Kind.INTEL_PCK_CRL, "processor", pckCrl));
    items.add(Item.of(Kind.INTEL_PCK_CRL, "platform", pckCrl));
    items.add(Item.of(Kind.INTEL_ROOT_CRL, "root", vectors.bytes(QVL + set + "rootCaCrl.der")));
    items.add(
        Item.of(
            Kind.INTEL_TCB_SIGNING_CHAIN,
            "tcb-signing",
            vectors.bytes(QVL + set + "tcbSignChain.pem")));
    items.add(Item.of(Kind.INTEL_PCK_CHAIN, "pck", vectors.bytes(QVL + set + "pckCert.pem")));
    items.add(Item.of(Kind.INTEL_PCK_CHAIN, "pck", vectors.bytes(QVL + set + "pckSignChain.pem")));
    return Collateral.of(items);
  }

  @Test
  @DisplayName("A quote of one family offered as another is unusable")
  void wrongFamily() {
    Vectors vectors = vectors();
    byte[] raw = vectors.bytes(QVL + "tdx__quote.dat");
    assertThatThrownBy(() ->
            appraise(Family.SGX, raw, Collateral.none(), TrustAnchors.production(), Instant.EPOCH))
        .isInstanceOf(AttestException.class);
  }
}
