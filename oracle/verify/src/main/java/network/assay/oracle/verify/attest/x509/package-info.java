/**
 * Certificates, revocation lists and signatures, from bounded DER to pinned roots; no network, no
 * clock. RFC 5280 as far as the vendors of evidence use it; whatever is not understood is refused.
 */
@NullMarked
package network.assay.oracle.verify.attest.x509;

import org.jspecify.annotations.NullMarked;
