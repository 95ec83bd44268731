/**
 * Evidence of NVIDIA GPUs and NVSwitches: SPDM measurements signed by the device, its certificate
 * chain, and the reference manifests that NVIDIA signs for a driver and a VBIOS.
 *
 * <p>Sources: DMTF DSP0274 1.1 (GET_MEASUREMENTS), TCG RIM Information Model and ISO 19770-2 (SWID
 * tags), TCG DICE (FWID extension), RFC 6960 (OCSP), and what NVIDIA's own verifiers compare.
 */
@NullMarked
package network.assay.oracle.verify.attest.nvidia;

import org.jspecify.annotations.NullMarked;
