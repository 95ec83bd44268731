package network.assay.oracle.replay;

import java.util.List;

/** Passages of several lengths and kinds, written for these tests. */
final class Texts {
  static final List<String> PASSAGES =
      List.of(
          "hello world",
          "A",
          "The provider signs what it has done before anybody draws what will be opened.",
          "Quarterly revenue rose by 12.4 % to 3,180 million, while operating costs fell for the third year in a row.",
          "To assay is to test metal and stamp it: here a job is paid only when a quorum of independent verifiers has "
              + "tested the evidence that it was really done, on the hardware that was promised. Until then the money "
              + "rests in escrow, and whoever falls silent loses time first and stake last.",
          "def mean(xs): return sum(xs) / len(xs)  # raises ZeroDivisionError on []",
          "Der Anbieter hinterlegt eine Sicherheit; die Prüfer würfeln, was er vorzeigen muß.",
          "日本語のテキスト 中文 русский текст",
          "no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no",
          "Seven drunken sailors, 3 parrots & one very patient cook argued about 17.5 knots, the price of rum (high), "
              + "and whether electroencephalographically was a word. It was. Nobody won the argument; the cook went to "
              + "bed at 23:45 and dreamt of land, dry land, with trees that did not move and soup that stayed in its "
              + "bowl. In the morning the wind had turned, the parrots had learned a new curse, and the youngest of the "
              + "sailors wrote it all down in a letter that was never sent.");

  private Texts() {}
}
