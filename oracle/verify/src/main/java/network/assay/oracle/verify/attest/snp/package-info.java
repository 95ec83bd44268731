/**
 * AMD SEV-SNP attestation reports, as AMD's firmware ABI specification (publication 56860) and its
 * VCEK and VLEK certificate interface (57230) lay them down.
 */
@NullMarked
package network.assay.oracle.verify.attest.snp;

import org.jspecify.annotations.NullMarked;
