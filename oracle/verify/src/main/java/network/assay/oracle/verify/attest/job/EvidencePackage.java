package network.assay.oracle.verify.attest.job;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import network.assay.contracts.protocol.ByteReader;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.oracle.verify.attest.AttestException;
import network.assay.oracle.verify.attest.Collateral;
import network.assay.oracle.verify.attest.Evidence;
import network.assay.oracle.verify.attest.Family;

/**
 * Section 12 of a bundle, after its family byte: {@code u40 madeAt ‖ u8 n ‖ n × evidence ‖ u8 c ‖ c
 * × collateral}.
 *
 * <p>Evidence: {@code u8 family ‖ u32 length ‖ bytes ‖ u8 a ‖ a × (u32 length ‖ attachment)}; the
 * first is the host's and has the section's family, those after it are of devices bound to it.
 * Collateral: {@code u8 length ‖ kind ‖ u8 length ‖ key ‖ u32 length ‖ bytes ‖ u8 i ‖ i × (u32
 * length ‖ issuers)}. Everything that a verdict rests on travels here, so that all oracles judge
 * the same bytes.
 *
 * @param madeAt Unix seconds; the time at which everything must be valid. The provider picks it
 *     within the job's run window, nobody without
 */
public record EvidencePackage(
    long madeAt, List<Evidence> evidence, List<Collateral.Item> collateral) {
  /** A host with eight GPUs and four switches, and room. */
  public static final int EVIDENCE_MAX = 16;

  public static final int COLLATERAL_MAX = 64;
  private static final int PART_BYTES_MAX = 256 * 1024;
  private static final int PARTS_MAX = 8;

  public EvidencePackage {
    evidence = List.copyOf(evidence);
    collateral = List.copyOf(collateral);
    if (evidence.isEmpty()
        || evidence.size() > EVIDENCE_MAX
        || collateral.size() > COLLATERAL_MAX
        || madeAt < 0) {
      throw new ProtocolException(
          "OUT_OF_RANGE",
          "1 to "
              + EVIDENCE_MAX
              + " pieces of evidence, at most "
              + COLLATERAL_MAX
              + " of collateral, and a time",
          evidence.size() + ", " + collateral.size() + ", " + madeAt);
    }
  }

  /** The host's family: the section's first byte. */
  public Family family() {
    return evidence.getFirst().family();
  }

  public Instant at() {
    return Instant.ofEpochSecond(madeAt);
  }

  /** For verifiers. */
  public Collateral lookups() {
    return Collateral.of(collateral);
  }

  /** The canonical bytes, without the family byte before them. */
  public byte[] encode() {
    Bytes out = Bytes.start().u40(madeAt).u8(evidence.size());
    for (Evidence piece : evidence) {
      out.u8(piece.family().code());
      part(out, piece.raw());
      parts(out, piece.attachments());
    }
    out.u8(collateral.size());
    for (Collateral.Item item : collateral) {
      word(out, item.kind().name());
      word(out, item.key());
      part(out, item.raw());
      parts(out, item.issuerChain());
    }
    return out.toArray();
  }

  private static void word(Bytes out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.u8(bytes.length).raw(bytes);
  }

  private static void part(Bytes out, byte[] bytes) {
    out.u32(bytes.length).raw(bytes);
  }

  private static void parts(Bytes out, List<byte[]> all) {
    out.u8(all.size());
    all.forEach(bytes -> part(out, bytes));
  }

  /**
   * Parses hostile bytes.
   *
   * @throws ProtocolException by name, where they are no package
   */
  public static EvidencePackage parse(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    long madeAt = in.u40();
    int pieces = count(in, EVIDENCE_MAX);
    List<Evidence> evidence = new ArrayList<>(pieces);
    try {
      for (int i = 0; i < pieces; i++) {
        evidence.add(new Evidence(family(in.u8()), part(in), parts(in)));
      }
      int items = count(in, COLLATERAL_MAX);
      List<Collateral.Item> collateral = new ArrayList<>(items);
      for (int i = 0; i < items; i++) {
        collateral.add(item(in));
      }
      in.end();
      return new EvidencePackage(madeAt, evidence, collateral);
    } catch (AttestException refused) {
      throw new ProtocolException(refused.reason(), refused.want(), refused.got());
    }
  }

  private static Family family(int code) {
    return Family.ofCode(code)
        .orElseThrow(() -> new ProtocolException("UNKNOWN_FAMILY", "a family's code", code));
  }

  private static Collateral.Item item(ByteReader in) {
    String kind = word(in);
    Collateral.Kind found =
        Arrays.stream(Collateral.Kind.values())
            .filter(known -> known.name().equals(kind))
            .findFirst()
            .orElseThrow(() -> new ProtocolException("UNKNOWN_KIND", "a kind of collateral", kind));
    return Collateral.Item.of(found, word(in), part(in), parts(in));
  }

  private static String word(ByteReader in) {
    String text = new String(in.raw(in.u8()), StandardCharsets.ISO_8859_1);
    if (!text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      throw new ProtocolException("WRONG_KEY", "printable ASCII", "other bytes");
    }
    return text;
  }

  private static int count(ByteReader in, int max) {
    int count = in.u8();
    if (count > max) {
      throw new ProtocolException("OUT_OF_RANGE", "at most " + max, count);
    }
    return count;
  }

  private static byte[] part(ByteReader in) {
    return in.raw(in.length32(PART_BYTES_MAX));
  }

  private static List<byte[]> parts(ByteReader in) {
    int count = count(in, PARTS_MAX);
    List<byte[]> parts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      parts.add(part(in));
    }
    return parts;
  }
}
