/** What the node needs of the chain, as a port, and that port over contracts/client. */
@NullMarked
package network.assay.oracle.node.chain;

import org.jspecify.annotations.NullMarked;
