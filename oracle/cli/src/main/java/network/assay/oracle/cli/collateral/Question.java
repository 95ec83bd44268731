package network.assay.oracle.cli.collateral;

import java.util.List;
import network.assay.oracle.collateral.CollateralItem;

/** One thing to ask a service. */
interface Question {
  /**
   * Asks.
   *
   * @param notes for what is not fetched though the rest of the answer came
   * @throws network.assay.oracle.collateral.CollateralException where nothing came
   */
  List<CollateralItem> ask(List<String> notes);
}
