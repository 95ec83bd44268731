package network.assay.contracts.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.contracts.client.assay.CheckResult;

/** Check results for people and for programs. */
final class CheckLines {
  private CheckLines() {}

  static void print(PrintWriter out, List<CheckResult> results) {
    for (CheckResult result : results) {
      out.println(line(result));
    }
  }

  private static String line(CheckResult result) {
    return switch (result) {
      case CheckResult.Accepted ok -> "  ok    " + ok.check() + ": " + ok.got();
      case CheckResult.Noted note -> "  note  " + note.check() + ": " + note.note();
      case CheckResult.Rejected no ->
          "  BAD   " + no.check() + ": got " + no.got() + ", want " + no.want();
      case CheckResult.Inconclusive unknown ->
          "  ????  " + unknown.check() + ": " + unknown.missing();
    };
  }

  static List<Map<String, String>> json(List<CheckResult> results) {
    return results.stream().map(CheckLines::members).toList();
  }

  private static Map<String, String> members(CheckResult result) {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("check", result.check());
    switch (result) {
      case CheckResult.Accepted ok -> {
        out.put("result", "accepted");
        out.put("got", ok.got());
      }
      case CheckResult.Noted note -> {
        out.put("result", "noted");
        out.put("note", note.note());
      }
      case CheckResult.Rejected no -> {
        out.put("result", "rejected");
        out.put("got", no.got());
        out.put("want", no.want());
      }
      case CheckResult.Inconclusive unknown -> {
        out.put("result", "inconclusive");
        out.put("missing", unknown.missing());
      }
    }
    return out;
  }
}
