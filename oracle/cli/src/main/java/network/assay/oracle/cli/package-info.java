/** {@code assay verify}: a receipt checked alone, and with an RPC against the chain. */
@NullMarked
package network.assay.oracle.cli;

import org.jspecify.annotations.NullMarked;
