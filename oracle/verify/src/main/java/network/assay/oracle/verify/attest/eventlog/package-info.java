/**
 * Measured-boot logs: TCG's crypto-agile and SHA-1 formats (PC Client Platform Firmware Profile)
 * and the confidential-computing log of ACPI's CCEL table (UEFI 2.10, virtual platform CC event
 * log).
 */
@NullMarked
package network.assay.oracle.verify.attest.eventlog;

import org.jspecify.annotations.NullMarked;
