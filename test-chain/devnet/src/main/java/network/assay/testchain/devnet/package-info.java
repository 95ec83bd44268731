/**
 * A development network on one machine: chain, contracts, oracles, coordinator and agents; {@code
 * assay devnet} and {@code assay demo}.
 */
@NullMarked
package network.assay.testchain.devnet;

import org.jspecify.annotations.NullMarked;
