/** What a bench times: named operations on evidence that it brings along. */
@NullMarked
package network.assay.oracle.verify.attest.bench;

import org.jspecify.annotations.NullMarked;
