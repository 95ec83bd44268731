package network.assay.oracle.collateral;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import network.assay.oracle.verify.attest.Collateral.Kind;
import org.junit.jupiter.api.Test;

class InspectorTest {
  private static final Instant NOW = Samples.NOW;
  private static final Instant LATER = NOW.plus(Duration.ofDays(30));

  @Test
  void whatAnItemAnswersAndHowLongIsReadFromItsContent() {
    CollateralItem tcb =
        inspect(Samples.tcbInfo("TDX", "90C06F000000", NOW, LATER).getBytes(UTF_8));
    assertThat(tcb.kind()).isEqualTo(Kind.INTEL_TCB_INFO_TDX);
    assertThat(tcb.key()).isEqualTo("90c06f000000");
    assertThat(tcb.validity()).isEqualTo(new Validity(NOW, LATER));

    CollateralItem identity = inspect(Samples.identity("TD_QE", NOW, LATER).getBytes(UTF_8));
    assertThat(identity.kind() + " " + identity.key()).isEqualTo("INTEL_QE_IDENTITY TD_QE");
    assertThat(inspect(Samples.rim("abc").getBytes(UTF_8)).key()).isEqualTo("abc");
  }

  @Test
  void listsAndCertificatesAreToldApartByWhoseTheyAre() {
    assertKind(crl("Intel SGX Root CA"), "INTEL_ROOT_CRL root");
    assertKind(crl("Intel SGX PCK Platform CA"), "INTEL_PCK_CRL platform");
    assertKind(crl("Intel SGX PCK Processor CA"), "INTEL_PCK_CRL processor");
    assertKind(crl("ARK-Genoa"), "AMD_CRL genoa");
    assertKind(crl("Somebody's TPM CA"), "TPM_CRL Somebody's TPM CA");
    assertKind(Samples.party("Intel SGX TCB Signing").der(), "INTEL_TCB_SIGNING_CHAIN tcb-signing");
    assertKind(Samples.party("SEV-VLEK-Milan").der(), "AMD_CERT_CHAIN milan");
    assertKind(Samples.party("SEV-VLEK").der(), "AMD_VLEK vlek");
    byte[] chip = new byte[8];
    chip[7] = 9;
    assertKind(Samples.party("SEV-VCEK", chip).der(), "AMD_VCEK 0000000000000009");
    Samples.Party two = Samples.party("Intel SGX PCK Certificate");
    assertKind(
        (two.pem() + Samples.party("Intel SGX PCK Platform CA").pem()).getBytes(UTF_8),
        "INTEL_PCK_CHAIN pck");
  }

  @Test
  void aStatusIsFiledUnderTheCertificatesSerialNumber() {
    Samples.Party issuer = Samples.party("NVIDIA GH100 Identity");
    byte[] raw = Samples.ocsp(issuer, Samples.party("leaf").certificate(), NOW, LATER);
    assertKind(raw, "NVIDIA_OCSP 1234");
    assertThat(inspect(raw).validity()).isEqualTo(new Validity(NOW, LATER));
  }

  @Test
  void whatIsNoCollateralIsRefusedByName() {
    assertThatThrownBy(() -> inspect(new byte[0])).hasMessageContaining("WRONG_LENGTH");
    assertThatThrownBy(() -> inspect("{}".getBytes(UTF_8))).hasMessageContaining("UNKNOWN_COLL");
    assertThatThrownBy(() -> inspect("hello".getBytes(UTF_8))).hasMessageContaining("UNKNOWN_COLL");
    assertThatThrownBy(() -> inspect("[".repeat(100_000).getBytes(UTF_8)))
        .isInstanceOf(CollateralException.class);
    assertThatThrownBy(() -> inspect(("{\"a\":" + "[".repeat(100_000)).getBytes(UTF_8)))
        .hasMessageContaining("MALFORMED");
    assertThatThrownBy(
            () -> inspect(Samples.tcbInfo("TDX", "90C06F000000", LATER, NOW).getBytes(UTF_8)))
        .hasMessageContaining("BACKWARDS_VALIDITY");
    assertThatThrownBy(() ->
            inspect(
                Samples.tcbInfo("TDX", "90C06F000000", NOW, Instant.parse("9999-01-01T00:00:00Z"))
                    .getBytes(UTF_8)))
        .hasMessageContaining("ENDLESS_VALIDITY");
    assertThatThrownBy(
            () -> inspect(Samples.tcbInfo("TDX", "../../etc/pa", NOW, LATER).getBytes(UTF_8)))
        .hasMessageContaining("WRONG_KEY");
    assertThatThrownBy(() -> inspect(Samples.pem(new byte[20]).repeat(17).getBytes(UTF_8)))
        .isInstanceOf(CollateralException.class);
  }

  /** Found by the deep run: the library takes no bytes at all for no value. */
  @Test
  void emptyValuesWithinAreRefused() {
    byte[] answer = HexFormat.of().parseHex("30140a0100a00f300d06092b06010505073001010400");
    assertThatThrownBy(() -> inspect(answer)).hasMessageContaining("MALFORMED");
    byte[] status = HexFormat.of().parseHex("30070a050100000000");
    assertThatThrownBy(() -> inspect(status)).hasMessageContaining("MALFORMED");
    for (String label : List.of("CERTIFICATE", "X509 CRL")) {
      String pem = "-----BEGIN " + label + "-----\n-----END " + label + "-----\n";
      assertThatThrownBy(() -> inspect(pem.getBytes(UTF_8)))
          .isInstanceOf(CollateralException.class);
    }
  }

  @Test
  void hostileBytesNeverEndInAnythingButARefusal() {
    long seed = 20261121;
    Random random = new Random(seed);
    byte[][] starts = {
      crl("Intel SGX Root CA"),
      Samples.party("SEV-VCEK", new byte[64]).der(),
      Samples.party("x").pem().getBytes(UTF_8),
      Samples.tcbInfo("TDX", "90C06F000000", NOW, LATER).getBytes(UTF_8),
      Samples.rim("abc").getBytes(UTF_8),
      Samples.ocsp(Samples.party("i"), Samples.party("leaf").certificate(), NOW, LATER)
    };
    int refused = 0;
    for (int i = 0; i < 6_000; i++) {
      byte[] bytes = starts[i % starts.length].clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      byte[] cut = java.util.Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 8));
      try {
        CollateralItem taken = inspect(cut);
        assertThat(taken.key()).isNotEmpty();
      } catch (CollateralException expected) {
        refused++;
      }
    }
    assertThat(refused).as("of 6000, seed %d", seed).isGreaterThan(3_000);
  }

  private static byte[] crl(String issuer) {
    return Samples.crl(Samples.party(issuer), NOW, LATER);
  }

  private static void assertKind(byte[] raw, String want) {
    CollateralItem item = inspect(raw);
    assertThat(item.kind() + " " + item.key()).isEqualTo(want);
  }

  private static CollateralItem inspect(byte[] raw) {
    return Inspector.inspect(raw, "a test", NOW);
  }
}
