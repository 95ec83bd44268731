/** Reading hostile bytes: bounded, both byte orders, one refusal. */
@NullMarked
package network.assay.oracle.verify.attest.wire;

import org.jspecify.annotations.NullMarked;
