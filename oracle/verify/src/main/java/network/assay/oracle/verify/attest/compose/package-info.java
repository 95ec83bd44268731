/** All families together: who verifies what, and how a host's quote and its GPUs hang together. */
@NullMarked
package network.assay.oracle.verify.attest.compose;

import org.jspecify.annotations.NullMarked;
