package network.assay.oracle.verify.attest.dcap;

import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.Hashes;
import network.assay.oracle.verify.attest.compose.Need;
import network.assay.oracle.verify.attest.x509.Cert;

/**
 * Which platform a quote says it is of, by the PCK certificate that it brings. For asking services;
 * nothing is checked.
 *
 * @param fmspc 12 lower-case hex digits
 * @param ca "platform" or "processor"
 */
public record QuotePlatform(boolean tdx, Optional<String> fmspc, Optional<String> ca) {
  private static final int CHAIN_MAX = 8;

  /**
   * Reads a quote.
   *
   * @throws network.assay.oracle.verify.attest.AttestException if it is none, or brings a PCK
   *     certificate that cannot be read
   */
  public static QuotePlatform of(byte[] raw) {
    Quote quote = Quote.parse(raw);
    byte[] data = quote.certificationData();
    int type = quote.certificationType();
    boolean certs = (type == 4 || type == 5) && data.length > 0;
    if (!certs || (data[0] != '-' && data[0] != 0x30)) {
      return new QuotePlatform(quote.tdx(), Optional.empty(), Optional.empty());
    }
    List<Cert> chain = Cert.parseAll(data, CHAIN_MAX);
    Cert leaf = chain.getFirst();
    return new QuotePlatform(
        quote.tdx(),
        Optional.of(Hashes.hex(PckExtension.of(leaf).fmspc())),
        Optional.of(leaf.issuerCommonName().contains("Processor") ? "processor" : "platform"));
  }

  /** What its verifier will ask for. */
  public Need need() {
    return new Need.Intel(tdx, fmspc, ca);
  }
}
