package network.assay.oracle.collateral;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import network.assay.oracle.verify.attest.Collateral.Kind;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds out what bytes of collateral are, what they answer and how long they say they hold. Checks
 * no signature: the verifier does, over the raw bytes, whenever it uses them.
 */
public final class Inspector {
  /** A list without an end is good for as long as vendors leave between two. */
  private static final Duration OPEN_CRL = Duration.ofDays(30);

  /** RFC 6960 leaves nextUpdate open; a day is what relying parties make of it. */
  private static final Duration OPEN_OCSP = Duration.ofDays(1);

  /** A manifest names no time of its own; it is asked for again after this. */
  private static final Duration RIM = Duration.ofDays(30);

  private static final ASN1ObjectIdentifier AMD_CHIP_ID =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.3704.1.4");
  private static final int CERTIFICATES_MAX = 16;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxStringLength(CollateralItem.BYTES_MAX)
                          .maxNumberLength(32)
                          .build())
                  .build())
          .build();

  private Inspector() {}

  /**
   * Inspects hostile bytes.
   *
   * @param source where they came from, for people
   * @param now for items that name no time of their own
   * @throws CollateralException where they are no collateral that this build knows
   */
  public static CollateralItem inspect(byte[] raw, String source, Instant now) {
    if (raw.length == 0 || raw.length > CollateralItem.BYTES_MAX) {
      throw new CollateralException(
          "WRONG_LENGTH",
          raw.length + " bytes",
          "an item of 1 to " + CollateralItem.BYTES_MAX + " bytes");
    }
    try {
      return switch (firstVisible(raw)) {
        case '{' -> json(raw, source);
        case '<' -> rim(raw, source, now);
        case '-' -> pem(raw, source);
        case 0x30 -> der(raw, source);
        default -> throw unknown();
      };
    } catch (CollateralException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The ASN.1 library reads lazily, and has an exception of its own for each wrong type, size
      // and range; there is nothing in here but reading.
      throw malformed(e);
    }
  }

  private static CollateralException unknown() {
    return new CollateralException(
        "UNKNOWN_COLLATERAL",
        "bytes of no known form",
        "TCB info or enclave identity (JSON), a manifest (XML), certificates, a CRL or an OCSP response");
  }

  private static CollateralException malformed(Exception e) {
    return new CollateralException(
        "MALFORMED_COLLATERAL", String.valueOf(e.getMessage()), "well-formed collateral", e);
  }

  private static int firstVisible(byte[] raw) {
    for (byte b : raw) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b;
      }
    }
    throw unknown();
  }

  // --- Intel's JSON ---

  private static CollateralItem json(byte[] raw, String source) {
    JsonNode tree;
    try {
      tree = JSON.readTree(raw);
    } catch (JacksonException e) {
      throw new CollateralException(
          "MALFORMED_COLLATERAL", e.getOriginalMessage(), "one JSON object", e);
    }
    if (tree.has("tcbInfo")) {
      JsonNode info = tree.get("tcbInfo");
      // Version 2 has no id: it is SGX's.
      String tee = info.has("id") ? text(info, "id") : "SGX";
      String fmspc = text(info, "fmspc").toLowerCase(Locale.ROOT);
      if (!List.of("SGX", "TDX").contains(tee) || !fmspc.matches("[0-9a-f]{12}")) {
        throw new CollateralException(
            "WRONG_KEY", tee + " " + fmspc, "SGX or TDX and 6 bytes of FMSPC");
      }
      Kind kind = tee.equals("TDX") ? Kind.INTEL_TCB_INFO_TDX : Kind.INTEL_TCB_INFO_SGX;
      return new CollateralItem(kind, fmspc, updates(info), source, raw);
    }
    if (tree.has("enclaveIdentity")) {
      JsonNode identity = tree.get("enclaveIdentity");
      String key = text(identity, "id");
      if (!List.of("QE", "TD_QE", "QVE").contains(key)) {
        throw new CollateralException("WRONG_KEY", key, "QE, TD_QE or QVE");
      }
      return new CollateralItem(Kind.INTEL_QE_IDENTITY, key, updates(identity), source, raw);
    }
    throw unknown();
  }

  private static Validity updates(JsonNode body) {
    return new Validity(
        Instant.parse(text(body, "issueDate")), Instant.parse(text(body, "nextUpdate")));
  }

  private static String text(JsonNode object, String name) {
    JsonNode value = object.get(name);
    if (value == null || !value.isString() || value.stringValue().length() > 100) {
      throw new CollateralException(
          "MALFORMED_COLLATERAL", "no such text", "a short text \"" + name + "\"");
    }
    return value.stringValue();
  }

  // --- NVIDIA's XML ---

  /**
   * Only the tag's id is looked for, in the first start tag, as text: the verifier parses the
   * document, and no parser runs here.
   */
  private static CollateralItem rim(byte[] raw, String source, Instant now) {
    String head = new String(raw, 0, Math.min(raw.length, 8192), UTF_8);
    int root = head.indexOf("SoftwareIdentity");
    int end = root < 0 ? -1 : head.indexOf('>', root);
    int at = root < 0 ? -1 : head.indexOf(" tagId=", root);
    if (end < 0 || at < 0 || at > end) {
      throw unknown();
    }
    char quote = head.charAt(at + 7);
    int close = head.indexOf(quote, at + 8);
    if ((quote != '"' && quote != '\'') || close < 0 || close > end) {
      throw unknown();
    }
    String id = head.substring(at + 8, close);
    Instant from = now.minus(Duration.ofDays(1));
    return new CollateralItem(Kind.NVIDIA_RIM, id, new Validity(from, now.plus(RIM)), source, raw);
  }

  // --- X.509 ---

  private static final String LIST = "-----BEGIN X509 CRL-----";

  /** Certificates, or one list: of a list the DER is kept. */
  private static CollateralItem pem(byte[] raw, String source) throws IOException {
    String text = new String(raw, StandardCharsets.US_ASCII).strip();
    int end = text.indexOf("-----END X509 CRL-----");
    if (!text.startsWith(LIST) || end < 0) {
      return certificates(raw, source);
    }
    byte[] der = Base64.getMimeDecoder().decode(text.substring(LIST.length(), end));
    return crl(CertificateList.getInstance(primitive(der)), der, source);
  }

  private static CollateralItem der(byte[] raw, String source) throws IOException {
    ASN1Primitive tree = primitive(raw);
    Optional<CollateralItem> certificate = quietly(() -> certificates(raw, source));
    if (certificate.isPresent()) {
      return certificate.get();
    }
    Optional<CollateralItem> crl =
        quietly(() -> crl(CertificateList.getInstance(tree), raw, source));
    return crl.isPresent() ? crl.get() : ocsp(OCSPResponse.getInstance(tree), raw, source);
  }

  @FunctionalInterface
  private interface Reading {
    CollateralItem read() throws IOException;
  }

  private static Optional<CollateralItem> quietly(Reading reading) {
    try {
      return Optional.of(reading.read());
    } catch (IOException
        | IllegalArgumentException
        | IllegalStateException
        | ClassCastException
        | IndexOutOfBoundsException
        | CollateralException other) {
      return Optional.empty();
    }
  }

  private static CollateralItem crl(CertificateList list, byte[] raw, String source)
      throws IOException {
    Instant from = list.getThisUpdate().getDate().toInstant();
    Instant until =
        list.getNextUpdate() == null
            ? from.plus(OPEN_CRL)
            : list.getNextUpdate().getDate().toInstant();
    Validity validity = new Validity(from, until);
    String issuer = commonName(list.getIssuer());
    return switch (issuer) {
      case "Intel SGX Root CA" ->
          new CollateralItem(Kind.INTEL_ROOT_CRL, "root", validity, source, raw);
      case "Intel SGX PCK Platform CA" ->
          new CollateralItem(Kind.INTEL_PCK_CRL, "platform", validity, source, raw);
      case "Intel SGX PCK Processor CA" ->
          new CollateralItem(Kind.INTEL_PCK_CRL, "processor", validity, source, raw);
      default ->
          isAmd(issuer)
              ? new CollateralItem(Kind.AMD_CRL, product(issuer), validity, source, raw)
              : new CollateralItem(Kind.TPM_CRL, issuer, validity, source, raw);
    };
  }

  /** AMD's names end in the product: ARK-Milan, SEV-Milan, SEV-VLEK-Milan. */
  private static boolean isAmd(String name) {
    return name.matches("(ARK|SEV|SEV-VLEK)-(Milan|Genoa|Turin|Siena|Bergamo)");
  }

  private static String product(String name) {
    return name.substring(name.lastIndexOf('-') + 1).toLowerCase(Locale.ROOT);
  }

  private static String commonName(X500Name name) {
    RDN[] found = name.getRDNs(BCStyle.CN);
    if (found.length == 0) {
      return "unnamed";
    }
    String text = IETFUtils.valueToString(found[0].getFirst().getValue());
    String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.isEmpty() ? "unnamed" : plain.substring(0, Math.min(plain.length(), 200));
  }

  private static CollateralItem ocsp(OCSPResponse response, byte[] raw, String source) {
    if (response.getResponseBytes() == null) {
      throw new CollateralException(
          "OCSP_REFUSED",
          "status " + response.getResponseStatus().getIntValue(),
          "a successful OCSP response");
    }
    BasicOCSPResponse basic =
        BasicOCSPResponse.getInstance(
            primitive(response.getResponseBytes().getResponse().getOctets()));
    SingleResponse single =
        SingleResponse.getInstance(basic.getTbsResponseData().getResponses().getObjectAt(0));
    try {
      Instant from = single.getThisUpdate().getDate().toInstant();
      Instant until =
          single.getNextUpdate() == null
              ? from.plus(OPEN_OCSP)
              : single.getNextUpdate().getDate().toInstant();
      return new CollateralItem(
          Kind.NVIDIA_OCSP, key(single.getCertID()), new Validity(from, until), source, raw);
    } catch (java.text.ParseException e) {
      throw new CollateralException(
          "MALFORMED_COLLATERAL", String.valueOf(e.getMessage()), "times in an OCSP response", e);
    }
  }

  /** One ASN.1 value; the library takes no bytes at all for no value, and trips over that later. */
  private static ASN1Primitive primitive(byte[] der) {
    try {
      ASN1Primitive value = der.length == 0 ? null : ASN1Primitive.fromByteArray(der);
      if (value != null) {
        return value;
      }
    } catch (IOException e) {
      throw malformed(e);
    }
    throw new CollateralException("MALFORMED_COLLATERAL", "nothing", "an ASN.1 value");
  }

  /** Certificates' status is asked for by serial number. */
  private static String key(CertID id) {
    return id.getSerialNumber().getPositiveValue().toString(16);
  }

  private static CollateralItem certificates(byte[] raw, String source) throws IOException {
    List<Certificate> chain = chain(raw);
    Validity all = validity(chain.getFirst());
    for (Certificate certificate : chain) {
      all = all.and(validity(certificate));
    }
    Certificate leaf = chain.getFirst();
    String name = commonName(leaf.getSubject());
    return switch (name) {
      case "Intel SGX TCB Signing" ->
          new CollateralItem(Kind.INTEL_TCB_SIGNING_CHAIN, "tcb-signing", all, source, raw);
      case "Intel SGX PCK Certificate" ->
          new CollateralItem(Kind.INTEL_PCK_CHAIN, "pck", all, source, raw);
      case "SEV-VCEK" -> new CollateralItem(Kind.AMD_VCEK, chipId(leaf), all, source, raw);
      case "SEV-VLEK" -> new CollateralItem(Kind.AMD_VLEK, "vlek", all, source, raw);
      default ->
          isAmd(name)
              ? new CollateralItem(Kind.AMD_CERT_CHAIN, product(name), all, source, raw)
              : new CollateralItem(Kind.TPM_AK_CHAIN, "ak", all, source, raw);
    };
  }

  /** The hardware id in a VCEK, as AMD's publication 57230 places it: the octets themselves. */
  private static String chipId(Certificate vcek) {
    Extensions extensions = vcek.getTBSCertificate().getExtensions();
    Extension found = extensions == null ? null : extensions.getExtension(AMD_CHIP_ID);
    byte[] id = found == null ? new byte[0] : found.getExtnValue().getOctets();
    return id.length == 0 || id.length > 64 ? "vcek" : HexFormat.of().formatHex(id);
  }

  private static Validity validity(Certificate certificate) {
    return new Validity(
        certificate.getStartDate().getDate().toInstant(),
        certificate.getEndDate().getDate().toInstant());
  }

  /** The certificates of one DER certificate or a PEM text of at most 16. */
  static List<Certificate> chain(byte[] raw) throws IOException {
    if (raw.length > 0 && raw[0] == 0x30) {
      Certificate one = Certificate.getInstance(primitive(raw));
      if (!Arrays.equals(one.getEncoded(), raw)) {
        throw new CollateralException("MALFORMED_COLLATERAL", "other bytes", "one DER certificate");
      }
      return List.of(one);
    }
    List<Certificate> chain = new ArrayList<>();
    String text = new String(raw, StandardCharsets.US_ASCII);
    String begin = "-----BEGIN CERTIFICATE-----";
    String end = "-----END CERTIFICATE-----";
    int at = text.indexOf(begin);
    while (at >= 0) {
      int stop = text.indexOf(end, at);
      if (stop < 0 || chain.size() == CERTIFICATES_MAX) {
        throw new CollateralException(
            "MALFORMED_COLLATERAL",
            stop < 0 ? "an unfinished certificate" : "more",
            "at most " + CERTIFICATES_MAX + " whole PEM certificates");
      }
      byte[] der = Base64.getMimeDecoder().decode(text.substring(at + begin.length(), stop));
      chain.add(Certificate.getInstance(primitive(der)));
      at = text.indexOf(begin, stop);
    }
    if (chain.isEmpty()) {
      throw unknown();
    }
    return chain;
  }
}
