package network.assay.testchain.devnet;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a demo ended with; {@code --json} prints just this. Amounts are token base units, as decimal
 * strings.
 *
 * @param chain software and version
 * @param gas whole-transaction gas by operation, median of what this run sent
 * @param failures what did not end as it should; empty means that the demo ended well
 */
public record DemoReport(
    String chain,
    double elapsedSeconds,
    List<JobRow> jobs,
    List<SlashRow> slashes,
    List<PaymentRow> payments,
    int oracleCount,
    Map<String, Long> gas,
    List<String> receipts,
    List<String> failures) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** One job id: an attempt at one Order. {@code verdict} is NONE where no quorum reported. */
  public record JobRow(
      String id,
      int attempt,
      String state,
      String verdict,
      String paid,
      String refunded,
      String provider,
      String providerName,
      String story) {}

  /** One executed slash, as the contracts' event has it. */
  public record SlashRow(
      String jobId,
      String provider,
      String taken,
      String compensation,
      String burned,
      String insurance) {}

  /** Who ended with more or less money than he began with, wallet, credit and stake together. */
  public record PaymentRow(String who, String before, String after, String change) {}

  public String toJson() {
    return JSON.writeValueAsString(this);
  }

  /** Tables for people. */
  public void print(PrintWriter out) {
    out.println();
    table(
        out,
        List.of(
            "job", "attempt", "provider", "state", "verdict", "paid", "refunded", "what it shows"),
        jobs.stream()
            .map(j ->
                List.of(
                    j.id(),
                    Integer.toString(j.attempt()),
                    j.providerName(),
                    j.state(),
                    j.verdict(),
                    dollars(j.paid()),
                    dollars(j.refunded()),
                    j.story()))
            .toList());
    out.println();
    table(
        out,
        List.of("who", "before", "after", "change"),
        payments.stream()
            .map(
                p -> List.of(p.who(), dollars(p.before()), dollars(p.after()), dollars(p.change())))
            .toList());
    for (SlashRow slash : slashes) {
      out.printf(
          "%nslashed: provider %s lost %s for job %s: %s to the consumer, %s burned, %s to insurance%n",
          slash.provider(),
          dollars(slash.taken()),
          slash.jobId(),
          dollars(slash.compensation()),
          dollars(slash.burned()),
          dollars(slash.insurance()));
    }
    out.println();
    gas.forEach((operation, units) -> out.printf("gas  %-24s %,9d%n", operation, units));
    out.println();
    receipts.forEach(
        path -> out.println("receipt: " + path + "    check it: ./assay verify " + path));
    out.printf("%s, %d oracles, %.1f s%n", chain, oracleCount, elapsedSeconds);
    failures.forEach(failure -> out.println("FAILED: " + failure));
  }

  private static String dollars(String baseUnits) {
    return new BigDecimal(baseUnits).movePointLeft(6).setScale(6).toPlainString();
  }

  private static void table(PrintWriter out, List<String> head, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>(List.of(head));
    all.addAll(rows);
    int[] widths = new int[head.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(("%-" + widths[i] + "s  ").formatted(row.get(i)));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
