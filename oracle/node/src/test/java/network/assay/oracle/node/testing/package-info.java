/**
 * A committee of oracles in one process, with a chain in memory and a device that can be told to
 * lie.
 */
@NullMarked
package network.assay.oracle.node.testing;

import org.jspecify.annotations.NullMarked;
