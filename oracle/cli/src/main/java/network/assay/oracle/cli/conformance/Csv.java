package network.assay.oracle.cli.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Comma-separated values with a head line and double quotes; one record a line. */
final class Csv {
  private Csv() {}

  /** Records by column name; columns that a line lacks are empty. */
  static List<Map<String, String>> read(String text) {
    List<Map<String, String>> records = new ArrayList<>();
    List<String> head = List.of();
    for (String line : text.lines().toList()) {
      List<String> fields = fields(line);
      if (head.isEmpty()) {
        head = fields;
        continue;
      }
      Map<String, String> found = new LinkedHashMap<>();
      for (int i = 0; i < head.size(); i++) {
        found.put(head.get(i), i < fields.size() ? fields.get(i) : "");
      }
      records.add(found);
    }
    return records;
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
