package network.assay.oracle.replay;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Merkle;
import network.assay.contracts.protocol.OpenedRow;
import network.assay.contracts.protocol.work.EmbeddingLeaves;
import network.assay.contracts.protocol.work.Passages;
import network.assay.oracle.verify.work.ModelRunner;
import network.assay.oracle.verify.work.RowMap;

/**
 * An embeddings job, done: what the device commits to, the result, and the openings of drawn rows.
 *
 * <p>Keeps the tree of leaf hashes, 32 bytes a row, and not the rows (1.5 kB each): what is drawn
 * is run again, which on the same machine gives the same bits. After a move to another machine do
 * the whole job again and compare the roots.
 */
public final class EmbeddingsWork {

  private final ModelRunner.Model model;
  private final List<String> passages;
  private final RowMap rowMap;
  private final List<float[]> embeddings;
  private final Merkle.Tree work;
  private final Merkle.Tree results;

  private EmbeddingsWork(
      ModelRunner.Model model,
      List<String> passages,
      List<float[]> embeddings,
      List<Bytes32> workLeaves,
      List<Bytes32> resultLeaves) {
    this.model = model;
    this.passages = passages;
    this.rowMap = RowMap.of(passages, model);
    this.embeddings = embeddings;
    this.work = Merkle.tree(workLeaves);
    this.results = Merkle.tree(resultLeaves);
  }

  /**
   * Does the job.
   *
   * @param input the job's input, UTF-8
   * @param unitDone told the number of units done after each; throw from it to stop early
   * @throws Passages.RefusedException if the input cannot be cut into passages
   * @throws IllegalStateException if the model cannot run
   */
  public static EmbeddingsWork run(ModelRunner.Model model, byte[] input, IntConsumer unitDone) {
    List<String> passages = Passages.split(input);
    List<float[]> embeddings = new ArrayList<>();
    List<Bytes32> workLeaves = new ArrayList<>();
    List<Bytes32> resultLeaves = new ArrayList<>();
    for (int unit = 0; unit < passages.size(); unit++) {
      ModelRunner.Rerun run = model.run(passages.get(unit));
      for (int token = 0; token < run.lastHidden().length; token++) {
        workLeaves.add(Merkle.leaf(EmbeddingLeaves.work(unit, token, run.lastHidden()[token])));
      }
      resultLeaves.add(Merkle.leaf(EmbeddingLeaves.result(unit, run.embedding())));
      embeddings.add(run.embedding());
      unitDone.accept(unit + 1);
    }
    return new EmbeddingsWork(model, passages, embeddings, workLeaves, resultLeaves);
  }

  /** Number of passages. */
  public int units() {
    return passages.size();
  }

  /** Number of rows over all passages. */
  public int rows() {
    return work.size();
  }

  /** Root over the rows' leaves. */
  public Bytes32 workRoot() {
    return work.root();
  }

  /** Root over the embeddings' leaves. */
  public Bytes32 plaintextRoot() {
    return results.root();
  }

  /** The result's bytes before sealing. */
  public byte[] plaintext() {
    return EmbeddingLeaves.plaintext(embeddings);
  }

  /**
   * Opens the drawn rows, ascending and without repeats.
   *
   * @param drawn 1..{@link OpenedRow#COUNT_MAX} row numbers below {@link #rows()}
   * @throws IllegalStateException if a re-run gives other rows than were committed to: then opening
   *     would convict us
   */
  public List<OpenedRow> open(Collection<Integer> drawn) {
    List<OpenedRow> opened = new ArrayList<>();
    for (int row : new TreeSet<>(drawn)) {
      RowMap.Place place = rowMap.place(row);
      float[] values = model.run(passages.get(place.unit())).lastHidden()[place.token()];
      opened.add(open(row, place, values));
    }
    return opened;
  }

  private OpenedRow open(int row, RowMap.Place place, float[] values) {
    byte[] workLeaf = EmbeddingLeaves.work(place.unit(), place.token(), values);
    List<Bytes32> path = work.path(row);
    if (!Merkle.verify(Merkle.leaf(workLeaf), row, rows(), path, workRoot())) {
      throw new IllegalStateException(
          "want row " + row + " as committed to, got other bits from this machine's re-run");
    }
    byte[] resultLeaf = EmbeddingLeaves.result(place.unit(), embeddings.get(place.unit()));
    return new OpenedRow(row, place.unit(), workLeaf, path, resultLeaf, results.path(place.unit()));
  }
}
