package network.assay.contracts.service;

import java.math.BigInteger;
import java.util.Collection;
import java.util.stream.Collectors;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Hex;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Signature;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * The one way in which our processes read and write JSON. Bytes, addresses, hashes and signatures
 * are lower-case 0x hexadecimal; amounts (BigInteger) decimal strings, never numbers, for most
 * readers hold numbers as doubles. Reading is strict: unknown or repeated members, nulls and
 * missing members of a record, and anything after the value are refused; an absent {@code Optional}
 * is empty. Depth and sizes are bounded.
 */
public final class Json {
  /** Nothing of ours nests deeper than a dozen levels. */
  private static final int DEPTH_MAX = 32;

  /**
   * The largest thing that travels as JSON is a receipt or a page of jobs; evidence travels as
   * bytes.
   */
  private static final int TEXT_CHARS_MAX = 4 << 20;

  /** 2^256 has 78 digits. */
  private static final int NUMBER_CHARS_MAX = 78;

  private static final JsonMapper MAPPER =
      builder(JsonFactory.builder().streamReadConstraints(constraints()).build()).build();

  private Json() {}

  /** Ours, shared and immutable; {@code rebuild()} it where a framework wants more. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  static StreamReadConstraints constraints() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(DEPTH_MAX)
        .maxDocumentLength(TEXT_CHARS_MAX)
        .maxStringLength(TEXT_CHARS_MAX)
        .maxNumberLength(NUMBER_CHARS_MAX)
        .maxNameLength(256)
        .build();
  }

  static JsonMapper.Builder builder(JsonFactory factory) {
    return JsonMapper.builder(factory)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .addModule(types());
  }

  private static SimpleModule types() {
    SimpleModule module = new SimpleModule("assay");
    text(module, Address.class, Address::hex, text -> Address.fromHex(text));
    text(module, Bytes32.class, Bytes32::hex, Bytes32::fromHex);
    text(module, Signature.class, Signature::hex, Signature::fromHex);
    text(module, byte[].class, Hex::encode, text -> Hex.decode(text, TEXT_CHARS_MAX / 2));
    text(module, BigInteger.class, BigInteger::toString, Json::decimal);
    return module;
  }

  private static BigInteger decimal(String text) {
    if (text.length() > NUMBER_CHARS_MAX || !text.matches("0|[1-9][0-9]*")) {
      throw new ProtocolException(
          "MALFORMED_AMOUNT",
          "a decimal string of at most 78 digits without leading zeros",
          clip(text));
    }
    return new BigInteger(text);
  }

  /** Compact text. */
  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** Indented text for people and for files that people read. */
  public static String writePretty(Object value) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
  }

  /**
   * Reads a value of the type.
   *
   * @param what names the text in the message, such as "the offer"
   * @throws JsonProblem where it is anything else
   */
  public static <T> T read(String text, Class<T> type, String what) {
    try {
      T value = MAPPER.readValue(text, type);
      if (value == null) {
        throw new JsonProblem(
            what + ": want a JSON value, got null", new IllegalArgumentException("null"));
      }
      return value;
    } catch (JacksonException e) {
      throw problem(what, e);
    }
  }

  /** Like {@link #read(String, Class, String)} for UTF-8 bytes. */
  public static <T> T read(byte[] utf8, Class<T> type, String what) {
    try {
      T value = MAPPER.readValue(utf8, type);
      if (value == null) {
        throw new JsonProblem(
            what + ": want a JSON value, got null", new IllegalArgumentException("null"));
      }
      return value;
    } catch (JacksonException e) {
      throw problem(what, e);
    }
  }

  private static JsonProblem problem(String what, JacksonException e) {
    return new JsonProblem(describe(what, e), e);
  }

  /** The trouble in a sentence: where, and what was got and wanted. */
  static String describe(String what, JacksonException e) {
    String at =
        e instanceof DatabindException bind && !bind.getPath().isEmpty() ? " at " + path(bind) : "";
    if (e instanceof UnrecognizedPropertyException unknown) {
      Collection<Object> known = unknown.getKnownPropertyIds();
      String names =
          known == null
              ? "none"
              : known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
      return what
          + at
          + ": unknown member '"
          + clip(unknown.getPropertyName())
          + "'; known here: "
          + names;
    }
    String message = firstLine(e.getOriginalMessage());
    if (message.startsWith("Null value for creator") || message.startsWith("Cannot map `null`")) {
      return what + at + ": want a value, got none";
    }
    return what + at + ": " + clip(message);
  }

  private static String path(DatabindException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(clip(step.getPropertyName()));
      }
    }
    return path.toString();
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static String clip(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  private interface ToText<T> {
    String of(T value);
  }

  private interface FromText<T> {
    T of(String text);
  }

  private static <T> void text(SimpleModule module, Class<T> type, ToText<T> to, FromText<T> from) {
    module.addSerializer(
        type,
        new ValueSerializer<T>() {
          @Override
          public void serialize(T value, JsonGenerator out, SerializationContext context) {
            out.writeString(to.of(value));
          }
        });
    module.addDeserializer(
        type,
        new ValueDeserializer<T>() {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) {
            if (in.currentToken() != JsonToken.VALUE_STRING) {
              return context.reportInputMismatch(
                  type,
                  "want a string for %s, got %s",
                  type.getSimpleName(),
                  String.valueOf(in.currentToken()));
            }
            try {
              return from.of(in.getString());
            } catch (ProtocolException e) {
              return context.reportInputMismatch(type, "%s", e.getMessage());
            }
          }
        });
  }

  /**
   * For files that people write: comments and a comma too many are forgiven, everything else as
   * above.
   */
  static JsonMapper forPeople() {
    return builder(
            JsonFactory.builder()
                .streamReadConstraints(constraints())
                .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                .build())
        .build();
  }
}
