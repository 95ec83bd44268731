package network.assay.oracle.verify.attest.ear;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.oracle.verify.attest.AttestException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The eight claims of AR4SI's trustworthiness vector. */
final class TrustVector {
  static final List<String> CLAIMS =
      List.of(
          "instance-identity",
          "configuration",
          "executables",
          "file-system",
          "hardware",
          "runtime-opaque",
          "storage-opaque",
          "sourced-data");

  private TrustVector() {}

  static Map<String, Integer> parse(@Nullable JsonNode node) {
    Map<String, Integer> vector = new LinkedHashMap<>();
    if (node == null) {
      return vector;
    }
    if (!node.isObject() || node.isEmpty()) {
      throw new AttestException(Ear.REASON, "vector " + node, "an object with a claim");
    }
    for (String name : node.propertyNames()) {
      JsonNode value = node.get(name);
      boolean byteSized =
          value.isIntegralNumber()
              && value.canConvertToInt()
              && value.intValue() >= -128
              && value.intValue() <= 127;
      if (!CLAIMS.contains(name) || !byteSized) {
        throw new AttestException(
            Ear.REASON, name + " " + value, "-128 to 127 for one of " + CLAIMS);
      }
      vector.put(name, value.intValue());
    }
    return vector;
  }
}
