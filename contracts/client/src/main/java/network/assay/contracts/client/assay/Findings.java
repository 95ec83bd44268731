package network.assay.contracts.client.assay;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.protocol.ProtocolException;

/** Collects what checks found. What cannot be asked is Inconclusive, and never left out. */
final class Findings {
  private final List<CheckResult> results = new ArrayList<>();

  List<CheckResult> all() {
    return List.copyOf(results);
  }

  void add(CheckResult result) {
    results.add(result);
  }

  void equal(String check, String got, String want) {
    results.add(equality(check, got, want));
  }

  static CheckResult equality(String check, String got, String want) {
    return got.equals(want)
        ? new CheckResult.Accepted(check, got)
        : new CheckResult.Rejected(check, got, want);
  }

  /**
   * A question without an answer is Inconclusive; an answer that is none, or a revert, is Rejected.
   */
  void ask(String check, Supplier<CheckResult> question) {
    guarded(check, () -> results.add(question.get()));
  }

  /** As {@link #ask}, for checks that add their own results. */
  void guarded(String check, Runnable checks) {
    try {
      checks.run();
    } catch (RpcException.ErrorAnswer e) {
      results.add(
          new CheckResult.Rejected(
              check,
              "the contract refuses: " + e.nodeMessage(),
              "an answer; is this another contract?"));
    } catch (RpcException e) {
      results.add(new CheckResult.Inconclusive(check, String.valueOf(e.getMessage())));
    } catch (ProtocolException e) {
      results.add(
          new CheckResult.Rejected(check, String.valueOf(e.getMessage()), "a well-formed answer"));
    }
  }
}
