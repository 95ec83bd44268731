package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.assay.agent.execute.container.Counters;

/**
 * Reads what the kernel counted for a control group, in the words of version 1 and of version 2
 * (kernel documentation, admin-guide/cgroup-v1 and cgroup-v2). What cannot be read is unknown.
 */
final class CgroupCounters {
  /** The files that are read, of both versions. */
  static final Set<String> FILES =
      Set.of(
          "cpuacct.usage",
          "memory.max_usage_in_bytes",
          "memory.oom_control",
          "blkio.throttle.io_service_bytes",
          "cpu.stat",
          "memory.peak",
          "memory.events",
          "io.stat",
          "pids.peak",
          "pids.events");

  private static final Pattern IO_V2 = Pattern.compile("\\b[rw]bytes=(\\d+)");
  private static final int FILE_MAX = 64 * 1024;

  private CgroupCounters() {}

  /** From the texts of the files by name. */
  static Counters parse(Map<String, String> files) {
    return new Counters(
        first(
            number(files.get("cpuacct.usage")), scaled(field(files.get("cpu.stat"), "usage_usec"))),
        first(number(files.get("memory.max_usage_in_bytes")), number(files.get("memory.peak"))),
        number(files.get("pids.peak")),
        field(files.get("pids.events"), "max"),
        first(
            field(files.get("memory.oom_control"), "oom_kill"),
            field(files.get("memory.events"), "oom_kill")),
        io(files));
  }

  /**
   * From what our runtime wrapper saved: for each file a line {@code == name} and then its text.
   */
  static Counters parseSaved(String saved) {
    Map<String, String> files = new HashMap<>();
    for (String part : saved.split("(?m)^== ", -1)) {
      int end = part.indexOf('\n');
      if (end > 0 && FILES.contains(part.substring(0, end))) {
        files.merge(part.substring(0, end), part.substring(end + 1), CgroupCounters::longer);
      }
    }
    return parse(files);
  }

  private static String longer(String one, String other) {
    return one.length() >= other.length() ? one : other;
  }

  /** From the control group's folders, one a hierarchy. */
  static Counters read(Iterable<Path> folders) {
    Map<String, String> files = new HashMap<>();
    for (Path folder : folders) {
      for (String name : FILES) {
        Path file = folder.resolve(name);
        try {
          if (Files.isReadable(file)) {
            String text = Files.readString(file);
            files.merge(
                name, text.substring(0, Math.min(text.length(), FILE_MAX)), CgroupCounters::longer);
          }
        } catch (IOException e) {
          // Gone or unreadable: unknown.
        }
      }
    }
    return parse(files);
  }

  private static OptionalLong io(Map<String, String> files) {
    OptionalLong v1 = field(files.get("blkio.throttle.io_service_bytes"), "Total");
    String v2 = files.get("io.stat");
    if (v1.isPresent() || v2 == null) {
      return v1;
    }
    long sum = 0;
    Matcher found = IO_V2.matcher(v2);
    while (found.find()) {
      sum += number(found.group(1)).orElse(0);
    }
    return OptionalLong.of(sum);
  }

  private static OptionalLong first(OptionalLong one, OptionalLong other) {
    return one.isPresent() ? one : other;
  }

  private static OptionalLong scaled(OptionalLong micros) {
    return micros.isPresent() ? OptionalLong.of(micros.getAsLong() * 1_000) : micros;
  }

  private static OptionalLong field(@org.jspecify.annotations.Nullable String text, String name) {
    if (text == null) {
      return OptionalLong.empty();
    }
    for (String line : text.lines().toList()) {
      if (line.startsWith(name + " ")) {
        return number(line.substring(name.length() + 1));
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong number(@org.jspecify.annotations.Nullable String text) {
    try {
      return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
