/** Oracle to oracle: mutual TLS with keys pinned on chain, bounded queues, and catching up. */
@NullMarked
package network.assay.oracle.node.peer;

import org.jspecify.annotations.NullMarked;
