package network.assay.oracle.cli.collateral;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.assay.oracle.collateral.CollateralCache;
import network.assay.oracle.collateral.CollateralItem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What all four commands know. */
final class CacheOptions {
  static final int DONE = 0;
  static final int UNANSWERED = 2;
  static final int UNUSABLE = 3;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "the cache's folder; default: .assay/collateral")
  private @Nullable Path cache;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  CollateralCache open() {
    return CollateralCache.open(folder(), CollateralCache.Limits.standard());
  }

  Path folder() {
    if (cache != null) {
      return cache;
    }
    Path home = Path.of(Optional.ofNullable(System.getProperty("assay.home")).orElse(""));
    return home.resolve(".assay").resolve("collateral");
  }

  /** One line an item for people, or one object. */
  void print(PrintWriter out, List<CollateralCache.Entry> entries, List<String> notes, Instant at) {
    if (json) {
      out.println(
          JSON.writeValueAsString(
              Map.of("items", entries.stream().map(e -> toJson(e, at)).toList(), "notes", notes)));
      return;
    }
    entries.forEach(entry ->
        out.printf(
            "%-24s %-34s %s to %s%s  sha256 %s  %d bytes  %s%n",
            CollateralItem.word(entry.kind()),
            entry.key().length() > 34 ? entry.key().substring(0, 33) + "…" : entry.key(),
            entry.validity().from(),
            entry.validity().until(),
            entry.validity().covers(at) ? "" : " (not now)",
            entry.sha256(),
            entry.length(),
            entry.source()));
    notes.forEach(out::println);
    out.println(entries.size() + (entries.size() == 1 ? " item" : " items"));
  }

  private static Map<String, Object> toJson(CollateralCache.Entry entry, Instant at) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", CollateralItem.word(entry.kind()));
    out.put("key", entry.key());
    out.put("from", entry.validity().from().getEpochSecond());
    out.put("until", entry.validity().until().getEpochSecond());
    out.put("holds", entry.validity().covers(at));
    out.put("sha256", entry.sha256());
    out.put("bytes", entry.length());
    out.put("source", entry.source());
    return out;
  }
}
