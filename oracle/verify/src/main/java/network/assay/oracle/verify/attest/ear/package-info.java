/**
 * EAT Attestation Results (draft-ietf-rats-ear): our findings for others, and others' findings for
 * us, as JWT signed with ES256 or ES384.
 */
@NullMarked
package network.assay.oracle.verify.attest.ear;

import org.jspecify.annotations.NullMarked;
