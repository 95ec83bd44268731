/** The verifier node: {@code assay oracle}. */
@NullMarked
package network.assay.oracle.node;

import org.jspecify.annotations.NullMarked;
