package network.assay.oracle.verify.attest.xml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a UTF-8 document of elements, attributes, text, CDATA and comments. Document types,
 * entities beyond the five predefined ones, and processing instructions are refused: there is
 * nothing to fetch and nothing to expand. ASCII names only.
 */
public final class XmlParser {
  /** NVIDIA's manifests have 20 kB; a hundred times that is still quick to read. */
  public static final int BYTES_MAX = 2 << 20;

  private static final int DEPTH_MAX = 32;
  private static final int ELEMENTS_MAX = 20_000;
  private static final int ATTRIBUTES_MAX = 256;
  private static final String XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
  private static final String XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/";

  private final String text;
  private int at;
  private int elements;

  private XmlParser(String text) {
    this.text = text;
  }

  /**
   * Parses one document.
   *
   * @throws AttestException named MALFORMED_XML
   */
  public static XmlElement parse(byte[] utf8) {
    if (utf8.length > BYTES_MAX) {
      throw new AttestException("MALFORMED_XML", utf8.length + " bytes", "at most " + BYTES_MAX);
    }
    return new XmlParser(normalised(decode(utf8))).document();
  }

  private static String decode(byte[] utf8) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(utf8))
              .toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new AttestException("MALFORMED_XML", "bytes that are no UTF-8", "UTF-8");
    }
  }

  /** Line ends become one line feed before anything else sees them (XML 1.0, 2.11). */
  private static String normalised(String text) {
    if (text.indexOf('\r') < 0) {
      return text;
    }
    return text.replace("\r\n", "\n").replace('\r', '\n');
  }

  private XmlElement document() {
    declaration();
    outside();
    XmlElement root = element();
    outside();
    if (at != text.length()) {
      throw malformed("one root element, and nothing after it");
    }
    return root;
  }

  private void declaration() {
    if (!text.startsWith("<?xml") || text.length() < 6 || !isSpace(text.charAt(5))) {
      return;
    }
    int end = text.indexOf("?>");
    if (end < 0 || end > 200) {
      throw malformed("a closed XML declaration");
    }
    String declared = text.substring(5, end).toLowerCase(java.util.Locale.ROOT);
    if (declared.contains("encoding") && !declared.contains("utf-8")) {
      throw malformed("encoding UTF-8");
    }
    if (!declared.contains("1.0")) {
      throw malformed("XML 1.0");
    }
    at = end + 2;
  }

  /** White space and comments around the root; neither is in the canonical form. */
  private void outside() {
    while (at < text.length()) {
      if (isSpace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("<!--", at)) {
        comment();
      } else {
        return;
      }
    }
  }

  /** Depth is bounded, and kept in {@code parent} links, not on the machine's stack. */
  private XmlElement element() {
    XmlElement root = null;
    @Nullable XmlElement open = null;
    int depth = 0;
    do {
      if (text.startsWith("<!--", at)) {
        comment();
      } else if (open != null && text.startsWith("<![CDATA[", at)) {
        open.add(cdata());
      } else if (open != null && text.startsWith("</", at)) {
        endTag(open);
        open = open.parent();
        depth--;
      } else if (peek() == '<') {
        if (depth == DEPTH_MAX || ++elements > ELEMENTS_MAX) {
          throw malformed("at most " + DEPTH_MAX + " levels, " + ELEMENTS_MAX + " elements");
        }
        XmlElement started = startTag(open);
        if (open != null) {
          open.add(started);
        } else {
          root = started;
        }
        if (!selfClosed()) {
          open = started;
          depth++;
        }
      } else if (open != null) {
        open.add(characters());
      } else {
        throw malformed("an element");
      }
    } while (open != null);
    if (root == null) {
      throw malformed("an element");
    }
    return root;
  }

  private boolean selfClosed() {
    if (text.startsWith("/>", at)) {
      at += 2;
      return true;
    }
    expect('>');
    return false;
  }

  private void endTag(XmlElement open) {
    at += 2;
    String name = name();
    if (!name.equals(open.qualified())) {
      throw malformed("</" + open.qualified() + ">");
    }
    space();
    expect('>');
  }

  private XmlElement startTag(@Nullable XmlElement parent) {
    at++;
    String name = name();
    SortedMap<String, String> declared = new TreeMap<>();
    SortedMap<String, String> plain = new TreeMap<>();
    int count = 0;
    while (true) {
      boolean spaced = space();
      char next = peek();
      if (next == '>' || next == '/') {
        break;
      }
      if (!spaced || ++count > ATTRIBUTES_MAX) {
        throw malformed("white space between at most " + ATTRIBUTES_MAX + " attributes");
      }
      attribute(declared, plain);
    }
    XmlElement element =
        new XmlElement(parent, prefix(name), name.substring(name.indexOf(':') + 1), declared);
    if (element.resolve(element.prefix()) == null) {
      throw malformed("prefix " + element.prefix() + " bound to a namespace");
    }
    addAttributes(element, plain);
    return element;
  }

  private void attribute(SortedMap<String, String> declared, SortedMap<String, String> plain) {
    String name = name();
    space();
    expect('=');
    space();
    String value = attributeValue();
    boolean twice;
    if (name.equals("xmlns")) {
      twice = declared.put("", value) != null;
    } else if (name.startsWith("xmlns:")) {
      if (value.isEmpty() || name.equals("xmlns:xml") || name.equals("xmlns:xmlns")) {
        throw malformed("a namespace for " + name);
      }
      twice = declared.put(name.substring(6), value) != null;
    } else {
      twice = plain.put(name, value) != null;
    }
    if (twice || (value.equals(XMLNS_NAMESPACE) && name.startsWith("xmlns"))) {
      throw malformed("attribute " + name + " once");
    }
  }

  private void addAttributes(XmlElement element, SortedMap<String, String> plain) {
    Set<String> expanded = new HashSet<>();
    plain.forEach((name, value) -> {
      String prefix = prefix(name);
      String local = name.substring(name.indexOf(':') + 1);
      String uri = "";
      if (prefix.equals("xml")) {
        uri = XML_NAMESPACE;
      } else if (!prefix.isEmpty()) {
        String bound = element.resolve(prefix);
        if (bound == null) {
          throw malformed("prefix " + prefix + " bound to a namespace");
        }
        uri = bound;
      }
      if (!expanded.add(uri + " " + local)) {
        throw malformed("attribute " + name + " once");
      }
      element.add(new XmlElement.Attribute(prefix, local, uri, value));
    });
  }

  private String attributeValue() {
    char quote = peek();
    if (quote != '"' && quote != '\'') {
      throw malformed("a quoted value");
    }
    at++;
    StringBuilder value = new StringBuilder();
    while (true) {
      char c = take();
      if (c == quote) {
        return value.toString();
      }
      if (c == '<') {
        throw malformed("no < in a value");
      }
      if (c == '&') {
        reference(value);
      } else {
        value.append(isSpace(c) ? ' ' : character(c));
      }
    }
  }

  private String characters() {
    StringBuilder found = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '<') {
      char c = take();
      if (c == '&') {
        reference(found);
      } else {
        if (c == '>' && found.length() >= 2 && text.startsWith("]]", at - 3)) {
          throw malformed("no ]]> in text");
        }
        found.append(character(c));
      }
    }
    if (at == text.length()) {
      throw malformed("a closed element");
    }
    return found.toString();
  }

  private String cdata() {
    int end = text.indexOf("]]>", at + 9);
    if (end < 0) {
      throw malformed("a closed CDATA section");
    }
    String found = text.substring(at + 9, end);
    for (int i = 0; i < found.length(); i++) {
      character(found.charAt(i));
    }
    at = end + 3;
    return found;
  }

  private void comment() {
    int end = text.indexOf("--", at + 4);
    if (end < 0 || !text.startsWith("-->", end)) {
      throw malformed("a closed comment without --");
    }
    at = end + 3;
  }

  private void reference(StringBuilder into) {
    int end = text.indexOf(';', at);
    if (end < 0 || end - at > 10) {
      throw malformed("a reference that ends in ;");
    }
    String name = text.substring(at, end);
    at = end + 1;
    switch (name) {
      case "amp" -> into.append('&');
      case "lt" -> into.append('<');
      case "gt" -> into.append('>');
      case "quot" -> into.append('"');
      case "apos" -> into.append('\'');
      default -> into.appendCodePoint(codePoint(name));
    }
  }

  private int codePoint(String name) {
    try {
      int code =
          name.startsWith("#x")
              ? Integer.parseInt(name, 2, name.length(), 16)
              : name.startsWith("#") ? Integer.parseInt(name, 1, name.length(), 10) : -1;
      if (code == 9 || code == 10 || code == 13 || (code >= 32 && isCharacter(code))) {
        return code;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one refusal.
    }
    throw malformed("one of the five predefined entities, or a character's number");
  }

  private static boolean isCharacter(int code) {
    return code <= 0xD7FF
        || (code >= 0xE000 && code <= 0xFFFD)
        || (code >= 0x10000 && code <= 0x10FFFF);
  }

  private char character(char c) {
    if ((c < 32 && c != '\t' && c != '\n') || c == 0xFFFE || c == 0xFFFF) {
      throw malformed("a character that XML allows");
    }
    return c;
  }

  private String name() {
    int from = at;
    int colons = 0;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      if (text.charAt(at++) == ':') {
        colons++;
      }
    }
    String name = text.substring(from, at);
    if (name.isEmpty() || colons > 1 || !startsPart(name, 0)) {
      throw malformed("a name");
    }
    int colon = name.indexOf(':');
    if (colon >= 0 && (colon == 0 || colon == name.length() - 1 || !startsPart(name, colon + 1))) {
      throw malformed("a qualified name");
    }
    return name;
  }

  private static boolean startsPart(String name, int index) {
    char c = name.charAt(index);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '.'
        || c == ':';
  }

  private static String prefix(String name) {
    int colon = name.indexOf(':');
    return colon < 0 ? "" : name.substring(0, colon);
  }

  private boolean space() {
    int from = at;
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    return at > from;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private char peek() {
    if (at >= text.length()) {
      throw malformed("more");
    }
    return text.charAt(at);
  }

  private char take() {
    char c = peek();
    at++;
    return c;
  }

  private void expect(char wanted) {
    if (take() != wanted) {
      throw malformed("'" + wanted + "'");
    }
  }

  private AttestException malformed(String want) {
    int from = Math.max(0, Math.min(at, text.length()) - 12);
    String near = text.substring(from, Math.min(text.length(), from + 24));
    return new AttestException(
        "MALFORMED_XML", "at character " + at + ", near \"" + near + "\"", want);
  }
}
