package network.assay.oracle.collateral;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.oracle.verify.attest.Collateral;

/**
 * Collateral on disk: one file an item, named by the SHA-256 of what it answers and of its bytes,
 * and an index in memory made from their headers.
 *
 * <p>A file appears whole or not at all (written beside, forced, renamed, folder forced), so a
 * process killed at any moment leaves nothing half: what it left beside is removed at the next
 * opening. Bytes are held against their hash whenever they are read; what rotted is dropped and as
 * good as absent. Several processes may share a folder: writers take turns by a lock file.
 *
 * <p>Safe for use from many threads.
 */
public final class CollateralCache implements AutoCloseable {
  private static final String SUFFIX = ".item";
  private static final String UNFINISHED = ".new";
  private static final Object IN_THIS_PROCESS = new Object();

  private final Path folder;
  private final Limits limits;
  private final FileChannel lock;
  private final Map<String, Entry> index = new TreeMap<>();
  private long bytes;

  private CollateralCache(Path folder, Limits limits, FileChannel lock) {
    this.folder = folder;
    this.limits = limits;
    this.lock = lock;
  }

  /**
   * Bounds of a cache. What is put beyond them makes room for itself: expired items go first, then
   * those that expire soonest.
   */
  public record Limits(int itemsMax, long bytesMax) {
    public Limits {
      if (itemsMax < 1 || bytesMax < CollateralItem.BYTES_MAX) {
        throw new IllegalArgumentException(
            "want room for at least one item, got " + itemsMax + " and " + bytesMax + " bytes");
      }
    }

    /** All platforms of a large fleet over some months. */
    public static Limits standard() {
      return new Limits(20_000, 512L * 1024 * 1024);
    }
  }

  /** What the index knows of an item without reading it. */
  public record Entry(
      Collateral.Kind kind,
      String key,
      Validity validity,
      String source,
      String sha256,
      int length,
      String identity) {
    String fileName() {
      return identity + SUFFIX;
    }

    static Entry of(CollateralItem item) {
      return new Entry(
          item.kind(),
          item.key(),
          item.validity(),
          item.source(),
          item.sha256(),
          item.length(),
          item.identity());
    }
  }

  /** Opens a cache, or makes an empty one. */
  public static CollateralCache open(Path folder, Limits limits) {
    try {
      Files.createDirectories(folder);
      FileChannel lock =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      CollateralCache cache = new CollateralCache(folder, limits, lock);
      cache.locked(() -> cache.load(true));
      return cache;
    } catch (IOException e) {
      throw new CollateralException(
          "CACHE_UNUSABLE", e.toString(), "a folder to keep collateral in, at " + folder, e);
    }
  }

  /** Reads the folder again: for processes that share it with others. */
  public synchronized void refresh() {
    run("read", () -> load(false));
  }

  private void load(boolean clean) throws IOException {
    index.clear();
    bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(SUFFIX)) {
          ItemFile.readHeader(file)
              .filter(entry -> entry.fileName().equals(name))
              .ifPresent(this::remember);
        } else if (clean && name.endsWith(UNFINISHED)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private void remember(Entry entry) {
    Entry before = index.put(entry.fileName(), entry);
    bytes += entry.length() - (before == null ? 0 : before.length());
  }

  private void forget(Entry entry) throws IOException {
    Files.deleteIfExists(folder.resolve(entry.fileName()));
    if (index.remove(entry.fileName()) != null) {
      bytes -= entry.length();
    }
  }

  /**
   * Keeps an item durably; the same item twice is kept once.
   *
   * @param now decides what has expired, when room is needed
   */
  public synchronized Entry put(CollateralItem item, Instant now) {
    Entry entry = Entry.of(item);
    run("write", () -> locked(() -> store(item, entry, now)));
    return entry;
  }

  private void store(CollateralItem item, Entry entry, Instant now) throws IOException {
    Path target = folder.resolve(entry.fileName());
    if (index.containsKey(entry.fileName()) && ItemFile.read(target).isPresent()) {
      return;
    }
    makeRoom(entry, now);
    Path beside = folder.resolve(entry.fileName() + UNFINISHED);
    ItemFile.write(beside, target, item);
    remember(entry);
  }

  private void makeRoom(Entry fresh, Instant now) throws IOException {
    if (index.size() < limits.itemsMax() && bytes + fresh.length() <= limits.bytesMax()) {
      return;
    }
    Comparator<Entry> leastUseful =
        Comparator.comparing((Entry entry) -> !entry.validity().until().isBefore(now))
            .thenComparing(entry -> entry.validity().until())
            .thenComparing(Entry::sha256);
    for (Entry entry : index.values().stream().sorted(leastUseful).toList()) {
      forget(entry);
      if (index.size() < limits.itemsMax() && bytes + fresh.length() <= limits.bytesMax()) {
        return;
      }
    }
  }

  /** All items, by kind and key. */
  public synchronized List<Entry> list() {
    return index.values().stream()
        .sorted(
            Comparator.comparing(Entry::kind)
                .thenComparing(Entry::key)
                .thenComparing(entry -> entry.validity().from())
                .thenComparing(Entry::sha256))
        .toList();
  }

  /** What answers a question at a time, the latest issued first. */
  public synchronized List<Entry> find(Collateral.Kind kind, String key, Instant at) {
    return index.values().stream()
        .filter(
            entry -> entry.kind() == kind && entry.key().equals(key) && entry.validity().covers(at))
        .sorted(
            Comparator.comparing((Entry entry) -> entry.validity().from())
                .reversed()
                .thenComparing(Entry::sha256))
        .toList();
  }

  /**
   * What the verifier asks, as of a time: everything that holds then, in memory, the latest issued
   * first.
   */
  public Collateral at(Instant at) {
    List<Collateral.Item> items = new ArrayList<>();
    for (Entry entry : list().reversed()) {
      if (entry.validity().covers(at)) {
        read(entry).map(CollateralItem::forVerifier).ifPresent(items::add);
      }
    }
    return Collateral.of(items);
  }

  /** An item's bytes, as they were put; empty where they are gone or rotted. */
  public synchronized Optional<CollateralItem> read(Entry entry) {
    Path file = folder.resolve(entry.fileName());
    Optional<CollateralItem> item = ItemFile.read(file);
    if (item.isEmpty() && index.containsKey(entry.fileName())) {
      run("write", () -> locked(() -> forget(entry)));
    }
    return item;
  }

  /** The latest bytes that answer a question at a time. */
  public Optional<CollateralItem> get(Collateral.Kind kind, String key, Instant at) {
    for (Entry entry : find(kind, key, at)) {
      Optional<CollateralItem> item = read(entry);
      if (item.isPresent()) {
        return item;
      }
    }
    return Optional.empty();
  }

  /** An item by the hash of its bytes. */
  public Optional<CollateralItem> get(String sha256) {
    List<Entry> same;
    synchronized (this) {
      same = index.values().stream().filter(entry -> entry.sha256().equals(sha256)).toList();
    }
    return same.stream().map(this::read).flatMap(Optional::stream).findFirst();
  }

  /** Items that no longer hold are removed; how many. */
  public synchronized int removeExpired(Instant now) {
    List<Entry> expired =
        index.values().stream().filter(entry -> entry.validity().until().isBefore(now)).toList();
    run(
        "write",
        () ->
            locked(() -> {
              for (Entry entry : expired) {
                forget(entry);
              }
            }));
    return expired.size();
  }

  public synchronized long bytes() {
    return bytes;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  /** A file lock keeps other processes out; within one process it would refuse instead of wait. */
  private void locked(Work work) throws IOException {
    synchronized (IN_THIS_PROCESS) {
      try (FileLock held = lock.lock()) {
        if (!held.isValid()) {
          throw new IOException("the lock of " + folder + " was taken away");
        }
        work.run();
      }
    }
  }

  private void run(String what, Work work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new CollateralException(
          "CACHE_UNUSABLE", e.toString(), "to " + what + " the collateral in " + folder, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new CollateralException("CACHE_UNUSABLE", e.toString(), "to close " + folder, e);
    }
  }
}
