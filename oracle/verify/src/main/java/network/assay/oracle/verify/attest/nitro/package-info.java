/**
 * Attestation documents of AWS Nitro enclaves, by AWS's description of the Nitro Security Module.
 */
@NullMarked
package network.assay.oracle.verify.attest.nitro;

import org.jspecify.annotations.NullMarked;
