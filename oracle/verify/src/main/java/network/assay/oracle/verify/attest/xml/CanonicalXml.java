package network.assay.oracle.verify.attest.xml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;
import org.jspecify.annotations.Nullable;

/**
 * Canonical XML 1.0 and 1.1 (inclusive; they differ only in xml: attributes of left-out ancestors,
 * which are refused) and exclusive canonical XML 1.0, all without comments.
 */
public final class CanonicalXml {

  /** Which of the two ways namespaces are written. */
  public enum Method {
    /** Every namespace in scope. */
    INCLUSIVE,
    /** Only namespaces that the element and its attributes use. */
    EXCLUSIVE
  }

  private static final Comparator<XmlElement.Attribute> ORDER =
      Comparator.comparing(XmlElement.Attribute::uri).thenComparing(XmlElement.Attribute::local);

  private final Method method;
  private final @Nullable XmlElement leftOut;
  private final StringBuilder out = new StringBuilder();

  private CanonicalXml(Method method, @Nullable XmlElement leftOut) {
    this.method = method;
    this.leftOut = leftOut;
  }

  /**
   * The canonical bytes of an element with all below it.
   *
   * @param leftOut a descendant that is not written (the enveloped signature), or null
   */
  public static byte[] of(XmlElement apex, Method method, @Nullable XmlElement leftOut) {
    for (XmlElement at = apex.parent(); at != null; at = at.parent()) {
      if (at.attributes().stream().anyMatch(attribute -> attribute.prefix().equals("xml"))) {
        throw new AttestException(
            "UNSUPPORTED_XML", "xml: attributes above what is signed", "none there");
      }
    }
    CanonicalXml canonical = new CanonicalXml(method, leftOut);
    canonical.write(apex, Map.of());
    return canonical.out.toString().getBytes(UTF_8);
  }

  /** Recursion is as deep as the parser allows documents to be. */
  private void write(XmlElement element, Map<String, String> written) {
    SortedMap<String, String> now = new TreeMap<>(written);
    out.append('<').append(element.qualified());
    namespaces(element, written, now);
    List<XmlElement.Attribute> sorted = new ArrayList<>(element.attributes());
    sorted.sort(ORDER);
    for (XmlElement.Attribute attribute : sorted) {
      out.append(' ').append(attribute.qualified()).append("=\"");
      attributeText(attribute.value());
      out.append('"');
    }
    out.append('>');
    for (Object child : element.children()) {
      if (child instanceof String text) {
        text(text);
      } else if (child instanceof XmlElement below && below != leftOut) {
        write(below, now);
      }
    }
    out.append("</").append(element.qualified()).append('>');
  }

  private void namespaces(
      XmlElement element, Map<String, String> written, SortedMap<String, String> now) {
    SortedMap<String, String> wanted =
        method == Method.INCLUSIVE ? inclusive(element, written) : used(element);
    wanted.forEach((prefix, uri) -> {
      String before = written.getOrDefault(prefix, prefix.isEmpty() ? "" : null);
      if (uri.equals(before)) {
        return;
      }
      out.append(prefix.isEmpty() ? " xmlns=\"" : " xmlns:" + prefix + "=\"");
      attributeText(uri);
      out.append('"');
      now.put(prefix, uri);
    });
  }

  /** Below the apex only what an element declares itself can differ from what is written. */
  private static SortedMap<String, String> inclusive(
      XmlElement element, Map<String, String> written) {
    return written.isEmpty() ? element.inScope() : new TreeMap<>(element.declared());
  }

  private static SortedMap<String, String> used(XmlElement element) {
    SortedMap<String, String> used = new TreeMap<>();
    used.put(element.prefix(), element.uri());
    for (XmlElement.Attribute attribute : element.attributes()) {
      if (!attribute.prefix().isEmpty() && !attribute.prefix().equals("xml")) {
        used.put(attribute.prefix(), attribute.uri());
      }
    }
    return used;
  }

  private void text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '\r' -> out.append("&#xD;");
        default -> out.append(c);
      }
    }
  }

  private void attributeText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '"' -> out.append("&quot;");
        case '\t' -> out.append("&#x9;");
        case '\n' -> out.append("&#xA;");
        case '\r' -> out.append("&#xD;");
        default -> out.append(c);
      }
    }
  }
}
