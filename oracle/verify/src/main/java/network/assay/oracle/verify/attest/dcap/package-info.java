/**
 * Intel SGX and TDX quotes (DCAP): quote, PCK certificate, revocation, TCB info, QE identity and
 * TDX module, to the rules of Intel's Quote Verification Library. Sources: Intel's "ECDSA Quote
 * Library API" (quote layouts), "PCK Certificate and CRL Specification", PCS API v3 and v4, and the
 * library's own checks where these are silent.
 */
@NullMarked
package network.assay.oracle.verify.attest.dcap;

import org.jspecify.annotations.NullMarked;
