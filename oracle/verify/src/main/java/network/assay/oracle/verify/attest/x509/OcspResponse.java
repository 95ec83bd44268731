package network.assay.oracle.verify.attest.x509;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Hashes;
import org.jspecify.annotations.Nullable;

/**
 * An answer of an OCSP responder (RFC 6960), as bytes. Parsing believes nothing; {@link #judge}
 * asks who signed it, about which certificate it speaks, and for how long.
 */
public final class OcspResponse {
  /** Answers with a responder's certificate have some 2 kB. */
  public static final int BYTES_MAX = 64 << 10;

  /** Extended key usage of a responder to whom a CA has delegated its answers. */
  public static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

  /** How long an answer counts that names no end of its own. */
  public static final Duration WITHOUT_END = Duration.ofDays(1);

  private static final String BASIC = "1.3.6.1.5.5.7.48.1.1";
  private static final String NONCE = "1.3.6.1.5.5.7.48.1.2";
  private static final int ANSWERS_MAX = 32;
  private static final int CERTIFICATES_MAX = 4;
  private static final int EXTENSIONS_MAX = 16;
  private static final String[] STATUSES = {
    "successful",
    "malformedRequest",
    "internalError",
    "tryLater",
    "4",
    "sigRequired",
    "unauthorized"
  };

  /** How an answer came out for one certificate. */
  public enum Status {
    /** Signed, fresh, and the certificate is not revoked. */
    GOOD,
    /** Signed, and the certificate is revoked. */
    REVOKED,
    /** Signed, and the responder does not know the certificate. */
    UNKNOWN,
    /** Signed, but its time is over. */
    STALE,
    /** Signed, but its time has not come. */
    NOT_YET,
    /** It speaks about other certificates only. */
    OTHER_CERTIFICATE,
    /** Nobody signed it who may answer for the issuer. */
    UNTRUSTED,
    /** Our nonce is not in it. */
    NONCE_MISMATCH,
    /** The responder refused to answer. */
    REFUSED
  }

  /**
   * How the answer came out.
   *
   * @param until until when it holds; the time of judgement where it does not hold at all
   */
  public record Answer(Status status, String got, String want, Instant until) {}

  /** One certificate that the answer speaks of. */
  private record Single(
      String hash,
      byte[] nameHash,
      byte[] keyHash,
      BigInteger serial,
      int status,
      String revoked,
      Instant thisUpdate,
      @Nullable Instant nextUpdate) {}

  private final byte[] basic;
  private final int responseStatus;
  private final List<Single> singles = new ArrayList<>();
  private final List<Cert> certificates = new ArrayList<>();
  private @Nullable SignatureAlgorithm algorithm;
  private byte[] signature = {};
  private byte @Nullable [] nonce;
  private int signedFrom;
  private int signedTo;

  private OcspResponse(byte[] der) {
    Der outer = Der.of(der);
    Der response = outer.sequence();
    outer.end();
    responseStatus = response.smallInteger(Der.ENUMERATED);
    if (response.atEnd()) {
      basic = new byte[0];
      return;
    }
    Der wrapped = response.read(0xa0).sequence();
    response.end();
    String type = wrapped.oid();
    if (!type.equals(BASIC)) {
      throw new AttestException("OCSP_TYPE", type, "a basic response");
    }
    basic = wrapped.octets();
    wrapped.end();
    readBasic();
  }

  /**
   * Reads one response and nothing after it.
   *
   * @throws AttestException if it is none
   */
  public static OcspResponse parse(byte[] der) {
    if (der.length > BYTES_MAX) {
      throw new AttestException("OCSP_SIZE", der.length + " bytes", "at most " + BYTES_MAX);
    }
    return new OcspResponse(der);
  }

  /** Whether bytes begin like a response: a sequence whose first element is an enumeration. */
  public static boolean looksLike(byte[] der) {
    try {
      return der.length > 4
          && der.length <= BYTES_MAX
          && Der.of(der).sequence().peek() == Der.ENUMERATED;
    } catch (AttestException e) {
      return false;
    }
  }

  /** Serial numbers that the answer speaks of, lower-case hex. */
  public List<String> serials() {
    return singles.stream().map(single -> single.serial().toString(16)).toList();
  }

  private void readBasic() {
    Der outer = Der.of(basic);
    Der response = outer.sequence();
    outer.end();
    Der data = response.sequence();
    signedFrom = data.headerAt();
    signedTo = data.endAt();
    algorithm = SignatureAlgorithm.of(response.sequence());
    signature = response.bits();
    if (!response.atEnd()) {
      Der list = response.read(0xa0).sequence();
      while (!list.atEnd()) {
        if (certificates.size() == CERTIFICATES_MAX) {
          throw new AttestException("OCSP_CERTIFICATES", "more", "at most " + CERTIFICATES_MAX);
        }
        certificates.add(Cert.parse(list.sequence().element()));
      }
    }
    response.end();
    readData(data);
  }

  private void readData(Der data) {
    if (data.peek() == 0xa0) {
      throw new AttestException("OCSP_VERSION", "a version that is named", "v1, which is not");
    }
    if (data.peek() != 0xa1 && data.peek() != 0xa2) {
      throw new AttestException("OCSP_RESPONDER", "tag " + data.peek(), "a name or a key's hash");
    }
    data.any();
    X509Time.read(data);
    Der answers = data.sequence();
    while (!answers.atEnd()) {
      if (singles.size() == ANSWERS_MAX) {
        throw new AttestException("OCSP_ANSWERS", "more", "at most " + ANSWERS_MAX);
      }
      singles.add(single(answers.sequence()));
    }
    if (!data.atEnd()) {
      readExtensions(data.read(0xa1).sequence());
    }
    data.end();
  }

  private static Single single(Der answer) {
    Der id = answer.sequence();
    String hash = id.sequence().oid();
    byte[] nameHash = id.octets();
    byte[] keyHash = id.octets();
    BigInteger serial = id.integer(21);
    id.end();
    Der status = answer.any();
    String revoked = "";
    if (status.tag() == 0xa1) {
      revoked = "since " + X509Time.read(status);
    } else if (status.tag() != 0x80 && status.tag() != 0x82) {
      throw new AttestException("OCSP_STATUS", "tag " + status.tag(), "good, revoked or unknown");
    }
    Instant thisUpdate = X509Time.read(answer);
    @Nullable Instant nextUpdate = null;
    if (answer.peek() == 0xa0) {
      Der next = answer.any();
      nextUpdate = X509Time.read(next);
      next.end();
    }
    if (answer.peek() == 0xa1) {
      refuseCritical(answer.any().sequence());
    }
    answer.end();
    return new Single(
        hash, nameHash, keyHash, serial, status.tag(), revoked, thisUpdate, nextUpdate);
  }

  private static void refuseCritical(Der extensions) {
    for (int i = 0; !extensions.atEnd(); i++) {
      Der extension = extensions.sequence();
      String oid = extension.oid();
      if (i == EXTENSIONS_MAX || (extension.peek() == Der.BOOLEAN && extension.bool())) {
        throw new AttestException("OCSP_EXTENSION", oid, "nothing critical, not too many");
      }
    }
  }

  private void readExtensions(Der extensions) {
    for (int i = 0; !extensions.atEnd(); i++) {
      Der extension = extensions.sequence();
      String oid = extension.oid();
      boolean critical = extension.peek() == Der.BOOLEAN && extension.bool();
      byte[] value = extension.octets();
      extension.end();
      if (oid.equals(NONCE)) {
        if (nonce != null) {
          throw new AttestException("OCSP_EXTENSION", "two nonces", "one");
        }
        nonce = value;
      } else if (critical || i == EXTENSIONS_MAX) {
        throw new AttestException("OCSP_EXTENSION", oid, "nothing critical, not too many");
      }
    }
  }

  /**
   * What the answer says of a certificate.
   *
   * @param issuer whose answers count: its own, or those of a responder that it signed for that
   * @param asked the nonce that was sent with the request; empty where the answer was fetched for
   *     many. Where one was sent, an answer without it is none
   */
  public Answer judge(Cert cert, Cert issuer, Optional<byte[]> asked, Instant at) {
    if (responseStatus != 0 || basic.length == 0) {
      String word =
          responseStatus < STATUSES.length ? STATUSES[responseStatus] : "" + responseStatus;
      return answer(Status.REFUSED, word, "successful", at);
    }
    if (!trusted(issuer, at)) {
      return answer(
          Status.UNTRUSTED, "another signer", issuer + " or a responder it signed for that", at);
    }
    if (asked.isPresent() && !echoes(asked.get())) {
      return answer(
          Status.NONCE_MISMATCH, nonce == null ? "no nonce" : "another nonce", "ours", at);
    }
    for (Single single : singles) {
      if (single.serial().equals(cert.serial()) && speaksFor(single, issuer)) {
        return judge(single, at);
      }
    }
    return answer(Status.OTHER_CERTIFICATE, "serials " + serials(), cert.serial().toString(16), at);
  }

  private static Answer judge(Single single, Instant at) {
    Instant until =
        single.nextUpdate() == null ? single.thisUpdate().plus(WITHOUT_END) : single.nextUpdate();
    if (single.status() == 0xa1) {
      return answer(Status.REVOKED, "revoked " + single.revoked(), "good", at);
    }
    if (single.status() == 0x82) {
      return answer(Status.UNKNOWN, "unknown", "good", at);
    }
    if (at.isBefore(single.thisUpdate())) {
      return answer(Status.NOT_YET, "from " + single.thisUpdate(), "valid at " + at, at);
    }
    if (at.isAfter(until)) {
      return answer(Status.STALE, "until " + until, "valid at " + at, at);
    }
    return answer(Status.GOOD, "good until " + until, "good", until);
  }

  private static Answer answer(Status status, String got, String want, Instant until) {
    return new Answer(status, got, want, until);
  }

  /** The value is an octet string; some responders echo the bytes bare. */
  private boolean echoes(byte[] asked) {
    if (nonce == null || asked.length == 0) {
      return false;
    }
    if (Arrays.equals(nonce, asked)) {
      return true;
    }
    boolean wrapped =
        nonce.length == asked.length + 2
            && nonce[0] == Der.OCTET_STRING
            && nonce[1] == asked.length;
    return wrapped && Arrays.equals(nonce, 2, nonce.length, asked, 0, asked.length);
  }

  private boolean trusted(Cert issuer, Instant at) {
    if (signedBy(issuer)) {
      return true;
    }
    for (Cert responder : certificates) {
      boolean delegated =
          responder.extendedKeyUsages().contains(OCSP_SIGNING)
              && Arrays.equals(responder.issuer(), issuer.subject())
              && !at.isBefore(responder.notBefore())
              && !at.isAfter(responder.notAfter())
              && responder.unknownCritical().isEmpty()
              && responder.signedBy(issuer.key());
      if (delegated && signedBy(responder)) {
        return true;
      }
    }
    return false;
  }

  private boolean signedBy(Cert signer) {
    SignatureAlgorithm by = algorithm;
    return by != null && signer.key().verifies(by, basic, signedFrom, signedTo, signature);
  }

  private static boolean speaksFor(Single single, Cert issuer) {
    String name =
        switch (single.hash()) {
          case "1.3.14.3.2.26" -> "SHA-1";
          case "2.16.840.1.101.3.4.2.1" -> "SHA-256";
          case "2.16.840.1.101.3.4.2.2" -> "SHA-384";
          case "2.16.840.1.101.3.4.2.3" -> "SHA-512";
          default -> "";
        };
    if (name.isEmpty()) {
      return false;
    }
    Der spki = Der.of(issuer.spki()).sequence();
    spki.sequence();
    return Arrays.equals(single.nameHash(), Hashes.messageDigest(name).digest(issuer.subject()))
        && Arrays.equals(single.keyHash(), Hashes.messageDigest(name).digest(spki.bits()));
  }
}
