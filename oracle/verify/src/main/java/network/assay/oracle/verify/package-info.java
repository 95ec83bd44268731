/**
 * Evidence, trust anchors and time in; findings and a verdict out. Pure: no clock, no network, no
 * file, no randomness, so that a whole committee runs in one deterministic simulation and anyone
 * may check a verdict again for himself.
 */
@NullMarked
package network.assay.oracle.verify;

import org.jspecify.annotations.NullMarked;
