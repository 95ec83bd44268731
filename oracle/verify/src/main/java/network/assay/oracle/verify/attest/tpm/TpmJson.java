package network.assay.oracle.verify.attest.tpm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.eventlog.EventLog;
import network.assay.oracle.verify.attest.eventlog.HashAlgorithm;
import network.assay.oracle.verify.attest.eventlog.TdxRegisters;
import network.assay.oracle.verify.attest.json.StrictJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Quotes in JSON of whatever tool: go-tpm-tools' Attestation message as JSON, attested TLS', and
 * others with a quote, its signature and its registers in one object. Bytes are recognised by what
 * they are (a quote, a paravisor's or TD's report, certificates, a public area, a log), a signature
 * and registers by the names of their members. Where something is looked for decides nothing about
 * what is believed.
 */
final class TpmJson {
  private static final String REASON = "TPM_JSON";
  private static final int BYTES_MAX = 1 << 20;
  private static final int NODES_MAX = 4096;
  private static final int LEAVES_MAX = 256;
  private static final int QUOTES_MAX = 5;
  private static final int LEAF_MIN = 16;
  private static final int PCRS = 24;

  /** "\u00ffTCG", type quote: in hex, base64, and base64 behind a length of two bytes. */
  private static final List<String> MARKS =
      List.of("ff5443478018", "FF5443478018", "/1RDR4AY", "_1RDR4AY", "VENHgBgA");

  private static final int[] NUMBERS = {255, 84, 67, 71, 128, 24};

  private final List<byte[]> leaves = new ArrayList<>();
  private final List<byte[]> keylime = new ArrayList<>();
  private final List<JsonNode> objects = new ArrayList<>();
  private int nodes;

  private TpmJson() {}

  /** Whether a text that begins as JSON has a quote somewhere in it; cheap. */
  static boolean looksLike(byte[] raw) {
    int at = 0;
    while (at < raw.length && (raw[at] == ' ' || raw[at] == '\n' || raw[at] == '\r')) {
      at++;
    }
    if (at >= raw.length || (raw[at] != '{' && raw[at] != '[') || raw.length > BYTES_MAX) {
      return false;
    }
    String text = new String(raw, StandardCharsets.ISO_8859_1);
    return MARKS.stream().anyMatch(text::contains) || numbers(text);
  }

  private static boolean numbers(String text) {
    for (int at = text.indexOf("255"); at >= 0; at = text.indexOf("255", at + 3)) {
      if (follows(text, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean follows(String text, int from) {
    int at = from;
    for (int number : NUMBERS) {
      String digits = Integer.toString(number);
      while (at > from && at < text.length() && " ,\r\n\t".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      if (!text.startsWith(digits, at)) {
        return false;
      }
      at += digits.length();
    }
    return true;
  }

  /**
   * Reads the quotes and what lies with them.
   *
   * @throws AttestException if there is none, or one that does not hold together
   */
  static TpmEvidence read(byte[] raw) {
    TpmJson found = new TpmJson();
    found.collect(StrictJson.parse(raw, BYTES_MAX, REASON));
    List<SignedQuote> quotes = new ArrayList<>();
    for (JsonNode object : found.objects) {
      found.quote(object).ifPresent(quotes::add);
      if (quotes.size() > QUOTES_MAX) {
        throw new AttestException(REASON, "more quotes", "at most " + QUOTES_MAX);
      }
    }
    found.keylime.forEach(text -> quotes.addAll(KeylimeQuote.read(text).quotes()));
    if (quotes.isEmpty() || quotes.size() > QUOTES_MAX) {
      throw new AttestException(
          REASON, quotes.size() + " quotes with signatures", "1 to " + QUOTES_MAX);
    }
    return TpmEvidence.of(quotes)
        .vouched(
            found.leaf(HclReport::looksLike).map(HclReport::read),
            found.leaf(TdxRegisters::looksLike))
        .with(
            TpmBeside.publicArea(found.leaves),
            found.leaves.stream().filter(AttestationKey::looksLike).toList(),
            found.leaf(EventLog::looksLike),
            found.unread());
  }

  private Optional<byte[]> leaf(java.util.function.Predicate<byte[]> kind) {
    return leaves.stream().filter(kind).findFirst();
  }

  /** A hardware report in a form that only its own tools read: they would, so we say so. */
  private Optional<String> unread() {
    for (JsonNode object : objects) {
      for (String name : object.propertyNames()) {
        String plain = plain(name);
        JsonNode part = object.get(name);
        boolean tee = plain.equals("sevsnpattestation") || plain.equals("tdxattestation");
        if (tee && part.isObject() && !part.isEmpty()) {
          return Optional.of(name);
        }
      }
    }
    return Optional.empty();
  }

  // --- The tree ---

  private void collect(JsonNode node) {
    if (++nodes > NODES_MAX || leaves.size() > LEAVES_MAX || keylime.size() > QUOTES_MAX) {
      throw new AttestException(REASON, "more values", "at most " + LEAVES_MAX + " of bytes");
    }
    if (node.isString() && node.stringValue().startsWith("r/1RD")) {
      byte[] text = node.stringValue().getBytes(StandardCharsets.ISO_8859_1);
      if (KeylimeQuote.looksLike(text)) {
        keylime.add(text);
        return;
      }
    }
    byte[] bytes = bytes(node);
    if (bytes != null) {
      leaves.add(bytes);
    } else if (node.isObject()) {
      objects.add(node);
      node.forEach(this::collect);
    } else if (node.isArray()) {
      node.forEach(this::collect);
    }
  }

  /** A list of byte values, hex, base64 or PEM; null for anything else. */
  private static byte @Nullable [] bytes(JsonNode node) {
    if (node.isString() && node.stringValue().length() >= LEAF_MIN) {
      return decoded(node.stringValue());
    }
    if (!node.isArray() || node.size() < LEAF_MIN) {
      return null;
    }
    byte[] found = new byte[node.size()];
    int at = 0;
    for (JsonNode item : node) {
      if (!item.isInt() || item.intValue() < 0 || item.intValue() > 255) {
        return null;
      }
      found[at++] = (byte) item.intValue();
    }
    return found;
  }

  private static byte @Nullable [] decoded(String text) {
    if (text.startsWith("-----")) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
    byte[] hex = hex(text);
    return hex == null ? base64(text) : hex;
  }

  private static byte @Nullable [] hex(String text) {
    try {
      return HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte @Nullable [] base64(String text) {
    try {
      boolean url = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
      return (url ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  // --- One quote ---

  private Optional<SignedQuote> quote(JsonNode object) {
    TpmQuote message = null;
    byte[] signature = null;
    JsonNode registers = null;
    for (String name : object.propertyNames()) {
      JsonNode member = object.get(name);
      byte[] bytes = bytes(member);
      if (bytes != null && message == null && TpmCollector.isMessage(bytes)) {
        message = TpmCollector.message(bytes);
      } else if (bytes != null && signature == null && plain(name).contains("sig")) {
        signature = bytes;
      } else if (bytes == null && registers == null && plain(name).contains("pcr")) {
        registers = member;
      }
    }
    if (message == null || signature == null) {
      return Optional.empty();
    }
    Map<HashAlgorithm, Map<Integer, byte[]>> values = new EnumMap<>(HashAlgorithm.class);
    if (registers != null) {
      registers(registers, message, values);
    }
    TpmSignature signed = TpmCollector.signature(signature, message);
    return Optional.of(
        new SignedQuote(
            message,
            signed,
            values.isEmpty() ? TpmBeside.values(message, signed, leaves) : values));
  }

  /** Lists by position, objects by index, lists of objects that say it; banks by length. */
  private static void registers(
      JsonNode node, TpmQuote quote, Map<HashAlgorithm, Map<Integer, byte[]>> into) {
    int position = 0;
    for (JsonNode item : node.isArray() ? node : List.<JsonNode>of()) {
      if (bytes(item) != null) {
        register(position, item, quote, into);
      } else if (item.isObject()) {
        said(item, quote, into);
      }
      position++;
    }
    if (node.isObject()) {
      for (String name : node.propertyNames()) {
        JsonNode member = node.get(name);
        boolean value = bytes(member) != null;
        if (value && index(name) >= 0) {
          register(index(name), member, quote, into);
        } else if (!value && (member.isObject() || member.isArray())) {
          registers(member, quote, into);
        }
      }
    }
  }

  private static void said(
      JsonNode item, TpmQuote quote, Map<HashAlgorithm, Map<Integer, byte[]>> into) {
    int index = -1;
    JsonNode value = null;
    for (String name : item.propertyNames()) {
      JsonNode member = item.get(name);
      if (bytes(member) != null) {
        value = member;
      } else if (member.isInt() && !plain(name).contains("alg") && index < 0) {
        index = member.intValue();
      }
    }
    if (value != null) {
      register(index, value, quote, into);
    }
  }

  private static int index(String name) {
    String digits = plain(name).startsWith("pcr") ? plain(name).substring(3) : name;
    boolean number = !digits.isEmpty() && digits.length() <= 2;
    for (int i = 0; i < digits.length(); i++) {
      number &= digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
    }
    return number ? Integer.parseInt(digits) : -1;
  }

  /**
   * Only what is quoted counts: tools hand over registers that they did not quote, too. Zeros in
   * base64 are hex digits as well: of two readings the one that a quoted bank has room for is
   * taken.
   */
  private static void register(
      int index, JsonNode node, TpmQuote quote, Map<HashAlgorithm, Map<Integer, byte[]>> into) {
    if (index < 0 || index >= PCRS) {
      return;
    }
    List<byte[]> readings = new ArrayList<>();
    if (node.isString()) {
      Optional.ofNullable(hex(node.stringValue())).ifPresent(readings::add);
      Optional.ofNullable(base64(node.stringValue())).ifPresent(readings::add);
    } else {
      Optional.ofNullable(bytes(node)).ifPresent(readings::add);
    }
    for (TpmQuote.Selection selection : quote.selections()) {
      for (byte[] value : readings) {
        boolean fits = selection.bank().bytes() == value.length;
        if (fits && selection.pcrs().contains(index)) {
          into.computeIfAbsent(selection.bank(), bank -> new TreeMap<>()).putIfAbsent(index, value);
          return;
        }
      }
    }
  }
}
