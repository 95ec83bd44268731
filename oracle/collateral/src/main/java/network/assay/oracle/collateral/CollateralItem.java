package network.assay.oracle.collateral;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import network.assay.oracle.verify.attest.Collateral;

/**
 * One item as it was delivered, byte for byte: signatures are over these bytes, so nobody writes
 * them anew.
 *
 * @param key what it answers within its kind; see {@link Collateral.Kind}
 * @param validity read from the content
 * @param source where it came from, for people; believed by nobody
 * @param issuerChain certificates that were delivered with it, PEM or DER; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode are by content
public record CollateralItem(
    Collateral.Kind kind,
    String key,
    Validity validity,
    String source,
    byte[] raw,
    List<byte[]> issuerChain) {
  /** What the verifier takes at most. */
  public static final int BYTES_MAX = Collateral.Item.RAW_BYTES_MAX;

  /** Of issuers: chains here have two or three, in one text. */
  static final int CHAIN_PARTS_MAX = 8;

  static final int CHAIN_BYTES_MAX = 64 * 1024;
  static final int TEXT_CHARS_MAX = 400;

  public CollateralItem {
    bound("an item", raw, BYTES_MAX);
    if (key.isEmpty()
        || key.length() > TEXT_CHARS_MAX
        || !key.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      throw new CollateralException(
          "WRONG_KEY",
          key.length() + " characters",
          "1 to " + TEXT_CHARS_MAX + " printable ASCII characters");
    }
    if (issuerChain.size() > CHAIN_PARTS_MAX) {
      throw new CollateralException(
          "TOO_MANY", issuerChain.size(), "at most " + CHAIN_PARTS_MAX + " parts of a chain");
    }
    issuerChain.forEach(part -> bound("a part of a chain", part, CHAIN_BYTES_MAX));
    source = source.length() > TEXT_CHARS_MAX ? source.substring(0, TEXT_CHARS_MAX) : source;
    source = source.replaceAll("[^\\x20-\\x7e]", "?");
    raw = raw.clone();
    issuerChain = issuerChain.stream().map(byte[]::clone).toList();
  }

  private static void bound(String what, byte[] bytes, int max) {
    if (bytes.length == 0 || bytes.length > max) {
      throw new CollateralException(
          "WRONG_LENGTH", bytes.length + " bytes", what + " of 1 to " + max + " bytes");
    }
  }

  /** Without issuers. */
  CollateralItem(Collateral.Kind kind, String key, Validity validity, String source, byte[] raw) {
    this(kind, key, validity, source, raw, List.of());
  }

  @Override
  public byte[] raw() {
    return raw.clone();
  }

  int length() {
    return raw.length;
  }

  /** Its name: lower-case hex. */
  public String sha256() {
    return sha256(raw);
  }

  /** Tells items apart that differ in anything but validity and source. */
  String identity() {
    MessageDigest digest = digest();
    digest.update((kind + "\n" + key + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    digest.update(digest().digest(raw));
    issuerChain.forEach(part -> digest.update(digest().digest(part)));
    return HexFormat.of().formatHex(digest.digest());
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The same bytes as the answer to another question. */
  public CollateralItem as(Collateral.Kind otherKind, String otherKey) {
    return new CollateralItem(otherKind, otherKey, validity, source, raw, issuerChain);
  }

  /** The same bytes with the certificates that came along. */
  public CollateralItem with(byte[] chain) {
    List<byte[]> all = new ArrayList<>(issuerChain);
    all.add(chain);
    return new CollateralItem(kind, key, validity, source, raw, all);
  }

  /** What the verifier reads. */
  public Collateral.Item forVerifier() {
    return Collateral.Item.of(kind, key, raw.clone(), issuerChain);
  }

  /** One word for command lines: {@code intel-tcb-info-tdx}. */
  public static String word(Collateral.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Collateral.Kind kind(String word) {
    return Arrays.stream(Collateral.Kind.values())
        .filter(kind -> word(kind).equals(word))
        .findFirst()
        .orElseThrow(() ->
            new CollateralException(
                "UNKNOWN_KIND", word, "a kind of collateral, such as intel-tcb-info-tdx"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CollateralItem that && identity().equals(that.identity());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(raw) * 31 + key.hashCode();
  }
}
