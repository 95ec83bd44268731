package network.assay.testchain.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The on-chain goals, and the peers' figures as the project's design measured them on their own
 * bytecode or source.
 */
final class GasGoals {
  private GasGoals() {}

  /**
   * All figures, and which goals they meet.
   *
   * @param four gas by operation with four oracles, and with thirteen
   * @param forge what the contracts' own tests measure
   */
  static BenchReport report(
      Map<String, Long> four, Map<String, Long> thirteen, Map<String, Long> forge) {
    Map<String, Long> figures = new TreeMap<>();
    four.forEach((name, gas) -> figures.put(name + "_n4_gas", gas));
    thirteen.forEach((name, gas) -> figures.put(name + "_n13_gas", gas));
    forge.forEach((name, gas) -> figures.put(name + "_gas", gas));
    long whole =
        value(four, "open_and_accept_in_one") + value(four, "settle_per_job_in_100_same_pair");
    figures.put("whole_paid_verified_job_n4_gas", whole);
    return new BenchReport(
        "gas",
        machine(),
        Map.of("hardfork", "osaka", "java", System.getProperty("java.version", "?")),
        figures,
        peers(),
        goals(four, thirteen, forge, whole));
  }

  private static List<BenchReport.Goal> goals(
      Map<String, Long> four, Map<String, Long> thirteen, Map<String, Long> forge, long whole) {
    return List.of(
        goal(
            "open a job, paid by one wallet signature",
            value(four, "open_paid_by_one_signature"),
            150_000),
        goal(
            "open and accept, prepaid, in 50, one consumer",
            value(four, "open_and_accept_prepaid_per_job_in_50_same_consumer"),
            60_000),
        goal(
            "open and accept, prepaid, in 50, distinct consumers",
            value(four, "open_and_accept_prepaid_per_job_in_50_distinct_consumers"),
            60_000),
        goal(
            "settle one verified job, in 100 of the same pair",
            value(four, "settle_per_job_in_100_same_pair"),
            14_000),
        goal(
            "settle one verified job, in 100 of distinct pairs",
            value(four, "settle_per_job_in_100_distinct_pairs"),
            25_000),
        goal("settle one verified job, alone", value(four, "settle_one_alone"), 110_000),
        goal("a whole paid, verified job", whole, 170_000),
        goal(
            "a whole job, prepaid and batched",
            value(four, "whole_prepaid_job_in_50_settled_in_100"),
            75_000),
        goal(
            "a metered request, of 1,000 in a session, all included",
            value(forge, "metered_request_of_1000_in_a_session"),
            1_000),
        goal(
            "a metered request, of 100 by one voucher",
            value(forge, "metered_request_of_100_by_one_voucher"),
            1_000),
        goal(
            "dispute over one entry, n = 16,384: demand and answer",
            value(forge, "dispute_demand_n16384") + value(forge, "dispute_answer_n16384"),
            1_100_000),
        goal(
            "oracle report, 9 of 13 signatures, nothing settled",
            value(thirteen, "report_alone"),
            80_000),
        goal(
            "register, stake and first device, in one",
            value(four, "register_stake_first_device"),
            185_000),
        goal("timeout refund", value(four, "timeout_refund"), 60_000),
        goal("slash after the window", value(four, "slash_after_the_window"), 110_000),
        goal("committee rotation, n = 13", value(thirteen, "rotate_committee"), 250_000));
  }

  private static BenchReport.Goal goal(String name, long value, long goal) {
    return BenchReport.Goal.atMost(name, value, goal, "gas");
  }

  private static Map<String, String> machine() {
    return Map.of("chain", "Anvil; gas does not depend on the machine");
  }

  private static Map<String, String> peers() {
    Map<String, String> peers = new LinkedHashMap<>();
    peers.put("iExec PoCo match (Boost)", "453,356");
    peers.put("iExec PoCo Boost push", "138,965");
    peers.put("iExec PoCo Boost, whole job", "592,321");
    peers.put("Marlin, open", "281,197");
    peers.put("Marlin, whole job, unverified", "486,804");
    peers.put("commerce-payments authorize", "181,713");
    peers.put("OCR3 ECDSA report", "90,702");
    peers.put("OCR2 setConfig", "1,363,321");
    peers.put("Prime, register in two calls", "516,137");
    peers.put("Prime, slash", "396,382");
    peers.put("PoCo claim", "146,923");
    return peers;
  }

  private static long value(Map<String, Long> measured, String name) {
    return Objects.requireNonNull(measured.get(name), name);
  }
}
