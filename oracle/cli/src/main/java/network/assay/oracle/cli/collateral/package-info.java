/**
 * {@code assay attest collateral}: what a verifier without a network will need, fetched and
 * carried.
 */
@NullMarked
package network.assay.oracle.cli.collateral;

import org.jspecify.annotations.NullMarked;
