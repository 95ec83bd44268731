package network.assay.contracts.protocol;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job's receipt, format {@code assay-receipt/1}; see docs/RECEIPT.md. Everything in {@link
 * Authenticated} is bound by a hash or a signature; everything in {@code unauthenticated} is a
 * hint.
 */
public record Receipt(
    String format, Authenticated authenticated, Map<String, String> unauthenticated) {
  public static final String FORMAT = "assay-receipt/1";
  public static final int BYTES_MAX = 256 * 1024;

  private static final int HINTS_MAX = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(64 * 1024)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Where the parts were signed for: contracts of one deployment, and the token. */
  public record Deployment(
      String chainId,
      String market,
      String settlement,
      String committee,
      String vault,
      String token,
      String tokenName,
      String tokenVersion) {
    public long chain() {
      return Long.parseLong(chainId);
    }
  }

  /** A struct as text with its signer's signature. */
  public record Signed(Map<String, String> message, String signature) {}

  /** The consumer's EIP-3009 authorisation; from, to, value and nonce follow from the order. */
  public record Payment(String validAfter, String validBefore, String signature) {}

  /** The committee's keys and TLS pins by index; {@code digest} is the epoch digest. */
  public record CommitteePart(String epoch, List<String> keys, List<String> pins, String digest) {
    public Committee toCommittee() {
      return new Committee(
          Long.parseUnsignedLong(epoch),
          keys.stream().map(Address::fromHex).toList(),
          pins.stream().map(Bytes32::fromHex).toList());
    }
  }

  /** The evidence leaf's data with its place in the report's tree. */
  public record LeafPart(String data, int index, List<String> path) {}

  /** The quorum report as the chain took it. */
  public record ReportPart(
      Map<String, String> message, String verdicts, String bitmask, String signatures) {}

  /**
   * What hashes and signatures bind.
   *
   * @param spec the exact text of the job specification
   * @param attempt counted from 1
   */
  public record Authenticated(
      Deployment deployment,
      String spec,
      Map<String, String> order,
      int attempt,
      Payment payment,
      Signed offer,
      Signed accept,
      Signed workCommit,
      LeafPart leaf,
      ReportPart report,
      CommitteePart committee) {}

  public byte[] toJson() {
    return MAPPER.writeValueAsBytes(this);
  }

  /** Parses a hostile file; refuses by name what is not a receipt of this format. */
  public static Receipt parse(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new ProtocolException("TOO_LONG", "at most " + BYTES_MAX + " bytes", bytes.length);
    }
    @Nullable Receipt receipt;
    try {
      receipt = MAPPER.readValue(bytes, Receipt.class);
    } catch (JacksonException e) {
      throw new ProtocolException(
          "MALFORMED_RECEIPT", "the members of " + FORMAT, e.getOriginalMessage());
    }
    if (receipt == null || !receipt.format().equals(FORMAT)) {
      throw new ProtocolException(
          "MALFORMED_RECEIPT", "format " + FORMAT, receipt == null ? null : receipt.format());
    }
    if (receipt.unauthenticated().size() > HINTS_MAX) {
      throw new ProtocolException(
          "MALFORMED_RECEIPT", HINTS_MAX + " hints", receipt.unauthenticated().size());
    }
    return receipt;
  }

  /** The hints in a fixed order, for printing. */
  public Map<String, String> hints() {
    return new TreeMap<>(unauthenticated);
  }
}
