/** From an uploaded bundle to this node's own judgement: acknowledge, draw, open, verify. */
@NullMarked
package network.assay.oracle.node.evidence;

import org.jspecify.annotations.NullMarked;
