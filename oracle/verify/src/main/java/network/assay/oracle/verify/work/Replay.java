package network.assay.oracle.verify.work;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.assay.oracle.verify.Finding;

/** Runs the units again whose rows were opened, each once, and compares rows and embeddings. */
public final class Replay {

  private final ModelRunner.Model model;
  private final List<String> passages;
  private final Map<Integer, ModelRunner.Rerun> reruns = new HashMap<>();

  private Replay(ModelRunner.Model model, List<String> passages) {
    this.model = model;
    this.passages = passages;
  }

  /** What the comparison of rows, and of embeddings, came to. */
  public record Result(Finding rows, Finding embeddings) {}

  /** Compares what was opened with what the model gives on this machine. */
  public static Result compare(
      ModelRunner.Model model, List<String> passages, Band band, List<OpenedRows.Opened> opened) {
    Replay replay = new Replay(model, passages);
    List<Finding> rows = new ArrayList<>();
    List<Finding> embeddings = new ArrayList<>();
    try {
      for (OpenedRows.Opened row : opened) {
        int unit = row.place().unit();
        ModelRunner.Rerun run = replay.reruns.computeIfAbsent(unit, replay::rerun);
        rows.add(
            band.judge("row " + row.row(), row.hidden(), run.lastHidden()[row.place().token()]));
        embeddings.add(band.judge("embedding " + unit, row.embedding(), run.embedding()));
      }
    } catch (IllegalStateException cannotRun) {
      Finding finding = Finding.inconclusive("a re-run: " + cannotRun.getMessage());
      return new Result(finding, finding);
    }
    return new Result(worst(rows, "rows"), worst(embeddings, "embeddings"));
  }

  private ModelRunner.Rerun rerun(int unit) {
    ModelRunner.Rerun run = model.run(passages.get(unit));
    if (run.lastHidden().length != model.tokens(passages.get(unit))) {
      throw new IllegalStateException(
          "the model gave another number of rows than it counts tokens");
    }
    return run;
  }

  /**
   * A rejection outweighs what is unclear, which outweighs acceptance; the first of its kind is
   * reported.
   */
  private static Finding worst(List<Finding> findings, String what) {
    for (Finding finding : findings) {
      if (finding instanceof Finding.Rejected) {
        return finding;
      }
    }
    for (Finding finding : findings) {
      if (finding instanceof Finding.Inconclusive) {
        return finding;
      }
    }
    return Finding.accepted(findings.size() + " " + what + " within the band");
  }
}
