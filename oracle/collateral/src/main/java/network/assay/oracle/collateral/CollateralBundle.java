package network.assay.oracle.collateral;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import network.assay.oracle.verify.attest.Collateral;

/**
 * An offline bundle: collateral in one file, to be carried to a verifier without a network.
 *
 * <p>{@code "ASCB1\n" ‖ u32 n ‖ n × SHA-256 of an item's raw bytes, ascending ‖ n × item ‖ SHA-256
 * of everything before}. Nothing is compressed, so nothing can grow when it is unpacked: a bundle
 * of n bytes is n bytes of work. A bundle proves nothing by itself: each item's vendor signed it,
 * and the verifier checks that.
 */
public final class CollateralBundle {
  private static final byte[] MAGIC = "ASCB1\n".getBytes(UTF_8);
  public static final int ITEMS_MAX = 4096;
  public static final long BYTES_MAX = 128L * 1024 * 1024;
  private static final int HASH = 32;

  private CollateralBundle() {}

  /** The bundle's bytes; the same items always give the same bytes. */
  public static byte[] encode(List<CollateralItem> items) {
    List<CollateralItem> sorted = sorted(items);
    long total = MAGIC.length + 4L + HASH;
    List<byte[]> encoded = new ArrayList<>();
    for (CollateralItem item : sorted) {
      byte[] bytes = ItemFile.encode(item);
      encoded.add(bytes);
      total += HASH + bytes.length;
    }
    if (total > BYTES_MAX) {
      throw new CollateralException("TOO_LONG", total, "a bundle of at most " + BYTES_MAX);
    }
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(total)).put(MAGIC).putInt(sorted.size());
    sorted.forEach(item -> out.put(HexFormat.of().parseHex(item.sha256())));
    encoded.forEach(bytes -> out.put(bytes));
    MessageDigest digest = CollateralItem.digest();
    digest.update(out.array(), 0, out.position());
    return out.put(digest.digest()).array();
  }

  private static List<CollateralItem> sorted(List<CollateralItem> items) {
    List<CollateralItem> sorted =
        items.stream()
            .distinct()
            .sorted(
                Comparator.comparing((CollateralItem item) -> item.sha256())
                    .thenComparing(CollateralItem::kind)
                    .thenComparing(CollateralItem::key))
            .toList();
    if (sorted.size() > ITEMS_MAX) {
      throw new CollateralException(
          "TOO_MANY", sorted.size(), "at most " + ITEMS_MAX + " items in a bundle");
    }
    return sorted;
  }

  /** Writes a bundle whole or not at all. */
  public static void write(Path file, List<CollateralItem> items) {
    byte[] bytes = encode(items);
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    try {
      try (FileChannel out =
          FileChannel.open(
              beside,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        while (all.hasRemaining()) {
          out.write(all);
        }
        out.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CollateralException("UNWRITABLE", e.toString(), "to write " + file, e);
    }
  }

  /**
   * Reads a hostile bundle whole: every hash is checked, and every item's kind, key and validity
   * are read from its content again, before anything is given out.
   *
   * @param now for items that name no time of their own
   * @throws CollateralException where anything in it is wrong; nothing is taken then
   */
  public static List<CollateralItem> read(Path file, Instant now) {
    try {
      long size = Files.size(file);
      if (size > BYTES_MAX) {
        throw new CollateralException("TOO_LONG", size, "a bundle of at most " + BYTES_MAX);
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        return read(in, now);
      }
    } catch (IOException e) {
      throw new CollateralException("UNREADABLE", e.toString(), "a bundle in " + file, e);
    }
  }

  /** Whether a file begins as a bundle does. */
  public static boolean isBundle(byte[] start) {
    return start.length >= MAGIC.length && Arrays.equals(Arrays.copyOf(start, MAGIC.length), MAGIC);
  }

  static List<CollateralItem> read(InputStream from, Instant now) throws IOException {
    MessageDigest digest = CollateralItem.digest();
    DataInputStream in = new DataInputStream(new DigestInputStream(from, digest));
    try {
      byte[] magic = in.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new CollateralException("WRONG_MAGIC", "something else", "a bundle of collateral");
      }
      List<String> hashes = hashes(in);
      List<CollateralItem> items = new ArrayList<>(hashes.size());
      Set<CollateralItem> seen = new HashSet<>();
      for (String hash : hashes) {
        CollateralItem item = ItemFile.read(in);
        if (!item.sha256().equals(hash)) {
          throw new CollateralException("WRONG_HASH", item.sha256(), hash);
        }
        if (!seen.add(item)) {
          throw new CollateralException("REPEATED", item.key(), "each item once");
        }
        items.add(asItSays(item, now));
      }
      end(in, from, digest);
      return List.copyOf(items);
    } catch (EOFException e) {
      throw new CollateralException("TRUNCATED", "the end", "the rest of the bundle", e);
    }
  }

  private static List<String> hashes(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > ITEMS_MAX) {
      throw new CollateralException("TOO_MANY", count, "at most " + ITEMS_MAX + " items");
    }
    List<String> hashes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] hash = new byte[HASH];
      in.readFully(hash);
      String text = HexFormat.of().formatHex(hash);
      if (!hashes.isEmpty() && hashes.getLast().compareTo(text) > 0) {
        throw new CollateralException("NOT_ASCENDING", text, "hashes from " + hashes.getLast());
      }
      hashes.add(text);
    }
    return hashes;
  }

  private static void end(DataInputStream in, InputStream from, MessageDigest digest)
      throws IOException {
    byte[] want = digest.digest();
    byte[] got = from.readNBytes(HASH);
    if (!Arrays.equals(want, got)) {
      throw new CollateralException(
          "WRONG_HASH", HexFormat.of().formatHex(got), HexFormat.of().formatHex(want));
    }
    if (in.read() >= 0) {
      throw new CollateralException("TRAILING_BYTES", "more", "the end after the bundle's hash");
    }
  }

  /**
   * What an item answers and how long it holds is read from the item, not believed of the bundle.
   * Only the name by which a manifest was asked for cannot be read from it.
   */
  private static CollateralItem asItSays(CollateralItem claimed, Instant now) {
    CollateralItem found = Inspector.inspect(claimed.raw(), claimed.source(), now);
    boolean sameName =
        found.key().equals(claimed.key()) || found.kind() == Collateral.Kind.NVIDIA_RIM;
    if (found.kind() != claimed.kind() || !sameName) {
      throw new CollateralException(
          "WRONG_LABEL",
          CollateralItem.word(claimed.kind()) + " " + claimed.key(),
          CollateralItem.word(found.kind()) + " " + found.key());
    }
    return new CollateralItem(
        found.kind(),
        claimed.key(),
        found.validity(),
        claimed.source(),
        claimed.raw(),
        claimed.issuerChain());
  }
}
