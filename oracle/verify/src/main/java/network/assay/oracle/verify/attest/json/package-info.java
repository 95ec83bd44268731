/** JSON from strangers: bounded, strict, and refused with a name. */
@NullMarked
package network.assay.oracle.verify.attest.json;

import org.jspecify.annotations.NullMarked;
