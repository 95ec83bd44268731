package network.assay.testchain.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the contracts' own gas tests print and no client sends: metered requests, and the proof of
 * one entry of a product before the court. Forge runs them with every call a transaction of its
 * own, calldata and 21,000 included; the court's settlement is of straw there.
 */
final class ForgeGas {
  /** Figure by the words with which its line begins. */
  private static final Map<String, String> FIGURES =
      Map.of(
          "metered request, of 1,000 in a session",
          "metered_request_of_1000_in_a_session",
          "metered request, of 100 by one voucher",
          "metered_request_of_100_by_one_voucher",
          "demand an opening, n = 16,384",
          "dispute_demand_n16384",
          "answer and recompute, n = 16,384",
          "dispute_answer_n16384");

  private static final Pattern LINE = Pattern.compile("^ +(.*): ([0-9]{1,12})$", Pattern.MULTILINE);

  private ForgeGas() {}

  /**
   * Runs the tests.
   *
   * @param contracts the folder contracts/ of the repository
   * @throws IllegalStateException where a test fails or prints another line than expected
   */
  static Map<String, Long> measure(Path contracts) {
    List<String> command =
        List.of("node", "script/forge.mjs", "test", "--mc", "^(RateGasTest|GemmGasTest)$", "-vv");
    try {
      Process forge =
          new ProcessBuilder(command)
              .directory(contracts.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
      forge.getOutputStream().close();
      String output = new String(forge.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (forge.waitFor() != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " failed in " + contracts + ":\n" + output);
      }
      return parse(output);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while forge ran", e);
    }
  }

  /** The figures in forge's output, which must hold every one of them. */
  static Map<String, Long> parse(String output) {
    Map<String, Long> found = new LinkedHashMap<>();
    Matcher lines = LINE.matcher(output);
    while (lines.find()) {
      String text = lines.group(1);
      long gas = Long.parseLong(lines.group(2));
      FIGURES.forEach((begin, name) -> {
        if (text.startsWith(begin)) {
          found.put(name, gas);
        }
      });
    }
    FIGURES.forEach((begin, name) -> {
      if (!found.containsKey(name)) {
        throw new IllegalStateException(
            "forge printed no figure that begins with \"" + begin + "\":\n" + output);
      }
    });
    return found;
  }
}
