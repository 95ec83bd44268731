/** As much of CBOR (RFC 8949) and COSE_Sign1 (RFC 9052) as attestation documents use, bounded. */
@NullMarked
package network.assay.oracle.verify.attest.cbor;

import org.jspecify.annotations.NullMarked;
