/**
 * Checking a receipt alone, trusting nobody: every byte of its authenticated part is bound by a
 * named check.
 */
@NullMarked
package network.assay.oracle.verify.receipt;

import org.jspecify.annotations.NullMarked;
