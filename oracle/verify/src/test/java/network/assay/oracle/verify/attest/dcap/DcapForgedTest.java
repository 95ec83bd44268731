package network.assay.oracle.verify.attest.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.assay.oracle.verify.attest.Appraisal;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Collateral.Item;
import network.assay.oracle.verify.attest.Collateral.Kind;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Expectations;
import network.assay.oracle.verify.attest.Family;
import network.assay.oracle.verify.attest.Policy;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.DerWriter;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotes and collateral under an authority of our own: what holds, and one test per defect. */
class DcapForgedTest {
  private static final Instant NOW = TestAuthority.NOW;
  private static final TestKey THIEF = TestKey.p256("thief");

  private static void unusable(Forge forge, String reason) {
    assertThatThrownBy(forge::appraise)
        .isInstanceOfSatisfying(
            AttestException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @CsvSource({"3,1", "4,1", "5,1", "4,2", "5,2", "5,3"})
  @DisplayName("Quotes of every version and body hold when everything is right")
  void right(int version, int bodyType) {
    Forge forge = bodyType == 1 ? Forge.sgx(version) : Forge.tdx(version);
    forge.quote.bodyType = bodyType;
    forge.holds();
    assertThat(forge.appraise().tcbStatus()).contains("UpToDate");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  @DisplayName("Certification data without certificates asks for the chain, and holds with it")
  void namedPck(int type) {
    Forge forge = Forge.tdx(4);
    forge.quote.certificationType = type;
    forge.quote.certificationData = new byte[36];
    forge.missing("pck.chain");
    byte[] chain = DerWriter.concat(forge.platform.pck().pem(), forge.platform.middle().pem());
    assertThat(with(forge, Item.of(Kind.INTEL_PCK_CHAIN, "pck", chain)).accepted()).isTrue();
  }

  @Test
  @DisplayName("Certification data of type 4 has the leaf alone; its CA comes from elsewhere")
  void leafAlone() {
    Forge forge = Forge.sgx(3);
    forge.quote.certificationType = 4;
    forge.quote.certificationData = forge.platform.pck().pem();
    forge.refused("PCK_CHAIN", "UNKNOWN_ISSUER");
    byte[] middle = forge.platform.middle().pem();
    assertThat(with(forge, Item.of(Kind.INTEL_PCK_CHAIN, "pck", middle)).accepted()).isTrue();
    forge.quote.certificationData = forge.platform.chainPem();
    unusable(forge, "PCK_CHAIN");
  }

  private static Appraisal with(Forge forge, Item extra) {
    Collateral base = forge.collateral.build();
    Collateral both =
        (kind, key) ->
            kind == extra.kind() && key.equals(extra.key()) ? List.of(extra) : base.find(kind, key);
    return forge.appraise(new DcapVerifier(), both);
  }

  @Test
  @DisplayName("A DER chain in the quote, in any order, is a chain as well")
  void derChain() {
    Forge forge = Forge.tdx(4);
    forge.quote.certificationData =
        DerWriter.concat(
            forge.platform.root().der(), forge.platform.middle().der(), forge.platform.pck().der());
    forge.holds();
  }

  // ---- shape: refused before any signature

  @Test
  @DisplayName("Nested type-6 data: type 6 within type 6 is unusable")
  void nestedType6() {
    Forge forge = Forge.tdx(4);
    forge.quote.doublyNested = true;
    unusable(forge, "CERTIFICATION_TYPE");
  }

  @Test
  @DisplayName("Type 6 in a quote v3, and another type around in a quote v4, are unusable")
  void certificationTypes() {
    Forge v3 = Forge.sgx(3);
    v3.quote.certificationType = 6;
    unusable(v3, "CERTIFICATION_TYPE");
    for (int type : new int[] {0, 6, 8, 0xffff}) {
      Forge v4 = Forge.tdx(4);
      v4.quote.certificationType = type;
      unusable(v4, "CERTIFICATION_TYPE");
    }
  }

  @Test
  @DisplayName("Trailing bytes, outside and inside, are unusable")
  void trailingBytes() {
    for (int version : new int[] {3, 4, 5}) {
      Forge outside = Forge.sgx(version);
      outside.quote.trailing = new byte[1];
      unusable(outside, "QUOTE_LENGTH");
      Forge inside = Forge.sgx(version);
      inside.quote.trailingInAuth = new byte[1];
      unusable(inside, version == 3 ? "TRAILING_BYTES" : "QUOTE_LENGTH");
      Forge text = Forge.sgx(version);
      text.quote.certificationData =
          DerWriter.concat(text.quote.certificationData, new byte[] {'x'});
      unusable(text, "PEM");
    }
  }

  @Test
  @DisplayName("Unknown versions, key types, vendors and body types are unusable")
  void unknownShapes() {
    for (int version : new int[] {0, 1, 2, 6}) {
      Forge forge = Forge.sgx(4);
      forge.quote.version = version;
      unusable(forge, "QUOTE_VERSION");
    }
    Forge key = Forge.sgx(4);
    key.quote.keyType = 3;
    unusable(key, "ATTESTATION_KEY_TYPE");
    Forge vendor = Forge.sgx(4);
    vendor.quote.vendor = new byte[16];
    unusable(vendor, "QE_VENDOR");
    for (int type : new int[] {0, 1, 4}) {
      Forge body = Forge.tdx(5);
      body.quote.bodyType = type;
      assertThatThrownBy(body::appraise).isInstanceOf(AttestException.class);
    }
    Forge enclave = Forge.sgx(5);
    enclave.quote.bodyType = 2;
    assertThatThrownBy(enclave::appraise).isInstanceOf(AttestException.class);
  }

  @Test
  @DisplayName("Every cut of a quote is unusable")
  void cuts() {
    byte[] whole = Forge.tdx(5).quote.bytes();
    for (int length = 0; length < whole.length; length += 7) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Quote.parse(cut)).isInstanceOf(AttestException.class);
    }
  }

  // ---- signatures of the quote

  @Test
  @DisplayName("A quote signed by another key than its attestation key is refused")
  void quoteSignature() {
    Forge forge = Forge.tdx(4);
    forge.quote.quoteSigner = THIEF;
    forge.refused("QUOTE_SIGNATURE");
  }

  @Test
  @DisplayName("An attestation key that the QE report does not bind is refused")
  void keyBinding() {
    Forge forge = Forge.tdx(4);
    forge.quote.bindKey = false;
    forge.refused("QE_REPORT_DATA");
  }

  @Test
  @DisplayName("A QE report that another key than the PCK signed is refused")
  void qeReportSignature() {
    Forge forge = Forge.sgx(3);
    forge.quote.qeSigner = THIEF;
    forge.refused("QE_REPORT_SIGNATURE");
  }

  // ---- the PCK's chain

  @Test
  @DisplayName("A PCK leaf that expired, or is not valid yet, is refused")
  void pckTimes() {
    Forge old = Forge.tdx(4);
    old.platform.pckSpec.valid(TestAuthority.EPOCH, NOW.minusSeconds(1));
    old.quote.certificationData = old.platform.chainPem();
    old.refused("PCK_CHAIN", "CERT_EXPIRED");
    Forge early = Forge.tdx(4);
    early.platform.pckSpec.valid(NOW.plusSeconds(1), NOW.plusSeconds(9));
    early.quote.certificationData = early.platform.chainPem();
    early.refused("PCK_CHAIN", "CERT_NOT_YET_VALID");
  }

  @Test
  @DisplayName("A PCK leaf of wrong usage, without its extension or of another name is refused")
  void pckLeaf() {
    Forge usage = Forge.tdx(4);
    usage.platform.pckSpec.keyUsage(0x08);
    usage.quote.certificationData = usage.platform.chainPem();
    usage.refused("PCK_CHAIN", "LEAF_KEY_USAGE");
    Forge bare = Forge.tdx(4);
    bare.platform.withExtension = false;
    bare.platform.pckSpec = CertSpec.leaf("Intel SGX PCK Certificate").keyUsage(0xc0);
    bare.quote.certificationData = bare.platform.chainPem();
    bare.refused("PCK_EXTENSION");
    Forge named = Forge.tdx(4);
    named.platform.pckSpec = CertSpec.leaf("Intel SGX TCB Signing").keyUsage(0xc0);
    named.quote.certificationData = named.platform.chainPem();
    named.refused("PCK_CHAIN", "PCK_NAME");
  }

  @Test
  @DisplayName("Missing CA, keyUsage and pathLen checks: each is made on the PCK's CA")
  void pckCa() {
    Forge notCa = Forge.tdx(4);
    notCa.platform.middleSpec.markedCa(false).pathLen(-1);
    notCa.quote.certificationData = notCa.platform.chainPem();
    notCa.refused("PCK_CHAIN", "NOT_A_CA");
    Forge usage = Forge.tdx(4);
    usage.platform.middleSpec.keyUsage(0x02);
    usage.quote.certificationData = usage.platform.chainPem();
    usage.refused("PCK_CHAIN", "CA_KEY_USAGE");
    Forge path = Forge.tdx(4);
    path.platform.rootSpec.pathLen(0);
    path.quote.certificationData = path.platform.chainPem();
    path.refused("PCK_CHAIN", "PATH_LENGTH");
    Forge forged = Forge.tdx(4);
    forged.platform.pckSpec.signedByAnother(THIEF);
    forged.quote.certificationData = forged.platform.chainPem();
    forged.refused("PCK_CHAIN", "CHAIN_SIGNATURE");
  }

  @Test
  @DisplayName("Wrong root: production anchors refuse this authority, whatever its names are")
  void wrongRoot() {
    Forge forge = Forge.tdx(4);
    Appraisal refused =
        new DcapVerifier()
            .appraise(
                Evidence.of(Family.TDX, forge.quote.bytes()),
                forge.collateral.build(),
                TrustAnchors.production(),
                Expectations.none(),
                Policy.production(),
                NOW);
    assertThat(refused.reason()).isEqualTo("PCK_CHAIN");
  }

  // ---- revocation

  @Test
  @DisplayName("A revoked PCK leaf is refused")
  void revokedLeaf() {
    Forge forge = Forge.tdx(4);
    forge.collateral.revokedPcks.add(BigInteger.valueOf(4711));
    forge.refused("PCK_REVOKED");
  }

  @Test
  @DisplayName("A PCK CA, or a TCB signer, that the root revoked is refused")
  void revokedByRoot() {
    Forge middle = Forge.tdx(4);
    middle.collateral.revokedByRoot.add(middle.platform.middle().cert().serial());
    middle.refused("PCK_CA_REVOKED");
    Forge signer = Forge.tdx(4);
    signer.collateral.revokedByRoot.add(BigInteger.valueOf(815));
    signer.refused("TCB_INFO_SIGNATURE", "TCB_SIGNER_REVOKED");
  }

  @Test
  @DisplayName("A stale revocation list is refused, and so is one that another signed")
  void badLists() {
    Forge stale = Forge.tdx(4);
    stale.collateral.pckCrlNextUpdate = NOW.minusSeconds(1);
    stale.refused("CRL_PCK", "CRL_STALE");
    Forge staleRoot = Forge.tdx(4);
    staleRoot.collateral.rootCrlNextUpdate = NOW.minusSeconds(1);
    staleRoot.refused("CRL_ROOT", "CRL_STALE");
    Forge forged = Forge.tdx(4);
    forged.collateral.pckCrlSigner = THIEF;
    forged.refused("CRL_PCK", "CRL_SIGNATURE");
    Forge forgedRoot = Forge.tdx(4);
    forgedRoot.collateral.rootCrlSigner = THIEF;
    forgedRoot.refused("CRL_ROOT", "CRL_SIGNATURE");
  }

  @Test
  @DisplayName("Missing collateral is named, and never accepted")
  void missingCollateral() {
    Map<Kind, String> claims =
        Map.of(
            Kind.INTEL_PCK_CRL, "crl.pck",
            Kind.INTEL_ROOT_CRL, "crl.root",
            Kind.INTEL_TCB_INFO_TDX, "tcb-info.signature",
            Kind.INTEL_QE_IDENTITY, "qe-identity.signature");
    claims.forEach((kind, claim) -> {
      Forge forge = Forge.tdx(4);
      forge.collateral.without.add(kind);
      forge.missing(claim);
    });
    Forge signer = Forge.tdx(4);
    signer.collateral.without.add(Kind.INTEL_TCB_SIGNING_CHAIN);
    signer.refused("TCB_INFO_SIGNATURE", "no certificate");
  }

  // ---- TCB info

  @Test
  @DisplayName("Altered collateral is refused: one status changed after it was signed")
  void alteredCollateral() {
    Forge forge = Forge.tdx(4);
    forge.collateral.levels.clear();
    int[] td = {5, 0, 2};
    forge.collateral.levels.add(
        forge.collateral.level(forge.platform.components, td, 13, "Revoked"));
    forge.collateral.alterFrom = "Revoked";
    forge.collateral.alterTo = "UpToDate";
    forge.refused("TCB_INFO_SIGNATURE", "did not sign");
  }

  @Test
  @DisplayName("Collateral is checked over the bytes as delivered: no space may come or go")
  void rawBytes() {
    Forge around = Forge.tdx(4);
    around.collateral.spaced = true;
    around.holds();
    Forge within = Forge.tdx(4);
    within.collateral.alterFrom = "\"version\":3,";
    within.collateral.alterTo = "\"version\": 3,";
    within.refused("TCB_INFO_SIGNATURE");
  }

  @Test
  @DisplayName("TCB info before its issue date, or after its next update, is refused")
  void tcbInfoTimes() {
    Forge stale = Forge.tdx(4);
    stale.collateral.nextUpdate = NOW.minusSeconds(1);
    stale.refused("TCB_INFO_TIME", "TCB_INFO_STALE");
    Forge early = Forge.tdx(4);
    early.collateral.issueDate = NOW.plusSeconds(1);
    early.collateral.pckCrlNextUpdate = NOW.plusSeconds(9);
    assertThat(early.appraise().accepted()).isFalse();
    Forge identity = Forge.tdx(4);
    identity.collateral.identityNextUpdate = NOW.minusSeconds(1);
    identity.refused("QE_IDENTITY_TIME", "QE_IDENTITY_STALE");
  }

  @Test
  @DisplayName("Collateral signed by somebody else is refused, PCK holders included")
  void otherSigner() {
    Forge thief = Forge.tdx(4);
    thief.collateral.bodySigner = THIEF;
    thief.refused("TCB_INFO_SIGNATURE");
    Forge holder = Forge.tdx(4);
    holder.collateral.bodySigner = TestKey.p256("dcap pck");
    Collateral base = holder.collateral.build();
    Item chain = Item.of(Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing", holder.platform.chainPem());
    Appraisal refused =
        holder.appraise(
            new DcapVerifier(),
            (kind, key) -> kind == chain.kind() ? List.of(chain) : base.find(kind, key));
    assertThat(refused.reason()).isEqualTo("TCB_INFO_SIGNATURE");
  }

  @Test
  @DisplayName("TCB info of another platform family, PCE or TEE is refused")
  void otherPlatform() {
    Forge fmspc = Forge.tdx(4);
    fmspc.collateral.fmspc = new byte[] {9, 9, 9, 9, 9, 9};
    fmspc.refused("TCB_INFO_MATCH");
    Forge pce = Forge.tdx(4);
    pce.collateral.pceId = new byte[] {1, 0};
    pce.refused("TCB_INFO_MATCH");
    Forge sgx = Forge.sgx(4);
    byte[] tdxInfo = Forge.tdx(4).collateral.tcbInfo();
    String key = "00806f050000";
    assertThat(with(sgx, Item.of(Kind.INTEL_TCB_INFO_SGX, key, tdxInfo)).reason())
        .isEqualTo("TCB_INFO_MATCH");
  }

  @Test
  @DisplayName("TCB info v2 serves SGX; TDX asks for v3")
  void tcbInfoV2() {
    Forge sgx = Forge.sgx(3);
    sgx.collateral.version = 2;
    sgx.collateral.levels.clear();
    sgx.collateral.levels.add(
        sgx.collateral.level(sgx.platform.components, new int[0], 13, "UpToDate"));
    sgx.holds();
    Forge tdx = Forge.tdx(4);
    assertThat(
            with(tdx, Item.of(Kind.INTEL_TCB_INFO_TDX, "00806f050000", sgx.collateral.tcbInfo()))
                .reason())
        .isEqualTo("TCB_INFO_MATCH");
  }

  @Test
  @DisplayName("TCB info whose levels come before its version reads the same")
  void fieldOrder() {
    Forge forge = Forge.tdx(4);
    forge.collateral.levelsFirst = true;
    forge.holds();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 99})
  @DisplayName("TCB info of an unknown version is unusable, signed or not")
  void unknownVersion(int version) {
    Forge forge = Forge.tdx(4);
    forge.collateral.version = version;
    unusable(forge, "TCB_INFO");
  }

  @Test
  @DisplayName("Dates are read exactly, and only in Intel's form")
  void dates() {
    assertThat(Updates.date("2026-02-28T23:59:59Z"))
        .isEqualTo(Instant.parse("2026-02-28T23:59:59Z"));
    for (String bad :
        List.of(
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00+",
            "2026-01-01T00:00:0Z",
            "+026-01-01T00:00:00Z",
            "")) {
      assertThatThrownBy(() -> Updates.date(bad)).isInstanceOf(AttestException.class);
    }
  }

  // ---- QE identity

  @Test
  @DisplayName("QE identity not verified (CVE-2026-22696): another enclave as QE is refused")
  void otherQe() {
    Forge signer = Forge.tdx(4);
    signer.quote.qeMrSigner = new byte[32];
    signer.refused("QE_IDENTITY_MATCH", "MRSIGNER");
    Forge product = Forge.tdx(4);
    product.quote.qeProdId = 1;
    product.refused("QE_IDENTITY_MATCH", "ISVPRODID");
    Forge debugged = Forge.tdx(4);
    debugged.quote.qeFlags = 0x13;
    debugged.refused("QE_IDENTITY_MATCH", "ATTRIBUTES");
    Forge wrongId = Forge.tdx(4);
    wrongId.collateral.identityId = "QE";
    wrongId.refused("QE_IDENTITY_MATCH", "QE");
  }

  // ---- policy

  @Test
  @DisplayName("TCB floors: collateral below the policy's evaluation number is refused")
  void evaluationFloor() {
    Forge forge = Forge.tdx(4);
    forge.rules = new Policy.Rules(Map.of(), Set.of("UpToDate"), 19, false);
    forge.refused("TCB_EVALUATION", "18");
    forge.rules = new Policy.Rules(Map.of(), Set.of("UpToDate"), 18, false);
    forge.holds();
  }

  @Test
  @DisplayName("Debug is refused unless the policy says otherwise")
  void debug() {
    Forge td = Forge.tdx(4);
    td.quote.tdAttributes[0] = 1;
    td.refused("DEBUG");
    td.rules = new Policy.Rules(Map.of(), Set.of("UpToDate"), 0, true);
    td.holds();
    Forge enclave = Forge.sgx(3);
    enclave.quote.enclaveFlags = 0x07;
    enclave.refused("DEBUG");
    assertThat(enclave.appraise().facts().debug()).contains(true);
  }

  @Test
  @DisplayName("An empty allow-list accepts nothing; neither does a name that nobody measures")
  void allowLists() {
    Forge forge = Forge.tdx(4);
    String mrtd = "11".repeat(48);
    forge.rules = measured("mrtd", Set.of(mrtd));
    forge.holds();
    forge.rules = measured("mrtd", Set.of());
    forge.refused("MEASUREMENT_MRTD");
    forge.rules = measured("mrtd", Set.of("22".repeat(48)));
    forge.refused("MEASUREMENT_MRTD");
    forge.rules = measured("mrenclave", Set.of(mrtd));
    forge.refused("MEASUREMENT_MRENCLAVE", "nothing of that name");
    forge.rules = new Policy.Rules(Map.of(), Set.of(), 0, false);
    forge.refused("TCB_STATUS");
  }

  private static Policy.Rules measured(String name, Set<String> values) {
    return new Policy.Rules(Map.of(name, values), Set.of("UpToDate"), 0, false);
  }

  @Test
  @DisplayName("Report data and nonce must be what was asked, padded with zeros")
  void reportData() {
    Forge forge = Forge.tdx(4);
    forge.quote.reportData[0] = 7;
    forge.quote.reportData[1] = 8;
    forge.expectations = Expectations.reportData(new byte[] {7, 8});
    forge.holds();
    forge.expectations = Expectations.nonce(new byte[] {7, 8});
    forge.holds();
    forge.expectations = Expectations.reportData(new byte[] {7});
    forge.refused("REPORT_DATA");
    forge.expectations = Expectations.nonce(new byte[] {7, 9});
    forge.refused("NONCE");
    forge.expectations = Expectations.nonce(new byte[65]);
    forge.refused("NONCE");
    forge.expectations = Expectations.nonce(new byte[0]);
    forge.refused("NONCE");
  }

  @Test
  @DisplayName("Re-verification after revocation: a warm verifier refuses what it accepted before")
  void warmThenRevoked() {
    DcapVerifier verifier = new DcapVerifier();
    Forge forge = Forge.tdx(4);
    assertThat(forge.appraise(verifier, forge.collateral.build()).accepted()).isTrue();
    forge.collateral.revokedPcks.add(BigInteger.valueOf(4711));
    assertThat(forge.appraise(verifier, forge.collateral.build()).reason())
        .isEqualTo("PCK_REVOKED");
    forge.collateral.revokedPcks.clear();
    forge.collateral.alterFrom = "UpToDate";
    forge.collateral.alterTo = "Outdated";
    assertThat(forge.appraise(verifier, forge.collateral.build()).reason())
        .isEqualTo("TCB_INFO_SIGNATURE");
  }
}
