package network.assay.oracle.cli.conformance;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a manifest.
 *
 * @param expected what is expected, in words
 * @param time a time, or from..until, with or without words behind; may be empty
 */
record Row(String file, String family, String what, String expected, String time, String sha256) {
  private static final Pattern MOMENT =
      Pattern.compile("(\\d{4}-\\d{2}-\\d{2})[ T](\\d{2}:\\d{2}:\\d{2})");

  /** Unix seconds of our years. */
  private static final Pattern SECONDS = Pattern.compile("\\b1[4-9]\\d{8}\\b");

  static Row of(Map<String, String> record) {
    return new Row(
        record.getOrDefault("file", ""),
        record.getOrDefault("family", ""),
        record.getOrDefault("what", ""),
        record.getOrDefault("expected_verdict", ""),
        record.getOrDefault("verify_time", ""),
        record.getOrDefault("sha256", ""));
  }

  /** Its folder, relative to the manifest's. */
  String folder() {
    int slash = file.lastIndexOf('/');
    return slash < 0 ? "" : file.substring(0, slash);
  }

  String name() {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  boolean says(String... words) {
    String text = expected.toLowerCase(Locale.ROOT);
    for (String word : words) {
      if (text.contains(word.toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return false;
  }

  /** Half way between the two moments that the row names, or the one; empty where it names none. */
  Optional<Instant> at() {
    List<Instant> moments = new ArrayList<>();
    Matcher matcher = MOMENT.matcher(time);
    while (matcher.find() && moments.size() < 2) {
      try {
        moments.add(
            LocalDateTime.parse(matcher.group(1) + "T" + matcher.group(2))
                .toInstant(ZoneOffset.UTC));
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
    if (moments.isEmpty()) {
      Matcher seconds = SECONDS.matcher(time + " " + expected);
      return seconds.find()
          ? Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds.group())))
          : Optional.empty();
    }
    Instant from = moments.getFirst();
    Instant until = moments.getLast();
    return Optional.of(from.plusSeconds((until.getEpochSecond() - from.getEpochSecond()) / 2));
  }
}
