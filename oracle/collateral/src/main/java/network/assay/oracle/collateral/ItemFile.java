package network.assay.oracle.collateral;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One item on disk or in a bundle: {@code "ASCI1\n"}, {@code u16 header length}, header, the raw
 * bytes, the issuers' certificates. The header is nine lines: kind, key, from and until in Unix
 * seconds, SHA-256 and length of the raw bytes, lengths of the issuers' parts, the hash of all of
 * it, and the source.
 */
final class ItemFile {
  private static final byte[] MAGIC = "ASCI1\n".getBytes(UTF_8);
  private static final int HEADER_MAX = 2048;

  private ItemFile() {}

  static byte[] encode(CollateralItem item) {
    List<String> chain =
        item.issuerChain().stream().map(part -> Integer.toString(part.length)).toList();
    byte[] header =
        String.join(
                "\n",
                CollateralItem.word(item.kind()),
                item.key(),
                Long.toString(item.validity().from().getEpochSecond()),
                Long.toString(item.validity().until().getEpochSecond()),
                item.sha256(),
                Integer.toString(item.length()),
                String.join(" ", chain),
                item.identity(),
                item.source())
            .getBytes(UTF_8);
    int chainBytes = item.issuerChain().stream().mapToInt(part -> part.length).sum();
    ByteBuffer out =
        ByteBuffer.allocate(MAGIC.length + 2 + header.length + item.length() + chainBytes);
    out.put(MAGIC).putShort((short) header.length).put(header).put(item.raw());
    item.issuerChain().forEach(part -> out.put(part));
    return out.array();
  }

  /** Writes beside, forces, renames, forces the folder. */
  static void write(Path beside, Path target, CollateralItem item) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer all = ByteBuffer.wrap(encode(item));
      while (all.hasRemaining()) {
        out.write(all);
      }
      out.force(true);
    }
    Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = target.getParent();
    if (folder != null) {
      forceFolder(folder);
    }
  }

  private static void forceFolder(Path folder) throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** What a header says, and how many bytes it is long. */
  record Header(CollateralCache.Entry entry, List<Integer> chain, int bytes) {
    int chainBytes() {
      return chain.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** The header alone, where the file is as long as it says. */
  static Optional<CollateralCache.Entry> readHeader(Path file) {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      Header header = header(in);
      long want = (long) header.bytes() + header.entry().length() + header.chainBytes();
      return want == Files.size(file) ? Optional.of(header.entry()) : Optional.empty();
    } catch (IOException | CollateralException broken) {
      return Optional.empty();
    }
  }

  /** The whole item, where its bytes have their hash. */
  static Optional<CollateralItem> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      CollateralItem item = read(new DataInputStream(in));
      return in.read() < 0 ? Optional.of(item) : Optional.empty();
    } catch (IOException | CollateralException broken) {
      return Optional.empty();
    }
  }

  /**
   * Reads one item of a stream.
   *
   * @throws CollateralException where bytes, hash or bounds are wrong
   */
  static CollateralItem read(DataInputStream in) throws IOException {
    Header header = header(in);
    CollateralCache.Entry entry = header.entry();
    byte[] raw = exactly(in, entry.length());
    List<byte[]> chain = new ArrayList<>();
    for (int length : header.chain()) {
      chain.add(exactly(in, length));
    }
    CollateralItem item =
        new CollateralItem(entry.kind(), entry.key(), entry.validity(), entry.source(), raw, chain);
    same(item.sha256(), entry.sha256());
    same(item.identity(), entry.identity());
    return item;
  }

  private static void same(String got, String want) {
    if (!got.equals(want)) {
      throw new CollateralException("WRONG_HASH", got, want);
    }
  }

  private static byte[] exactly(DataInputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new CollateralException("TRUNCATED", bytes.length + " bytes", length + " bytes");
    }
    return bytes;
  }

  private static Header header(DataInputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new CollateralException("WRONG_MAGIC", "something else", "an item of collateral");
    }
    int length = in.readUnsignedShort();
    if (length > HEADER_MAX) {
      throw new CollateralException("TOO_LONG", length, "a header of at most " + HEADER_MAX);
    }
    return parse(lines(new String(exactly(in, length), UTF_8)), MAGIC.length + 2 + length);
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      lines.add(text.substring(from, at));
      from = at + 1;
    }
    lines.add(text.substring(from));
    if (lines.size() != 9) {
      throw new CollateralException("MALFORMED_HEADER", lines.size() + " lines", "9 lines");
    }
    return lines;
  }

  private static Header parse(List<String> lines, int bytes) {
    try {
      int length = bounded(lines.get(5), CollateralItem.BYTES_MAX);
      CollateralCache.Entry entry =
          new CollateralCache.Entry(
              CollateralItem.kind(lines.get(0)),
              lines.get(1),
              new Validity(
                  Instant.ofEpochSecond(Long.parseLong(lines.get(2))),
                  Instant.ofEpochSecond(Long.parseLong(lines.get(3)))),
              lines.get(8),
              lines.get(4),
              length,
              lines.get(7));
      return new Header(entry, chain(lines.get(6)), bytes);
    } catch (NumberFormatException | DateTimeException e) {
      throw new CollateralException(
          "MALFORMED_HEADER", String.valueOf(e.getMessage()), "whole numbers", e);
    }
  }

  private static List<Integer> chain(String line) {
    if (line.isEmpty()) {
      return List.of();
    }
    List<Integer> lengths = new ArrayList<>();
    for (String word : line.split(" ", CollateralItem.CHAIN_PARTS_MAX + 1)) {
      lengths.add(bounded(word, CollateralItem.CHAIN_BYTES_MAX));
    }
    return lengths;
  }

  private static int bounded(String text, int max) {
    int length = Integer.parseInt(text);
    if (length < 1 || length > max) {
      throw new CollateralException("WRONG_LENGTH", length, "1 to " + max + " bytes");
    }
    return length;
  }
}
