package network.assay.oracle.verify.attest.snp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.x509.Cert;
import network.assay.oracle.verify.attest.x509.Der;

/**
 * The certificate of a key that signs reports, with what AMD writes into it (57230, "VCEK and VLEK
 * certificate extensions", arc 1.3.6.1.4.1.3704.1). What is absent stays absent: a missing level is
 * not level 0.
 *
 * @param vlek whether it is a VLEK, which stands for a cloud provider and not for a chip
 * @param product by the certificate's product name; empty if that is absent or unknown
 * @param tcb the levels as a TCB version, if all of the product's are there
 * @param hardwareId of the chip, as long as the product has it; a VLEK has none
 * @param providerId of the cloud provider; a VCEK has none
 */
record EndorsementKey(
    Cert cert,
    boolean vlek,
    Optional<SnpProduct> product,
    Optional<TcbVersion> tcb,
    Optional<byte[]> hardwareId,
    Optional<String> providerId) {
  private static final String ARC = "1.3.6.1.4.1.3704.1.";
  private static final String VCEK = "SEV-VCEK";
  private static final String VLEK = "SEV-VLEK";

  /** Whether a certificate is of one of the two kinds, by its common name. */
  static boolean isOne(Cert cert) {
    String name = cert.commonName();
    return name.equals(VCEK) || name.equals(VLEK);
  }

  /**
   * Reads what the certificate says.
   *
   * @throws AttestException if an extension is there and is not of its type
   */
  static EndorsementKey of(Cert cert) {
    boolean vlek = cert.commonName().equals(VLEK);
    Optional<SnpProduct> product =
        cert.extension(ARC + "2").map(EndorsementKey::text).flatMap(SnpProduct::ofName);
    return new EndorsementKey(
        cert,
        vlek,
        product,
        product.flatMap(p -> tcb(cert, p)),
        product.flatMap(p -> cert.extension(ARC + "4").map(raw -> hardwareId(raw, p))),
        cert.extension(ARC + "5").map(EndorsementKey::text));
  }

  private static Optional<TcbVersion> tcb(Cert cert, SnpProduct product) {
    Optional<Integer> bootloader = level(cert, 1);
    Optional<Integer> tee = level(cert, 2);
    Optional<Integer> snp = level(cert, 3);
    Optional<Integer> microcode = level(cert, 8);
    Optional<Integer> fmc = product.hasFmc() ? level(cert, 9) : Optional.of(0);
    if (bootloader.isEmpty()
        || tee.isEmpty()
        || snp.isEmpty()
        || microcode.isEmpty()
        || fmc.isEmpty()) {
      return Optional.empty();
    }
    boolean reserved = true;
    for (int spare = 4; spare <= 7; spare++) {
      reserved &= level(cert, spare).orElse(0) == 0;
    }
    return Optional.of(
        new TcbVersion(
            fmc.get(), bootloader.get(), tee.get(), snp.get(), microcode.get(), reserved));
  }

  private static Optional<Integer> level(Cert cert, int index) {
    return cert.extension(ARC + "3." + index).map(EndorsementKey::level);
  }

  private static int level(byte[] value) {
    Der outer = Der.of(value);
    int level = outer.smallInteger();
    outer.end();
    if (level < 0 || level > 0xff) {
      throw new AttestException("SNP_EXTENSION", "level " + level, "0 to 255");
    }
    return level;
  }

  private static String text(byte[] value) {
    Der outer = Der.of(value);
    byte[] contents = outer.any().contents();
    outer.end();
    return new String(contents, StandardCharsets.US_ASCII);
  }

  /** Bare, as the service issues it today, or wrapped in an OCTET STRING, as it once did. */
  private static byte[] hardwareId(byte[] value, SnpProduct product) {
    int wanted = product.chipIdBytes();
    if (value.length == wanted) {
      return value;
    }
    Der outer = Der.of(value);
    byte[] inner = outer.octets();
    outer.end();
    if (inner.length != wanted) {
      throw new AttestException("SNP_EXTENSION", "HWID of " + inner.length, wanted + " bytes");
    }
    return inner;
  }

  /** Words for claims. */
  String title() {
    return vlek ? VLEK : VCEK;
  }

  /** First part of the names of claims about it. */
  String claim() {
    return vlek ? "vlek" : "vcek";
  }
}
