/**
 * The chain of telemetry: signed, hash-chained and made after the oracles' nonces. It moves no
 * money.
 */
@NullMarked
package network.assay.oracle.verify.telemetry;

import org.jspecify.annotations.NullMarked;
