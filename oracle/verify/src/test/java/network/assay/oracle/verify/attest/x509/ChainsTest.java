package network.assay.oracle.verify.attest.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.TrustAnchors;
import network.assay.oracle.verify.fixture.ca.CertSpec;
import network.assay.oracle.verify.fixture.ca.TestAuthority;
import network.assay.oracle.verify.fixture.ca.TestKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChainsTest {
  private static final Instant NOW = TestAuthority.NOW;
  private final TestAuthority root = TestAuthority.root("Root");
  private final TestAuthority middle = root.issue(CertSpec.ca("Middle"));
  private final TestAuthority leaf = middle.issue(CertSpec.leaf("Leaf"));

  private Chains.Result verify(TestAuthority end, TestAuthority... between) {
    List<Cert> pool = Arrays.stream(between).map(TestAuthority::cert).toList();
    return Chains.verify(
        end.cert(), pool, List.of(root.cert()), NOW, Chains.Rules.strict(), LinkCache.none());
  }

  private static void refused(Chains.Result result, String reason) {
    assertThat(result).isInstanceOf(Chains.Invalid.class);
    assertThat(((Chains.Invalid) result).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @EnumSource(TestKey.Kind.class)
  @DisplayName("A chain to the pinned root holds, with every kind of key")
  void holds(TestKey.Kind kind) {
    TestAuthority top = TestAuthority.root(CertSpec.ca("Top"), TestKey.of(kind, "top"));
    TestAuthority end = top.issue(CertSpec.leaf("End"), TestKey.of(kind, "top"));
    Chains.Result result =
        Chains.verify(
            end.cert(),
            List.of(),
            List.of(top.cert()),
            NOW,
            Chains.Rules.signer(),
            LinkCache.none());
    assertThat(result).isInstanceOf(Chains.Valid.class);
    assertThat(((Chains.Valid) result).path()).containsExactly(end.cert(), top.cert());
    TestAuthority broken =
        top.issue(CertSpec.leaf("End").brokenSignature(), TestKey.of(kind, "top"));
    refused(
        Chains.verify(
            broken.cert(),
            List.of(),
            List.of(top.cert()),
            NOW,
            Chains.Rules.signer(),
            LinkCache.none()),
        "CHAIN_SIGNATURE");
  }

  @Test
  @DisplayName("Intermediates may come in any order, with the leaf and the root among them")
  void anyOrder() {
    assertThat(verify(leaf, root, leaf, middle)).isInstanceOf(Chains.Valid.class);
  }

  @Test
  @DisplayName("No production anchor contains a root of the test authority")
  void testRootsAreNotTrusted() {
    for (Cert anchor : TrustAnchors.production().all()) {
      assertThat(anchor.key().verifies(anchor.algorithm(), new byte[0], new byte[0])).isFalse();
      assertThat(anchor.spki()).isNotEqualTo(root.key().spki());
    }
    assertThat(TrustAnchors.production().all()).hasSize(9).doesNotContain(root.cert());
    refused(
        Chains.verify(
            leaf.cert(),
            List.of(middle.cert(), root.cert()),
            TrustAnchors.production().all(),
            NOW,
            Chains.Rules.strict(),
            LinkCache.none()),
        "UNTRUSTED_ROOT");
  }

  @Test
  @DisplayName("A root of the pinned name with another key is not the pinned root")
  void sameNameRoot() {
    TestAuthority twin = TestAuthority.root(CertSpec.ca("Root"), TestKey.p256("another"));
    TestAuthority end = twin.issue(CertSpec.leaf("Leaf"));
    refused(verify(end, twin), "UNTRUSTED_ROOT");
    refused(verify(end), "CHAIN_SIGNATURE");
  }

  @Test
  @DisplayName("An expired or not yet valid certificate breaks the chain, whichever it is")
  void times() {
    CertSpec past = CertSpec.leaf("Leaf").valid(TestAuthority.EPOCH, NOW.minusSeconds(1));
    CertSpec future = CertSpec.leaf("Leaf").valid(NOW.plusSeconds(1), NOW.plusSeconds(99));
    refused(verify(middle.issue(past), middle), "CERT_EXPIRED");
    refused(verify(middle.issue(future), middle), "CERT_NOT_YET_VALID");
    TestAuthority old =
        root.issue(CertSpec.ca("Middle").valid(TestAuthority.EPOCH, NOW.minusSeconds(1)));
    refused(verify(old.issue(CertSpec.leaf("Leaf")), old), "CERT_EXPIRED");
  }

  @Test
  @DisplayName("Missing CA, keyUsage and pathLen checks: each is made")
  void caRules() {
    TestAuthority notCa = root.issue(CertSpec.leaf("Middle").keyUsage(0x06));
    refused(verify(notCa.issue(CertSpec.leaf("Leaf")), notCa), "NOT_A_CA");
    TestAuthority noSign = root.issue(CertSpec.ca("Middle").keyUsage(0x02));
    refused(verify(noSign.issue(CertSpec.leaf("Leaf")), noSign), "CA_KEY_USAGE");
    TestAuthority noUsage = root.issue(CertSpec.ca("Middle").keyUsage(-1));
    refused(verify(noUsage.issue(CertSpec.leaf("Leaf")), noUsage), "CA_KEY_USAGE");
    TestAuthority last = root.issue(CertSpec.ca("Last").pathLen(0));
    TestAuthority extra = last.issue(CertSpec.ca("Extra"));
    refused(verify(extra.issue(CertSpec.leaf("Leaf")), extra, last), "PATH_LENGTH");
    assertThat(verify(last.issue(CertSpec.leaf("Leaf")), last)).isInstanceOf(Chains.Valid.class);
  }

  @Test
  @DisplayName("A leaf that is a CA, or has not the usage that is asked, is refused")
  void leafRules() {
    refused(verify(middle), "LEAF_IS_CA");
    TestAuthority wrongUse = middle.issue(CertSpec.leaf("Leaf").keyUsage(0x08));
    refused(
        Chains.verify(
            wrongUse.cert(),
            List.of(middle.cert()),
            List.of(root.cert()),
            NOW,
            Chains.Rules.signer(),
            LinkCache.none()),
        "LEAF_KEY_USAGE");
    refused(
        Chains.verify(
            leaf.cert(),
            List.of(middle.cert()),
            List.of(root.cert()),
            NOW,
            new Chains.Rules(0, Set.of("1.2.3"), Set.of(), false, true),
            LinkCache.none()),
        "LEAF_EXTENDED_KEY_USAGE");
  }

  @Test
  @DisplayName("A critical extension that nobody understands is refused")
  void critical() {
    TestAuthority odd = middle.issue(CertSpec.leaf("Leaf").extension("1.2.3.4", true, new byte[2]));
    refused(verify(odd, middle), "CRITICAL_EXTENSION");
  }

  @Test
  @DisplayName("A chain without an issuer, or signed by somebody else, is refused")
  void issuers() {
    refused(verify(leaf), "UNKNOWN_ISSUER");
    TestAuthority forged =
        middle.issue(CertSpec.leaf("Leaf").signedByAnother(TestKey.p256("thief")));
    refused(verify(forged, middle), "CHAIN_SIGNATURE");
  }

  @Test
  @DisplayName("A cached link skips the signature only: time and usage are looked at every time")
  void cached() {
    LinkCache links = new LinkCache(8);
    List<Cert> pool = List.of(middle.cert());
    List<Cert> anchors = List.of(root.cert());
    Chains.Rules rules = Chains.Rules.strict();
    assertThat(Chains.verify(leaf.cert(), pool, anchors, NOW, rules, links))
        .isInstanceOf(Chains.Valid.class);
    Instant late = leaf.cert().notAfter().plusSeconds(1);
    refused(Chains.verify(leaf.cert(), pool, anchors, late, rules, links), "CERT_EXPIRED");
    TestAuthority broken = middle.issue(CertSpec.leaf("Leaf").brokenSignature());
    for (int i = 0; i < 2; i++) {
      refused(Chains.verify(broken.cert(), pool, anchors, NOW, rules, links), "CHAIN_SIGNATURE");
    }
  }

  @Test
  @DisplayName("A revocation list holds only for its issuer, in its time, with its signature")
  void crls() {
    Crl crl =
        Crl.parse(
            middle.crl(NOW.minusSeconds(10), NOW.plusSeconds(10), List.of(BigInteger.valueOf(77))));
    LinkCache links = new LinkCache(4);
    assertThat(crl.problem(middle.cert(), NOW, links)).isEmpty();
    assertThat(crl.revokes(BigInteger.valueOf(77))).isTrue();
    assertThat(crl.revokes(BigInteger.valueOf(78))).isFalse();
    assertThat(reason(crl.problem(middle.cert(), NOW.plusSeconds(11), links)))
        .isEqualTo("CRL_STALE");
    assertThat(reason(crl.problem(middle.cert(), NOW.minusSeconds(11), links)))
        .isEqualTo("CRL_NOT_YET_VALID");
    assertThat(reason(crl.problem(root.cert(), NOW, links))).isEqualTo("CRL_ISSUER");
    Crl forged =
        Crl.parse(
            middle.crl(
                NOW.minusSeconds(10), NOW.plusSeconds(10), List.of(), TestKey.p256("thief")));
    assertThat(reason(forged.problem(middle.cert(), NOW, links))).isEqualTo("CRL_SIGNATURE");
    TestAuthority noCrl = root.issue(CertSpec.ca("Middle").keyUsage(0x04));
    Crl unasked = Crl.parse(noCrl.crl());
    assertThat(reason(unasked.problem(noCrl.cert(), NOW, links))).isEqualTo("CRL_KEY_USAGE");
  }

  private static String reason(Optional<Chains.Invalid> problem) {
    return problem.map(Chains.Invalid::reason).orElse("none");
  }

  @Test
  @DisplayName("Bytes after a certificate, and text around PEM, are refused")
  void strictBytes() {
    byte[] der = leaf.der();
    assertThatThrownBy(() -> Cert.parse(Arrays.copyOf(der, der.length + 1)))
        .isInstanceOf(AttestException.class);
    byte[] text =
        ("hello\n" + new String(leaf.pem(), java.nio.charset.StandardCharsets.US_ASCII))
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> Cert.parseAll(text, 3)).isInstanceOf(AttestException.class);
    assertThat(Cert.parseAll(leaf.pem(), 1)).containsExactly(leaf.cert());
  }
}
