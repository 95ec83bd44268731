package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.agent.execute.container.ImageDigest;
import network.assay.agent.execute.container.SandboxException;

/**
 * Which images we loaded into an engine, how large and when last used: a file of one line each.
 * What is not in it is not ours and is never removed.
 */
final class ImageCache {
  private final Path ledger;
  private final long bytesMax;

  /**
   * An image that we loaded.
   *
   * @param handle what the engine calls it
   */
  record Entry(ImageDigest digest, String handle, long bytes, long usedMs) {}

  /** Removes an image from the engine; false where it is in use. */
  interface Remover {
    boolean remove(String handle) throws SandboxException, IOException, InterruptedException;
  }

  ImageCache(Path ledger, long bytesMax) {
    this.ledger = ledger;
    this.bytesMax = bytesMax;
  }

  private Map<ImageDigest, Entry> read() throws IOException {
    Map<ImageDigest, Entry> entries = new LinkedHashMap<>();
    for (String line : RunFolder.read(ledger).orElse("").lines().toList()) {
      String[] parts = line.split(" ", -1);
      ImageDigest digest = new ImageDigest(parts[0]);
      entries.put(
          digest, new Entry(digest, parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3])));
    }
    return entries;
  }

  private void write(Collection<Entry> entries) throws IOException {
    StringBuilder out = new StringBuilder();
    for (Entry entry : entries) {
      out.append(entry.digest()).append(' ').append(entry.handle()).append(' ');
      out.append(entry.bytes()).append(' ').append(entry.usedMs()).append('\n');
    }
    RunFolder.write(ledger, out.toString());
  }

  /** Marks an image as used now; empty where it is not ours. */
  synchronized Optional<Entry> use(ImageDigest digest) throws IOException {
    Map<ImageDigest, Entry> entries = read();
    Entry known = entries.get(digest);
    if (known == null) {
      return Optional.empty();
    }
    Entry used = new Entry(digest, known.handle(), known.bytes(), System.currentTimeMillis());
    entries.put(digest, used);
    write(entries.values());
    return Optional.of(used);
  }

  synchronized void drop(ImageDigest digest) throws IOException {
    Map<ImageDigest, Entry> entries = read();
    entries.remove(digest);
    write(entries.values());
  }

  /** Makes room for so many bytes, least recently used first, and notes the newcomer. */
  synchronized void add(ImageDigest digest, String handle, long bytes, Remover remover)
      throws IOException, SandboxException, InterruptedException {
    Map<ImageDigest, Entry> entries = read();
    entries.put(digest, new Entry(digest, handle, bytes, System.currentTimeMillis()));
    write(entries.values());
    long sum = entries.values().stream().mapToLong(Entry::bytes).sum();
    for (Entry oldest : byAge(entries.values())) {
      if (sum <= bytesMax) {
        return;
      }
      boolean spared = oldest.digest().equals(digest) || oldest.handle().equals(handle);
      if (!spared && remover.remove(oldest.handle())) {
        entries.remove(oldest.digest());
        sum -= oldest.bytes();
        write(entries.values());
      }
    }
  }

  private static List<Entry> byAge(Collection<Entry> entries) {
    return entries.stream().sorted(Comparator.comparingLong(Entry::usedMs)).toList();
  }
}
