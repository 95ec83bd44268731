package network.assay.oracle.verify.attest.dcap;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import network.assay.oracle.verify.attest.AttestException;

/**
 * Reads JSON (RFC 8259) straight from its bytes and knows where each value stands, so that a
 * signature can be checked over the very bytes that were delivered. Bounded in depth; numbers are
 * whole; a name that the caller knows may come once.
 */
final class JsonReader {
  private static final int DEPTH_MAX = 16;
  private static final int STRING_MAX = 4096;

  private final byte[] json;
  private final int end;
  private int at;

  JsonReader(byte[] json) {
    this(json, 0, json.length);
  }

  JsonReader(byte[] json, int from, int to) {
    this.json = json;
    this.at = from;
    this.end = to;
  }

  /** What to do with the value of a name; it must read or skip exactly that value. */
  @FunctionalInterface
  interface Member {
    void read(int name);
  }

  /** Something to do for each element. */
  @FunctionalInterface
  interface Element {
    void read();
  }

  /** Names that a caller knows, at most 32. */
  static byte[][] names(String... names) {
    return Arrays.stream(names)
        .map(name -> name.getBytes(StandardCharsets.US_ASCII))
        .toArray(byte[][]::new);
  }

  /** Where the next value begins. */
  int position() {
    blank();
    return at;
  }

  /** Where the value that was read last ended. */
  int behind() {
    return at;
  }

  /**
   * Reads an object; gives the index of each name that is known and skips the others.
   *
   * @return a bit for each known name that came
   */
  int object(byte[][] known, Member member) {
    expect('{');
    int seen = 0;
    if (next('}')) {
      return seen;
    }
    do {
      int name = name(known);
      expect(':');
      if (name < 0) {
        skip(0);
        continue;
      }
      if ((seen & (1 << name)) != 0) {
        throw bad(new String(known[name], StandardCharsets.US_ASCII) + " twice", "each name once");
      }
      seen |= 1 << name;
      member.read(name);
    } while (next(','));
    expect('}');
    return seen;
  }

  /** Reads an array of at most {@code most} elements. */
  void array(int most, Element element) {
    expect('[');
    if (next(']')) {
      return;
    }
    int count = 0;
    do {
      if (count++ == most) {
        throw bad("more elements", "at most " + most);
      }
      element.read();
    } while (next(','));
    expect(']');
  }

  /** Refuses what comes after the last value. */
  void end() {
    blank();
    if (at != end) {
      throw bad("more after the last value", "the end");
    }
  }

  /** Reads a whole number from 0 to {@code most}. */
  int number(int most) {
    blank();
    int from = at;
    long value = 0;
    while (at < end && json[at] >= '0' && json[at] <= '9' && at - from < 11) {
      value = 10 * value + json[at++] - '0';
    }
    boolean padded = at - from > 1 && json[from] == '0';
    boolean goesOn = at < end && (json[at] == '.' || json[at] == 'e' || json[at] == 'E');
    if (at == from || padded || goesOn || value > most) {
      throw bad("no such number", "a whole number from 0 to " + most);
    }
    return (int) value;
  }

  /** Reads a string. */
  String string() {
    blank();
    int from = at + 1;
    boolean escaped = pastString();
    return escaped
        ? unescaped(from, at - 1)
        : new String(json, from, at - 1 - from, StandardCharsets.UTF_8);
  }

  /** Reads a string of exactly {@code bytes} bytes in hex, in either case. */
  byte[] hex(int bytes) {
    blank();
    int from = at + 1;
    pastString();
    if (at - 1 - from != 2 * bytes) {
      throw bad("a string of " + (at - 1 - from) + " characters", 2 * bytes + " hex digits");
    }
    byte[] out = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      out[i] = (byte) (16 * digit(json[from + 2 * i]) + digit(json[from + 2 * i + 1]));
    }
    return out;
  }

  /** Passes over one value of any kind. */
  void skip() {
    skip(0);
  }

  private void skip(int depth) {
    if (depth > DEPTH_MAX) {
      throw bad("nested deeper", "at most " + DEPTH_MAX);
    }
    blank();
    int first = at < end ? json[at] : -1;
    switch (first) {
      case '{' -> {
        at++;
        if (!next('}')) {
          do {
            blank();
            pastString();
            expect(':');
            skip(depth + 1);
          } while (next(','));
          expect('}');
        }
      }
      case '[' -> {
        at++;
        if (!next(']')) {
          do {
            skip(depth + 1);
          } while (next(','));
          expect(']');
        }
      }
      case '"' -> pastString();
      default -> word();
    }
  }

  private void word() {
    int from = at;
    while (at < end && isWord(json[at])) {
      at++;
    }
    if (at == from || at - from > 32) {
      throw bad("no value", "a value");
    }
  }

  private static boolean isWord(byte c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || c == '-'
        || c == '+'
        || c == '.'
        || c == 'E';
  }

  private int name(byte[][] known) {
    blank();
    int from = at + 1;
    boolean escaped = pastString();
    if (escaped) {
      throw bad("a name with an escape", "plain names");
    }
    for (int i = 0; i < known.length; i++) {
      if (Arrays.equals(json, from, at - 1, known[i], 0, known[i].length)) {
        return i;
      }
    }
    return -1;
  }

  /** Moves behind a string; says whether it has escapes. */
  private boolean pastString() {
    expect('"');
    int from = at;
    boolean escaped = false;
    while (at < end && json[at] != '"') {
      if (json[at] == '\\') {
        escaped = true;
        at++;
      } else if (json[at] >= 0 && json[at] < 0x20) {
        throw bad("a control character", "none in a string");
      }
      at++;
    }
    if (at >= end || at - from > STRING_MAX) {
      throw bad("a string without end or too long", "at most " + STRING_MAX + " bytes");
    }
    at++;
    return escaped;
  }

  private String unescaped(int from, int to) {
    StringBuilder out = new StringBuilder();
    String raw = new String(json, from, to - from, StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char kind = raw.charAt(++i);
      switch (kind) {
        case '"', '\\', '/' -> out.append(kind);
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        default -> throw bad("escape " + kind, "a simple one");
      }
    }
    return out.toString();
  }

  private static int digit(byte c) {
    int value = Character.digit(c, 16);
    if (c < 0 || value < 0) {
      throw bad("no hex digit", "hex digits");
    }
    return value;
  }

  private void expect(char c) {
    blank();
    if (at >= end || json[at] != c) {
      throw bad(at < end ? "byte " + (json[at] & 0xff) + " at " + at : "the end", "'" + c + "'");
    }
    at++;
  }

  private boolean next(char c) {
    blank();
    if (at < end && json[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  private void blank() {
    while (at < end
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
  }

  private static AttestException bad(String got, String want) {
    return new AttestException("JSON", got, want);
  }
}
