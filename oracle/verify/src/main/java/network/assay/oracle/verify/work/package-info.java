/**
 * Checks of the work itself: what was opened against what a re-run gives. Pure; the re-run comes
 * through a port.
 */
@NullMarked
package network.assay.oracle.verify.work;

import org.jspecify.annotations.NullMarked;
