/** {@code assay attest}: evidence and collateral as people have them, and what they come to. */
@NullMarked
package network.assay.oracle.cli.attest;

import org.jspecify.annotations.NullMarked;
