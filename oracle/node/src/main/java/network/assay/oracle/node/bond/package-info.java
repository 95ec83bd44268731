/** The operator's money behind the node's key: brought, asked back, and what it earned. */
@NullMarked
package network.assay.oracle.node.bond;

import org.jspecify.annotations.NullMarked;
