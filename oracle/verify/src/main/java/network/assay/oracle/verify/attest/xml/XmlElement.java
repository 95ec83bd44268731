package network.assay.oracle.verify.attest.xml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One element of a parsed document. Children are elements and text in document order; comments are
 * gone, since no signature here covers them.
 */
public final class XmlElement {

  /**
   * One attribute that is no namespace declaration.
   *
   * @param uri namespace of a prefixed name, empty for a bare one (a bare attribute is in none)
   */
  public record Attribute(String prefix, String local, String uri, String value) {
    String qualified() {
      return prefix.isEmpty() ? local : prefix + ":" + local;
    }
  }

  private final @Nullable XmlElement parent;
  private final String prefix;
  private final String local;
  private final SortedMap<String, String> declared;
  private final List<Attribute> attributes = new ArrayList<>();
  private final List<Object> children = new ArrayList<>();

  XmlElement(
      @Nullable XmlElement parent,
      String prefix,
      String local,
      SortedMap<String, String> declared) {
    this.parent = parent;
    this.prefix = prefix;
    this.local = local;
    this.declared = declared;
  }

  void add(Attribute attribute) {
    attributes.add(attribute);
  }

  void add(XmlElement child) {
    children.add(child);
  }

  void add(String text) {
    children.add(text);
  }

  /** The namespace that a prefix is bound to here, or empty for the unbound default. */
  @Nullable String resolve(String wanted) {
    for (XmlElement at = this; at != null; at = at.parent) {
      String uri = at.declared.get(wanted);
      if (uri != null) {
        return uri;
      }
    }
    return wanted.isEmpty() ? "" : null;
  }

  /** Prefix to namespace, declared on this very element. */
  Map<String, String> declared() {
    return declared;
  }

  /** Every prefix in scope here with its namespace, the default under the empty prefix. */
  SortedMap<String, String> inScope() {
    SortedMap<String, String> scope = parent == null ? new TreeMap<>() : parent.inScope();
    scope.putAll(declared);
    return scope;
  }

  String qualified() {
    return prefix.isEmpty() ? local : prefix + ":" + local;
  }

  String prefix() {
    return prefix;
  }

  @Nullable XmlElement parent() {
    return parent;
  }

  /** Name without prefix. */
  public String local() {
    return local;
  }

  /** Namespace of the name, empty for none. */
  public String uri() {
    String uri = resolve(prefix);
    return uri == null ? "" : uri;
  }

  /** Whether this is the element of that name in that namespace. */
  public boolean is(String uri, String name) {
    return local.equals(name) && uri().equals(uri);
  }

  /** Attributes as they stand in the document. */
  public List<Attribute> attributes() {
    return Collections.unmodifiableList(attributes);
  }

  /** The value of an attribute; {@code uri} empty for a bare name. */
  public Optional<String> attribute(String uri, String name) {
    for (Attribute attribute : attributes) {
      if (attribute.local().equals(name) && attribute.uri().equals(uri)) {
        return Optional.of(attribute.value());
      }
    }
    return Optional.empty();
  }

  /** Child elements, in order. */
  public List<XmlElement> elements() {
    List<XmlElement> found = new ArrayList<>();
    for (Object child : children) {
      if (child instanceof XmlElement element) {
        found.add(element);
      }
    }
    return found;
  }

  /** Child elements of that name in that namespace, in order. */
  public List<XmlElement> elements(String uri, String name) {
    List<XmlElement> found = new ArrayList<>();
    for (Object child : children) {
      if (child instanceof XmlElement element && element.is(uri, name)) {
        found.add(element);
      }
    }
    return found;
  }

  /** The text directly inside. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Object child : children) {
      if (child instanceof String part) {
        text.append(part);
      }
    }
    return text.toString();
  }

  List<Object> children() {
    return children;
  }
}
