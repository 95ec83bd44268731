/**
 * TPM 2.0 quotes (TCG, TPM 2.0 library, part 2) and how clouds hand them out: Azure's paravisor
 * reports with SNP or TDX below, and Google's attestation message.
 */
@NullMarked
package network.assay.oracle.verify.attest.tpm;

import org.jspecify.annotations.NullMarked;
