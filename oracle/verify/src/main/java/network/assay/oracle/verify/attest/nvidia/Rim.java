package network.assay.oracle.verify.attest.nvidia;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.xml.XmlElement;
import network.assay.oracle.verify.attest.xml.XmlParser;
import network.assay.oracle.verify.attest.xml.XmlSignature;

/**
 * A reference integrity manifest: a SWID tag with the measurements that NVIDIA expects of one
 * version of a driver or VBIOS.
 *
 * @param version the driver's or VBIOS' version, as the manifest writes it
 * @param product chip, for example "GH100"
 * @param measurements index (from 0) → what is expected there; inactive ones are not in it
 * @param unread kinds of records in the payload that this reader does not know; where there are
 *     any, a match cannot be complete
 * @param signature over the whole document
 */
public record Rim(
    String version,
    String product,
    Map<Integer, Golden> measurements,
    List<String> unread,
    XmlSignature signature) {

  /** Namespace of SWID tags. */
  public static final String SWID = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd";

  /** Key prefix of manifests that are found by their version and not by their official id. */
  public static final String BY_VERSION = "version/";

  private static final List<String> HASH_NAMESPACES =
      List.of(
          "http://www.w3.org/2001/04/xmlenc#sha384",
          "http://www.w3.org/2001/04/xmldsig-more#sha384");

  private static final int ALTERNATIVES_MAX = 128;
  private static final int INDEX_MAX = 254;
  private static final int SIZE_MAX = 64;

  /**
   * What is expected at one index.
   *
   * @param alternatives any of these
   */
  public record Golden(String name, List<byte[]> alternatives) {
    /** Whether a device's value is one of the alternatives, in length and bytes. */
    public boolean matches(byte[] value) {
      return alternatives.stream().anyMatch(expected -> Arrays.equals(expected, value));
    }
  }

  /** Copies. */
  public Rim {
    measurements = java.util.Collections.unmodifiableMap(new TreeMap<>(measurements));
    unread = List.copyOf(unread);
  }

  /** Whether bytes look like a manifest; says nothing of what is in it. */
  public static boolean looksLike(byte[] raw) {
    int from = 0;
    int until = Math.min(raw.length, 4096);
    byte[] wanted = {
      'S', 'o', 'f', 't', 'w', 'a', 'r', 'e', 'I', 'd', 'e', 'n', 't', 'i', 't', 'y'
    };
    while (from < until && raw[from] <= ' ' && raw[from] >= 0) {
      from++;
    }
    if (from >= until || (raw[from] != '<' && raw[from] != (byte) 0xEF)) {
      return false;
    }
    for (int i = from; i + wanted.length <= until; i++) {
      if (raw[i] == 'S' && Arrays.equals(raw, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Parses a manifest; who signed it is for the caller to check.
   *
   * @throws AttestException MALFORMED_XML, MALFORMED_XML_SIGNATURE or MALFORMED_RIM
   */
  public static Rim parse(byte[] xml) {
    XmlElement root = XmlParser.parse(xml);
    if (!root.is(SWID, "SoftwareIdentity")) {
      throw malformed("element " + root.local(), "SoftwareIdentity of ISO 19770-2");
    }
    XmlElement meta = only(root, "Meta");
    Map<Integer, Golden> active = new TreeMap<>();
    List<String> unread = new ArrayList<>();
    for (XmlElement record : only(root, "Payload").elements()) {
      boolean known =
          record.is(SWID, "Resource") && attribute(record, "type").equals("Measurement");
      if (known) {
        read(record, active);
      } else if (unread.size() < 8) {
        unread.add(record.local() + " " + record.attribute("", "type").orElse(""));
      }
    }
    return new Rim(
        attribute(meta, "colloquialVersion"),
        meta.attribute("", "product").orElse(""),
        active,
        unread,
        XmlSignature.of(root));
  }

  private static void read(XmlElement record, Map<Integer, Golden> into) {
    int index = number(record, "index", 0, INDEX_MAX);
    String active = attribute(record, "active");
    if (active.equalsIgnoreCase("false")) {
      return;
    }
    if (!active.equalsIgnoreCase("true")) {
      throw malformed("active=\"" + active + "\"", "True or False");
    }
    int alternatives = number(record, "alternatives", 1, ALTERNATIVES_MAX);
    int size = number(record, "size", 1, SIZE_MAX);
    List<byte[]> values = new ArrayList<>(alternatives);
    for (int i = 0; i < alternatives; i++) {
      values.add(hash(record, i, size));
    }
    Golden golden = new Golden(attribute(record, "name"), List.copyOf(values));
    if (into.put(index, golden) != null) {
      throw malformed("index " + index + " twice", "each index once");
    }
  }

  private static byte[] hash(XmlElement record, int alternative, int size) {
    for (String namespace : HASH_NAMESPACES) {
      var text = record.attribute(namespace, "Hash" + alternative);
      if (text.isPresent()) {
        if (text.get().length() != 2 * size) {
          throw malformed(text.get().length() + " digits", size + " bytes");
        }
        try {
          return HexFormat.of().parseHex(text.get());
        } catch (IllegalArgumentException e) {
          throw malformed("Hash" + alternative + " that is no hex", "hex");
        }
      }
    }
    throw malformed("no Hash" + alternative, "as many hashes as alternatives");
  }

  private static int number(XmlElement element, String name, int min, int max) {
    String text = attribute(element, name);
    try {
      int value = text.length() > 6 ? -1 : Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one refusal.
    }
    throw malformed(name + "=\"" + text + "\"", min + " to " + max);
  }

  private static String attribute(XmlElement element, String name) {
    String value = element.attribute("", name).orElse("");
    if (value.isEmpty()) {
      throw malformed(element.local() + " without " + name, name);
    }
    return value;
  }

  private static XmlElement only(XmlElement root, String name) {
    List<XmlElement> found = root.elements(SWID, name);
    if (found.size() != 1) {
      throw malformed(found.size() + " elements " + name, "one");
    }
    return found.getFirst();
  }

  private static AttestException malformed(String got, String want) {
    return new AttestException("MALFORMED_RIM", got, want);
  }
}
