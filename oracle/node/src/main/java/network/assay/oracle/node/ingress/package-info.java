/** What agents and readers ask of this oracle. */
@NullMarked
package network.assay.oracle.node.ingress;

import org.jspecify.annotations.NullMarked;
