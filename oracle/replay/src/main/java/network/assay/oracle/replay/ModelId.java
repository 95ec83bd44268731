package network.assay.oracle.replay;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Keccak;

/**
 * A registered model: what it is called, in which precision it runs, and which bytes it consists
 * of.
 *
 * <p>The files come from resources on the class path and are worth nothing unless they hash to what
 * is written here.
 *
 * @param name the name a person types, such as {@code all-MiniLM-L6-v2}
 * @param precision the precision profile, lower-case ASCII, such as {@code fp32}: it picks the band
 *     of comparison
 * @param weightsSha256 SHA-256 of the ONNX file, 64 lower-case hexadecimal digits
 * @param tokenizerSha256 SHA-256 of tokenizer.json, 64 lower-case hexadecimal digits
 * @param weightsResource absolute class-path name of the ONNX file
 * @param tokenizerResource absolute class-path name of tokenizer.json
 */
public record ModelId(
    String name,
    String precision,
    String weightsSha256,
    String tokenizerSha256,
    String weightsResource,
    String tokenizerResource) {

  private static final String DOMAIN = "assay/model/v1";

  /** Refuses names, profiles and hashes that are not written in the one canonical way. */
  public ModelId {
    require(
        name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
        "a model name of 1..64 letters, digits, . _ -",
        name);
    require(
        precision.matches("[a-z0-9]{1,16}"),
        "a precision profile of 1..16 lower-case letters or digits",
        precision);
    require(
        weightsSha256.matches("[0-9a-f]{64}"),
        "the SHA-256 of the weights in 64 hex digits",
        weightsSha256);
    require(
        tokenizerSha256.matches("[0-9a-f]{64}"),
        "the SHA-256 of the tokenizer in 64 hex digits",
        tokenizerSha256);
  }

  /**
   * The 32 bytes by which contracts and evidence name this model: keccak256("assay/model/v1" ‖
   * sha256(weights) ‖ sha256(tokenizer) ‖ utf8(precision)). The profile stands last, so that no
   * other split of the bytes means the same.
   */
  public Bytes32 modelHash() {
    HexFormat hex = HexFormat.of();
    return Keccak.hash(
        DOMAIN.getBytes(StandardCharsets.US_ASCII),
        hex.parseHex(weightsSha256),
        hex.parseHex(tokenizerSha256),
        precision.getBytes(StandardCharsets.UTF_8));
  }

  private static void require(boolean holds, String want, String got) {
    if (!holds) {
      throw new IllegalArgumentException("want " + want + ", got \"" + got + "\"");
    }
  }
}
