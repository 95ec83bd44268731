/**
 * Hardware evidence in a paid job: what stands in section 12 of a bundle, what its report data must
 * bind, and what an oracle asks of it (docs/PROTOCOL.md §5, decision 0008).
 */
@NullMarked
package network.assay.oracle.verify.attest.job;

import org.jspecify.annotations.NullMarked;
