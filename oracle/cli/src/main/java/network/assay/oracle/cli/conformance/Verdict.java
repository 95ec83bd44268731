package network.assay.oracle.cli.conformance;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether one row came out as expected.
 *
 * @param id the file, or the scenario's number and quote
 * @param why what was seen
 */
record Verdict(String id, String family, boolean pass, String expected, String why) {
  Map<String, Object> toJson() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("id", id);
    out.put("family", family);
    out.put("pass", pass);
    out.put("expected", expected);
    out.put("why", why);
    return out;
  }
}
