/** Tests; certificates here are made anew in each run, and no anchor knows them. */
@NullMarked
package network.assay.oracle.collateral;

import org.jspecify.annotations.NullMarked;
