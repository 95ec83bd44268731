package network.assay.oracle.verify.attest.xml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.xml.CanonicalXml.Method;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;

/**
 * The one enveloped signature of a document: a child of the root, over the whole document
 * (reference URI ""), so that there is nothing to wrap or to move. What is then read from the
 * document is read from the same tree.
 *
 * @param digestHolds whether the document is what the signature's reference says
 * @param signed the canonical bytes that the signature value covers
 * @param hash name of the hash of the signature: SHA-256, SHA-384 or SHA-512
 * @param value r and s, each half of it (ECDSA)
 * @param certificates DER, as the signature's KeyInfo has them, the signer's first
 */
public record XmlSignature(
    boolean digestHolds, byte[] signed, String hash, byte[] value, List<byte[]> certificates) {
  /** XML Signature's namespace. */
  public static final String NAMESPACE = "http://www.w3.org/2000/09/xmldsig#";

  private static final String ENVELOPED = NAMESPACE + "enveloped-signature";
  private static final int CERTIFICATES_MAX = 8;
  private static final int BASE64_MAX = 64 << 10;

  private static final Map<String, Method> METHODS =
      Map.of(
          "http://www.w3.org/2006/12/xml-c14n11", Method.INCLUSIVE,
          "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", Method.INCLUSIVE,
          "http://www.w3.org/2001/10/xml-exc-c14n#", Method.EXCLUSIVE);

  private static final Map<String, String> SIGNATURES =
      Map.of(
          "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "SHA-256",
          "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", "SHA-384",
          "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", "SHA-512");

  private static final Map<String, String> DIGESTS =
      Map.of(
          "http://www.w3.org/2001/04/xmlenc#sha256", "SHA-256",
          "http://www.w3.org/2001/04/xmldsig-more#sha384", "SHA-384",
          "http://www.w3.org/2001/04/xmlenc#sha512", "SHA-512");

  /**
   * Reads the signature and compares the document with its digest. The signature value itself is
   * for the caller to check, with the key that he trusts.
   *
   * @throws AttestException MALFORMED_XML_SIGNATURE where it is not of that one form
   */
  public static XmlSignature of(XmlElement root) {
    XmlElement signature = only(root, "Signature");
    XmlElement info = only(signature, "SignedInfo");
    Method method = method(only(info, "CanonicalizationMethod"));
    String hash = named(SIGNATURES, only(info, "SignatureMethod"));
    return new XmlSignature(
        digestHolds(root, signature, only(info, "Reference")),
        CanonicalXml.of(info, method, null),
        hash,
        base64(only(signature, "SignatureValue")),
        certificates(signature));
  }

  private static boolean digestHolds(XmlElement root, XmlElement signature, XmlElement reference) {
    String uri = reference.attribute("", "URI").orElse("(none)");
    if (!uri.isEmpty()) {
      throw malformed("reference \"" + uri + "\"", "a reference to the whole document");
    }
    List<XmlElement> transforms = only(reference, "Transforms").elements();
    if (transforms.isEmpty() || transforms.size() > 2 || !isTransform(transforms, ENVELOPED)) {
      throw malformed("other transforms", "enveloped signature, then canonical XML");
    }
    Method method = transforms.size() == 2 ? method(transforms.get(1)) : Method.INCLUSIVE;
    String hash = named(DIGESTS, only(reference, "DigestMethod"));
    byte[] want = base64(only(reference, "DigestValue"));
    return Arrays.equals(digest(hash, CanonicalXml.of(root, method, signature)), want);
  }

  private static boolean isTransform(List<XmlElement> transforms, String algorithm) {
    return transforms.stream().allMatch(element -> element.is(NAMESPACE, "Transform"))
        && transforms.getFirst().elements().isEmpty()
        && transforms
            .getFirst()
            .attribute("", "Algorithm")
            .equals(java.util.Optional.of(algorithm));
  }

  private static Method method(XmlElement element) {
    if (!element.elements().isEmpty()) {
      throw malformed("parameters of a canonicalisation", "none");
    }
    Method method = METHODS.get(algorithm(element));
    if (method == null) {
      throw malformed(algorithm(element), "canonical XML 1.0, 1.1 or exclusive, without comments");
    }
    return method;
  }

  private static String named(Map<String, String> known, XmlElement element) {
    String name = known.get(algorithm(element));
    if (name == null) {
      throw malformed(algorithm(element), "one of " + known.keySet().stream().sorted().toList());
    }
    return name;
  }

  private static String algorithm(XmlElement element) {
    return element.attribute("", "Algorithm").orElse("no algorithm");
  }

  private static List<byte[]> certificates(XmlElement signature) {
    List<XmlElement> found =
        only(only(signature, "KeyInfo"), "X509Data").elements(NAMESPACE, "X509Certificate");
    if (found.isEmpty() || found.size() > CERTIFICATES_MAX) {
      throw malformed(found.size() + " certificates", "1 to " + CERTIFICATES_MAX);
    }
    List<byte[]> certificates = new ArrayList<>();
    found.forEach(element -> certificates.add(base64(element)));
    return List.copyOf(certificates);
  }

  private static XmlElement only(XmlElement parent, String name) {
    List<XmlElement> found = parent.elements(NAMESPACE, name);
    if (found.size() != 1) {
      throw malformed(found.size() + " elements " + name, "one");
    }
    return found.getFirst();
  }

  private static byte[] base64(XmlElement element) {
    String text = element.text();
    if (text.length() > BASE64_MAX || !element.elements().isEmpty()) {
      throw malformed(text.length() + " characters", "base64 of at most " + BASE64_MAX);
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isWhitespace(text.charAt(i))) {
        plain.append(text.charAt(i));
      }
    }
    try {
      return Base64.getDecoder().decode(plain.toString());
    } catch (IllegalArgumentException e) {
      throw malformed("no base64 in " + element.local(), "base64");
    }
  }

  /** The hash of that name over these bytes. */
  public static byte[] digest(String hash, byte[] bytes) {
    Digest digest =
        switch (hash) {
          case "SHA-256" -> new SHA256Digest();
          case "SHA-384" -> new SHA384Digest();
          case "SHA-512" -> new SHA512Digest();
          default -> throw malformed(hash, "SHA-256, SHA-384 or SHA-512");
        };
    digest.update(bytes, 0, bytes.length);
    byte[] out = new byte[digest.getDigestSize()];
    digest.doFinal(out, 0);
    return out;
  }

  private static AttestException malformed(String got, String want) {
    return new AttestException("MALFORMED_XML_SIGNATURE", got, want);
  }
}
