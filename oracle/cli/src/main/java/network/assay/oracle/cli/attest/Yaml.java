package network.assay.oracle.cli.attest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import network.assay.oracle.verify.attest.AttestException;

/**
 * The YAML that serialisers of evidence write, as JSON: maps, lists, plain and quoted scalars,
 * block scalars, and JSON's own brackets within a line. No anchors, tags, merges or documents: what
 * uses them is refused. Linear in its bytes; depth is bounded.
 */
final class Yaml {
  private static final String REASON = "MALFORMED_YAML";
  private static final int BYTES_MAX = 8 << 20;

  /** How many bytes tell. */
  static final int LOOKED_AT = 4096;

  private static final int DEPTH_MAX = 24;

  /** One line that says something. */
  private record Line(int indent, String text, int number) {}

  private final String[] raw;
  private final List<Line> lines = new ArrayList<>();
  private final StringBuilder out = new StringBuilder();
  private int at;

  private Yaml(String text) {
    raw = text.split("\r?\n", -1);
    for (int i = 0; i < raw.length; i++) {
      String stripped = raw[i].strip();
      boolean says = !stripped.isEmpty() && stripped.charAt(0) != '#' && !stripped.equals("---");
      if (says) {
        lines.add(new Line(indent(raw[i]), stripped, i));
      }
    }
  }

  private static int indent(String line) {
    int indent = 0;
    while (indent < line.length() && line.charAt(indent) == ' ') {
      indent++;
    }
    return indent;
  }

  /** Whether bytes begin like a map in YAML, and not like anything else that is read here. */
  static boolean looksLike(byte[] bytes) {
    if (bytes.length < 16 || bytes.length > BYTES_MAX) {
      return false;
    }
    String head = new String(bytes, 0, Math.min(bytes.length, LOOKED_AT), UTF_8);
    for (String line : head.split("\r?\n", 64)) {
      String text = line.strip();
      if (!text.isEmpty() && text.charAt(0) != '#' && !text.equals("---")) {
        return line.charAt(0) != ' ' && key(text) > 0;
      }
    }
    return false;
  }

  /** Where a key ends, at its colon; -1 where there is none. */
  private static int key(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':') {
        return i > 0 && (i + 1 == text.length() || text.charAt(i + 1) == ' ') ? i : -1;
      }
      boolean plain = Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == '"';
      if (!plain || c > '~') {
        return -1;
      }
    }
    return -1;
  }

  /**
   * The same as JSON.
   *
   * @throws AttestException MALFORMED_YAML
   */
  static byte[] toJson(byte[] bytes) {
    Yaml yaml = new Yaml(new String(bytes, UTF_8));
    yaml.node(0, 0);
    if (yaml.at < yaml.lines.size()) {
      throw refused(yaml.lines.get(yaml.at), "one value");
    }
    return yaml.out.toString().getBytes(UTF_8);
  }

  private static AttestException refused(Line line, String want) {
    return new AttestException(REASON, "line " + (line.number() + 1), want);
  }

  /** What stands from here on, at least so far to the right. */
  private void node(int indent, int depth) {
    if (at >= lines.size() || lines.get(at).indent() < indent) {
      out.append("null");
      return;
    }
    Line line = lines.get(at);
    if (depth > DEPTH_MAX) {
      throw refused(line, "at most " + DEPTH_MAX + " levels");
    }
    if (item(line.text())) {
      list(line.indent(), depth);
    } else if (key(line.text()) > 0) {
      map(line.indent(), depth);
    } else {
      at++;
      scalar(line.text(), line);
    }
  }

  private static boolean item(String text) {
    return text.equals("-") || text.startsWith("- ");
  }

  private void list(int indent, int depth) {
    out.append('[');
    boolean first = true;
    while (at < lines.size() && lines.get(at).indent() == indent && item(lines.get(at).text())) {
      out.append(first ? "" : ",");
      first = false;
      Line line = lines.get(at);
      String rest = line.text().substring(1).strip();
      if (rest.isEmpty()) {
        at++;
        node(indent + 1, depth + 1);
      } else if (item(rest) || key(rest) > 0) {
        // A value that begins in the item's own line: the same as one line below, further right.
        int moved = indent + line.text().length() - rest.length();
        lines.set(at, new Line(moved, rest, line.number()));
        node(moved, depth + 1);
      } else {
        at++;
        value(rest, line, indent, depth);
      }
    }
    out.append(']');
  }

  private void map(int indent, int depth) {
    out.append('{');
    boolean first = true;
    while (at < lines.size() && lines.get(at).indent() == indent) {
      Line line = lines.get(at);
      int colon = key(line.text());
      if (colon < 0) {
        throw refused(line, "a key");
      }
      out.append(first ? "" : ",");
      first = false;
      at++;
      quoted(line.text().substring(0, colon).replace("\"", ""));
      out.append(':');
      value(line.text().substring(colon + 1).strip(), line, indent, depth);
    }
    if (at < lines.size() && lines.get(at).indent() > indent) {
      throw refused(lines.get(at), "the indentation of the line before");
    }
    out.append('}');
  }

  private void value(String text, Line line, int indent, int depth) {
    if (text.isEmpty()) {
      boolean listBelow =
          at < lines.size() && lines.get(at).indent() == indent && item(lines.get(at).text());
      node(listBelow ? indent : indent + 1, depth + 1);
    } else if (text.charAt(0) == '|' || text.charAt(0) == '>') {
      block(text.charAt(0) == '|', line, indent);
    } else {
      scalar(text, line);
    }
  }

  /** Lines further right than the key, kept or folded; the last newline is never needed. */
  private void block(boolean kept, Line line, int indent) {
    StringBuilder text = new StringBuilder();
    int own = -1;
    int next = line.number() + 1;
    while (next < raw.length && (raw[next].isBlank() || indent(raw[next]) > indent)) {
      if (own < 0 && !raw[next].isBlank()) {
        own = indent(raw[next]);
      }
      String part =
          raw[next].isBlank() ? "" : raw[next].substring(Math.max(own, 0)).stripTrailing();
      text.append(text.isEmpty() ? "" : kept ? "\n" : " ").append(part);
      next++;
    }
    while (at < lines.size() && lines.get(at).number() < next) {
      at++;
    }
    quoted(text.toString().stripTrailing());
  }

  private void scalar(String text, Line line) {
    char first = text.charAt(0);
    if (first == '"' || first == '[' || first == '{') {
      // JSON's own; its parser looks at it again.
      out.append(text);
    } else if (first == '\'') {
      if (text.length() < 2 || text.charAt(text.length() - 1) != '\'') {
        throw refused(line, "the end of the quotes");
      }
      quoted(text.substring(1, text.length() - 1).replace("''", "'"));
    } else if (first == '&' || first == '*' || first == '!' || first == '%') {
      throw refused(line, "no anchors, tags or directives");
    } else if (plain(text)) {
      out.append(text.equals("~") ? "null" : text);
    } else {
      quoted(text);
    }
  }

  /** Numbers and words that JSON has, too. */
  private static boolean plain(String text) {
    if (text.equals("null") || text.equals("~") || text.equals("true") || text.equals("false")) {
      return true;
    }
    int from = text.charAt(0) == '-' ? 1 : 0;
    boolean number = text.length() > from && text.length() < 19;
    for (int i = from; i < text.length(); i++) {
      number &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return number && (text.charAt(from) != '0' || text.length() == from + 1);
  }

  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < ' ') {
            out.append("\\u00")
                .append(c < 16 ? "0" : "1")
                .append("0123456789abcdef".charAt(c % 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
