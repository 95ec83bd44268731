/** {@code assay attest conformance}: real evidence against what its manifest says of it. */
@NullMarked
package network.assay.oracle.cli.conformance;

import org.jspecify.annotations.NullMarked;
