/**
 * Asks the vendors' services for collateral: Intel's PCS, AMD's KDS, NVIDIA's RIM service and OCSP.
 * Everything that comes is hostile until a verifier checked its signature.
 */
@NullMarked
package network.assay.oracle.collateral.service;

import org.jspecify.annotations.NullMarked;
